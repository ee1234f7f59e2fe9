"""`leadbell account list`, `show`, `set`, `pause` and `resume`. A running service follows by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.clock import Clock
from bot.commands import terminal
from bot.commands.accounts.answers import typed
from bot.commands.auditing import machine_user
from bot.config.catalogue import ENTRIES
from bot.errors import LeadbellError
from bot.i18n import _
from bot.store import accounts
from bot.store.account_settings import By
from bot.team import accounts as team

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings
    from bot.config.catalogue import Setting
    from bot.store.database import Connection, Database
    from bot.team.accounts import SettledAccount


def by_machine() -> By:
    return By(machine=machine_user())


async def found(connection: Connection, files: Settings, name: str) -> SettledAccount:
    """Raises LeadbellError."""
    known = await team.all_of(connection, files)
    for one in known:
        if one.stored.name == name:
            return one
    raise LeadbellError(team.unknown(name, known))


async def tell_all(files: Settings) -> bool:
    async with terminal.opened(files) as (database, _main), database.reading() as connection:
        known = await team.all_of(connection, files)
    width = max(len(one.stored.name) for one in known)
    for one in known:
        click.echo(f"{one.stored.name:{width}}  {_state(one)}")
        for said in one.problems:
            click.echo(f"{'':{width}}  - {said}")
    return True


def _state(one: SettledAccount) -> str:
    if one.stored.is_removed:
        return _("is being removed: leadbell account remove brings it to its end")
    if one.stored.is_paused:
        return _("paused")
    if one.settings is None:
        return _("not served:")
    way = _("push") if one.settings.indiamart_key is None else one.settings.indiamart_api
    return _("group {chat_id}, leads by {way}").format(chat_id=one.settings.telegram_chat_id, way=way)


async def show(files: Settings, name: str) -> bool:
    """Every setting of the account, as it could be typed, and where it stands."""
    async with terminal.opened(files) as (database, _main), database.reading() as connection:
        one = await found(connection, files, name)
    click.echo(f"# {name}: {_state(one)}")
    for said in one.problems:
        click.echo(f"# {said}")
    for entry in ENTRIES:
        if not entry.is_service:
            click.echo(_line(entry, one))
    return True


def _line(entry: Setting, one: SettledAccount) -> str:
    own = {name: setting.text for name, setting in one.stored.own.items()}
    texts = own if one.settings is None else one.settings.texts
    if entry.name not in texts:
        return f"# {entry.name}={entry.default}"
    shown = "***" if entry.secret else texts[entry.name]
    source = "" if one.settings is None else one.settings.sources.get(entry.name, "")
    return f"{entry.name}={shown}" + (f"  # {source}" if source else "")


async def change(files: Settings, name: str, words: Sequence[str], clock: Clock | None = None) -> bool:
    texts = typed(words)
    async with terminal.opened(files) as (database, _main), database.transaction() as connection:
        one = await found(connection, files, name)
        changed = await team.change(
            connection, files, one.stored.account_id, texts, by=by_machine(), now=(clock or Clock()).now()
        )
    click.echo(_("{name}: set.").format(name=name) if changed else _("{name}: it was so already.").format(name=name))
    return True


async def pause(files: Settings, name: str, *, ends: bool = False, clock: Clock | None = None) -> bool:
    async with terminal.opened(files) as (database, _main):
        await _paused(database, files, name, ends=ends, clock=clock or Clock())
    if ends:
        click.echo(_("{name} is served again.").format(name=name))
    else:
        click.echo(
            _(
                "{name} is paused: nothing is fetched, said or answered for it. What IndiaMART has meanwhile is "
                "fetched after leadbell account resume."
            ).format(name=name)
        )
    return True


async def _paused(database: Database, files: Settings, name: str, *, ends: bool, clock: Clock) -> None:
    async with database.transaction() as connection:
        stored = (await found(connection, files, name)).stored
        if ends:
            await accounts.resume(connection, stored.account_id)
        else:
            await accounts.pause(connection, stored.account_id, clock.now())
