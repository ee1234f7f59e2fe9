"""The accounts and what their settings come to, and changing one with every check that a start makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.config.clashes import Taken, same_group
from bot.config.keyring import HOW_TO_MAKE
from bot.domain.ids import ChatId
from bot.errors import LeadbellError, NoSecretKeyError, SettingsError
from bot.i18n import _
from bot.store import account_settings, accounts, chats, routes
from bot.store.account_settings import OwnSetting
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bot.config import Settings
    from bot.domain.ids import AccountId
    from bot.store.account_settings import By, StoredAccount
    from bot.store.database import Connection, Database

LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledAccount:
    """An account as a start would find it."""

    stored: StoredAccount
    settings: Settings | None
    """None where it cannot be served."""
    problems: tuple[str, ...] = ()


def settled(
    stored: Iterable[StoredAccount], files: Settings, moves: Mapping[AccountId, Mapping[ChatId, ChatId]] | None = None
) -> list[SettledAccount]:
    """`main` first. Of two that must not have something alike, the one that was there first is served.

    What was set for `main` beside its files and cannot be used with them is not, so that it can be set right.
    """
    found: list[SettledAccount] = []
    taken = Taken()
    main = files.of_files
    for one in sorted(stored, key=lambda account: (account.name != MAIN, account.account_id)):
        made, problems = _made(one, main)
        if one.name == MAIN:
            made = main = made or main
        present = None if made is None else _moved(made, (moves or {}).get(one.account_id, {}))
        if present is not None and not one.is_removed:
            problems += taken.clashes(present)
            taken.put(one.account_id, one.name, present)
        is_good = one.name == MAIN or not problems
        found.append(SettledAccount(stored=one, settings=made if is_good else None, problems=tuple(problems)))
    return found


def _made(stored: StoredAccount, main: Settings) -> tuple[Settings | None, list[str]]:
    try:
        return stored.settings(main), []
    except SettingsError as error:
        return None, error.problems


def _moved(settings: Settings, moves: Mapping[ChatId, ChatId]) -> Settings:
    """With the id that its group has by now."""
    chat_id, seen = ChatId(settings.telegram_chat_id), set[ChatId]()
    while chat_id in moves and chat_id not in seen:
        seen.add(chat_id)
        chat_id = moves[chat_id]
    return settings if chat_id == settings.telegram_chat_id else replace(settings, telegram_chat_id=chat_id)


async def all_of(connection: Connection, files: Settings) -> list[SettledAccount]:
    stored = await account_settings.listed(connection, files.of_files.secret_key)
    return settled(stored, files, await chats.all_moves(connection))


async def settings_of(database: Database, files: Settings, name: str) -> Settings:
    """For a command that serves one account. Raises LeadbellError."""
    async with database.reading() as connection:
        found = {one.stored.name: one for one in await all_of(connection, files)}
    if name not in found or found[name].stored.is_removed:
        raise LeadbellError(unknown(name, found.values()))
    made = found[name].settings
    if made is None:
        raise SettingsError([_("{name}: {problem}").format(name=name, problem=one) for one in found[name].problems])
    return made


def unknown(name: str, known: Iterable[SettledAccount]) -> str:
    names = ", ".join(one.stored.name for one in known if not one.stored.is_removed)
    return _("There is no account {name}. There are: {known}.").format(name=name, known=names)


def must_be_good_name(name: str, known: Iterable[str]) -> None:
    """Raises LeadbellError."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip() or name.startswith("-"):
        raise LeadbellError(_("An account's name is up to 40 letters, digits and blanks, such as surat."))
    if any(name.casefold() == one.casefold() for one in known):
        raise LeadbellError(_("There is an account {name} already.").format(name=name))


async def add(connection: Connection, files: Settings, name: str) -> AccountId:
    """An account without settings. Raises LeadbellError."""
    keyring = files.of_files.secret_key
    must_be_good_name(name, [one.name for one in await account_settings.listed(connection, keyring)])
    if keyring is None:
        raise NoSecretKeyError(
            _(
                "What a further account has secret is kept in the database only encrypted, and SECRET_KEY is not set. "
                "Put it into .env. To make one: {command}."
            ).format(command=HOW_TO_MAKE)
        )
    account_id = await accounts.add(connection, name)
    if account_id is None:
        raise LeadbellError(_("There is an account {name} already.").format(name=name))
    return account_id


async def check(
    connection: Connection,
    files: Settings,
    account_id: AccountId,
    texts: Mapping[str, str | None],
    *,
    by: By,
    now: datetime,
    is_new: bool = False,
) -> SettledAccount:
    """What would become of it with these set, or taken out (None).

    Raises SettingsError with every problem, for an account that is not new those that it did not have before.
    """
    stored = await account_settings.listed(connection, files.of_files.secret_key)
    moves = await chats.all_moves(connection)
    before = next(one for one in settled(stored, files, moves) if one.stored.account_id == account_id)
    proposed = _with(before.stored, _meant(before.stored, texts, files), files, by, now)
    others = [proposed if one.account_id == account_id else one for one in stored]
    known = settled(others, files, moves)
    after = next(one for one in known if one.stored.account_id == account_id)
    problems = [problem for problem in after.problems if is_new or problem not in before.problems]
    if "TELEGRAM_CHAT_ID" in texts and after.settings is not None:
        problems += _routed(
            after.settings, account_id, settled(others, files, moves), await routes.all_chats(connection)
        )
    if problems:
        raise SettingsError(problems)
    return after


def _routed(
    mine: Settings,
    account_id: AccountId,
    known: Iterable[SettledAccount],
    chats_of_routes: Iterable[tuple[AccountId, ChatId]],
) -> Iterator[str]:
    """A group that another account's routes lead to is that account's, as its own is."""
    tokens = {one.stored.account_id: one for one in known}
    for other_id, chat_id in chats_of_routes:
        other = tokens.get(other_id)
        if other_id == account_id or chat_id != mine.telegram_chat_id or other is None or other.settings is None:
            continue
        if other.settings.telegram_bot_token == mine.telegram_bot_token:
            yield same_group(other.stored.name)


async def change(
    connection: Connection,
    files: Settings,
    account_id: AccountId,
    texts: Mapping[str, str | None],
    *,
    by: By,
    now: datetime,
    is_new: bool = False,
) -> list[int]:
    """Set these, or take them out (None): all or none. The changes' numbers. Raises as `check` does, and
    NoSecretKeyError.
    """
    after = await check(connection, files, account_id, texts, by=by, now=now, is_new=is_new)
    in_file = _in_files(after.stored, files)
    made = []
    for name, text in _meant(after.stored, texts, files).items():
        number = await account_settings.put(
            connection,
            account_id,
            name,
            text,
            by=by,
            keyring=files.of_files.secret_key,
            now=now,
            in_file=in_file.get(name, ""),
        )
        made += [] if number is None else [number]
    return made


def _in_files(stored: StoredAccount, files: Settings) -> Mapping[str, str]:
    return files.of_files.texts if stored.name == MAIN else {}


def _meant(stored: StoredAccount, texts: Mapping[str, str | None], files: Settings) -> dict[str, str | None]:
    """What is as the files have it needs no row, and only a file can be set aside by nothing."""
    if stored.name != MAIN:
        return {name: text or None for name, text in texts.items()}
    in_file = _in_files(stored, files)
    return {name: None if text == in_file.get(name, "") else text for name, text in texts.items()}


def _with(
    stored: StoredAccount, texts: Mapping[str, str | None], files: Settings, by: By, now: datetime
) -> StoredAccount:
    in_file = _in_files(stored, files)
    own = {name: one for name, one in stored.own.items() if name not in texts}
    own |= {
        name: OwnSetting(text, in_file.get(name, ""), by.user_id, now)
        for name, text in texts.items()
        if text is not None
    }
    return replace(stored, own=own, lost={name: one for name, one in stored.lost.items() if name not in texts})
