"""The accounts and what their settings come to, and changing one with every check that a start makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.config import NO_CHAT
from bot.config.clashes import CHAT, TOKEN, Taken
from bot.config.keyring import HOW_TO_MAKE
from bot.config.values import BadValueError, chat_id
from bot.domain.ids import AccountId, ChatId
from bot.errors import LeadbellError, NoSecretKeyError, SettingsError
from bot.i18n import _
from bot.store import account_settings, accounts, chats, routes
from bot.store.account_settings import OwnSetting
from bot.store.accounts import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.config import Settings
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
    present = _now(ChatId(settings.telegram_chat_id), moves)
    return settings if present == settings.telegram_chat_id else replace(settings, telegram_chat_id=present)


def _now(group: ChatId, moves: Mapping[ChatId, ChatId]) -> ChatId:
    seen = set[ChatId]()
    while group in moves and group not in seen:
        seen.add(group)
        group = moves[group]
    return group


async def all_of(connection: Connection, files: Settings) -> list[SettledAccount]:
    stored = await account_settings.listed(connection, files.of_files.secret_key)
    return settled(stored, files, await chats.all_moves(connection))


async def one_of(connection: Connection, files: Settings, account_id: AccountId) -> SettledAccount:
    """Without a look at whether another has the same."""
    stored = await account_settings.listed(connection, files.of_files.secret_key, only=account_id)
    mine = next(one for one in stored if one.account_id == account_id)
    main, problems = _made(next(one for one in stored if one.name == MAIN), files)
    if mine.name == MAIN:
        return SettledAccount(stored=mine, settings=main or files.of_files, problems=tuple(problems))
    made, problems = _made(mine, main or files)
    return SettledAccount(stored=mine, settings=made, problems=tuple(problems))


async def settings_of(database: Database, files: Settings, name: str) -> Settings:
    """For a command that serves one account. Raises LeadbellError."""
    async with database.reading() as connection:
        account_id = await accounts.named(connection, name)
        one = None if account_id is None else await one_of(connection, files, account_id)
        if one is None or one.stored.is_removed:
            raise LeadbellError(unknown(name, await all_of(connection, files)))
    if one.settings is None:
        raise SettingsError([_("{name}: {problem}").format(name=name, problem=said) for said in one.problems])
    return one.settings


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
    is_new: bool = False,
) -> SettledAccount:
    """What would become of it with these set, or taken out (None).

    Raises SettingsError with every problem, for an account that is not new those that it did not have before. In the
    chat no other account is named.
    """
    stored = await account_settings.listed(connection, files.of_files.secret_key)
    before = next(one for one in stored if one.account_id == account_id)
    after = _with(before, _meant(before, texts, files), files, by)
    others = [one for one in stored if one.account_id != account_id]
    moves, led_to = await chats.all_moves(connection), await routes.all_chats(connection)

    def judged(mine: StoredAccount) -> tuple[Settings | None, list[str]]:
        main, _told = _made(next(one for one in [mine, *others] if one.name == MAIN), files)
        made, problems = _made(mine, main or files)
        return made, problems + _alike(mine, others, main or files.of_files, moves, led_to, names=not by.user_id)

    known = [] if is_new else judged(before)[1]
    settings, problems = judged(after)
    if new := [problem for problem in problems if problem not in known]:
        raise SettingsError(new)
    return SettledAccount(stored=after, settings=settings)


def _alike(
    mine: StoredAccount,
    others: Iterable[StoredAccount],
    main: Settings,
    moves: Mapping[AccountId, Mapping[ChatId, ChatId]],
    led_to: Iterable[tuple[AccountId, ChatId]],
    *,
    names: bool,
) -> list[str]:
    """What others have too, the groups that their routes lead to included; without making the settings of thousands."""
    taken, tokens = Taken(), dict[AccountId, tuple[str, str]]()

    def texts(one: StoredAccount) -> tuple[dict[str, str], ChatId]:
        inherited = main.texts if one.name == MAIN else {TOKEN: main.texts.get(TOKEN, "")}
        found = {**inherited, **{name: own.text for name, own in one.own.items() if one.name != MAIN}}
        return found, _now(_chat(found.get(CHAT, "")), moves.get(one.account_id, {}))

    for one in others:
        if not one.is_removed:
            name, (found, group) = one.name if names else "", texts(one)
            taken.put_texts(one.account_id, name, found, group)
            tokens[one.account_id] = name, found.get(TOKEN, "")
    for number, (other_id, group) in enumerate(led_to, start=1):
        if other_id in tokens:
            name, token = tokens[other_id]
            taken.put_texts(-number, name, {TOKEN: token}, group)
    return list(dict.fromkeys(taken.clashes_of_texts(*texts(mine))))


def _chat(text: str) -> ChatId:
    try:
        return ChatId(chat_id(text))
    except BadValueError:
        return ChatId(NO_CHAT)


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
    after = await check(connection, files, account_id, texts, by=by, is_new=is_new)
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


def _with(stored: StoredAccount, texts: Mapping[str, str | None], files: Settings, by: By) -> StoredAccount:
    in_file = _in_files(stored, files)
    own = {name: one for name, one in stored.own.items() if name not in texts}
    own |= {
        name: OwnSetting(text, in_file.get(name, ""), by.user_id) for name, text in texts.items() if text is not None
    }
    return replace(stored, own=own, lost={name: one for name, one in stored.lost.items() if name not in texts})
