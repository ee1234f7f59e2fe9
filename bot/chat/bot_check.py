"""A bot asked by hand: is its token right, does it reach the group, what may it do there, who writes to it?"""

from __future__ import annotations

from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import ChatMemberAdministrator, ChatMemberOwner
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.chat import group_check_lines, test_card
from bot.chat.check_line import CheckLine
from bot.chat.transport import AiohttpRequest
from bot.chat.updates import MOST_SEEN, HeardChat, Listening, heard, left_there, updates
from bot.chat.webhook_book import address_below
from bot.chat.webhook_check import WebhookCheck
from bot.i18n import _, in_brackets, ngettext, speaking

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from telegram import ChatFullInfo, ChatMember

    from bot.chat.check_line import Ask
    from bot.config import Settings
    from bot.domain.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCheck:
    """What was found out of a group. `chat_id` is its present one: it may have moved."""

    chat_id: int
    lines: tuple[CheckLine, ...]
    title: str = ""
    is_reached: bool = False
    is_moved: bool = False
    can_see_members: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BotRecord:
    """What the database knows of a bot."""

    own_webhooks: frozenset[str] = frozenset()
    """The addresses that a service of ours has told Telegram before."""
    is_served: bool = False
    """A service has spoken through it, now or once: what is written to the bot waits for that one."""


UNKNOWN: Final = BotRecord()


@asynccontextmanager
async def opened(settings: Settings, record: BotRecord = UNKNOWN) -> AsyncIterator[BotCheck]:
    """A bot that has asked nothing yet; its connections are closed also if Telegram never answered."""
    token, base = settings.telegram_bot_token.get_secret_value(), settings.telegram_webhook_url
    calls, longer = AiohttpRequest(settings.telegram_way), AiohttpRequest(settings.telegram_way, connections=2)
    try:
        yield BotCheck(
            ExtBot(
                token,
                base_url=f"{settings.telegram_api_url}/bot",
                base_file_url=f"{settings.telegram_api_url}/file/bot",
                request=calls,
                get_updates_request=longer,
            ),
            record,
            None if base is None else address_below(base, token),
        )
    finally:
        await calls.shutdown()
        await longer.shutdown()


class BotCheck:
    """One bot, asked by hand. `token()` comes first."""

    def __init__(self, bot: ExtBot[None], record: BotRecord, wanted: str | None) -> None:
        """`wanted` is the address that TELEGRAM_WEBHOOK_URL makes."""
        self._bot = bot
        self._is_served = record.is_served
        self._webhooks = WebhookCheck(bot, record.own_webhooks, wanted)
        self.is_refused = False
        """Telegram answered, and does not know the token."""

    @property
    def name(self) -> str:
        return self._bot.username

    async def token(self) -> CheckLine:
        try:
            await self._bot.initialize()
        except TelegramError as error:
            self.is_refused = isinstance(error, InvalidToken)
            return CheckLine(False, _no_token(error))
        if self._bot.bot.supports_inline_queries:
            text = _("Telegram: the token is @{name}'s, inline look-ups are on.")
        else:
            text = _(
                "Telegram: the token is @{name}'s. Inline look-ups are off; to have them, send /setinline to "
                "@BotFather and choose @{name}."
            )
        return CheckLine(True, text.format(name=self.name))

    async def webhook(self, ask: Ask | None) -> CheckLine | None:
        try:
            return await self._webhooks.line(ask)
        except TelegramError as error:
            return CheckLine(False, group_check_lines.no_answer(error))

    async def group(self, chat_id: int, thread_id: int | None) -> GroupCheck:
        try:
            chat = await self._bot.get_chat(chat_id)
            member = await self._bot.get_chat_member(chat.id, self._bot.id)
        except ChatMigrated as error:
            line = CheckLine(False, group_check_lines.moved(error.new_chat_id), error.new_chat_id)
            return GroupCheck(chat_id=error.new_chat_id, lines=(line,), is_moved=True)
        except TelegramError as error:
            return GroupCheck(chat_id=chat_id, lines=(CheckLine(False, group_check_lines.unreachable(chat_id, error)),))
        if chat.type in {ChatType.CHANNEL, ChatType.PRIVATE}:
            return GroupCheck(chat_id=chat_id, lines=(CheckLine(False, group_check_lines.no_group(chat)),))
        is_admin = isinstance(member, (ChatMemberAdministrator, ChatMemberOwner))
        return GroupCheck(
            chat_id=chat_id,
            lines=(group_check_lines.found(chat, thread_id), *self._rights(chat, member, is_admin=is_admin)),
            title=chat.title or "",
            is_reached=True,
            can_see_members=is_admin,
        )

    def _rights(self, chat: ChatFullInfo, member: ChatMember, *, is_admin: bool) -> list[CheckLine]:
        if is_admin:
            return [
                CheckLine(
                    True, _("The bot is an administrator there: it can tell who is a member, and gets every command.")
                )
            ]
        text = _(
            "The bot is no administrator there, so Telegram may not tell who is a member. Open the group's "
            "settings, Administrators, add @{name} and switch every right off; it needs none."
        ).format(name=self.name)
        if not self._bot.bot.can_read_all_group_messages:
            text += " " + _(
                "Its privacy mode is on: until then it only hears commands that name it, such as /today@{name}."
            ).format(name=self.name)
        lines = [CheckLine(False, text)]
        by_all = chat.permissions is None or chat.permissions.can_send_messages is not False
        if not by_all or getattr(member, "can_send_messages", True) is False:
            lines.append(
                CheckLine(False, _("The bot may not write there: as an administrator it may, whatever members may do."))
            )
        return lines

    async def person(self, user_id: int) -> CheckLine:
        try:
            # Not getChat: that knows everybody the bot has seen in a group, also who never pressed Start.
            await self._bot.send_chat_action(user_id, ChatAction.TYPING)
        except (BadRequest, Forbidden):
            return CheckLine(
                False,
                _("The admin {user_id} cannot be written to. They have to open @{name} and press Start.").format(
                    user_id=user_id, name=self.name
                ),
            )
        except TelegramError as error:
            return CheckLine(False, group_check_lines.no_answer(error))
        return CheckLine(True, _("The admin {user_id} can be written to.").format(user_id=user_id))

    async def listen(self, span: Listening) -> AsyncGenerator[HeardChat | CheckLine, None]:
        """Every chat something happens in for so long; a line at the end if Telegram would not tell."""
        listening = left_there if self._is_served else updates
        try:
            if self._is_served and (waiting := await self._waiting()) >= MOST_SEEN:
                yield CheckLine(False, _too_many(waiting))
                return
            await self._webhooks.free()
            async with aclosing(listening(self._bot, span)) as found:
                async for update in found:
                    if (one := heard(update)) is not None:
                        yield one
        except Conflict:
            yield CheckLine(False, _("Another program is fetching this bot's messages. Stop it and run this again."))
        except TelegramError as error:
            yield CheckLine(False, group_check_lines.no_answer(error))

    async def test_card(
        self, chat_id: int, thread_id: int | None, *, seconds: float | None, language: str
    ) -> AsyncIterator[CheckLine]:
        """Post one in the group's language, and wait so long for its button; None where a running service gets the
        press. What waits for one that does not run is left to it, and the press as well.
        """
        try:
            with speaking(language):
                message_id = await test_card.post(self._bot, chat_id, thread_id)
        except ChatMigrated as error:
            yield CheckLine(False, group_check_lines.moved(error.new_chat_id), error.new_chat_id)
            return
        except TelegramError as error:
            yield CheckLine(
                False, _("The group does not take messages{reason}.").format(reason=in_brackets(error.message))
            )
            return
        if seconds is None:
            yield CheckLine(
                True,
                _("A test card stands in the group. Press its button: the running service answers, and says who did."),
            )
            return
        if self._is_served:
            yield await self._left_to_service()
            return
        yield CheckLine(
            True,
            _("A test card stands in the group. Press its button there, within {minutes} minutes …").format(
                minutes=max(round(seconds / 60), 1)
            ),
        )
        try:
            await self._webhooks.free()
            with speaking(language):
                presser = await test_card.pressed(self._bot, chat_id, message_id, seconds)
        except Conflict:
            yield CheckLine(False, _("Another program is fetching this bot's messages. Stop it and run this again."))
        except TelegramError as error:
            yield CheckLine(False, group_check_lines.no_answer(error))
        else:
            yield _proof(presser)

    async def _left_to_service(self) -> CheckLine:
        try:
            waiting = await self._waiting()
        except TelegramError as error:
            return CheckLine(False, group_check_lines.no_answer(error))
        text = ngettext(
            "A test card stands in the group. What was pressed and written since Leadbell stopped waits for it ({n} "
            "update) and is not touched, so its button waits for it too: start Leadbell, then press the button.",
            "A test card stands in the group. What was pressed and written since Leadbell stopped waits for it ({n} "
            "updates) and is not touched, so its button waits for it too: start Leadbell, then press the button.",
            waiting,
        )
        return CheckLine(True, text.format(n=waiting))

    async def _waiting(self) -> int:
        return (await self._bot.get_webhook_info()).pending_update_count


def _too_many(waiting: int) -> str:
    return ngettext(
        "{n} update waits for Leadbell, which has served this bot, and nothing is heard behind it. The group's number "
        "stands at the end of its address in web.telegram.org, such as #-1001234567890: put it into TELEGRAM_CHAT_ID.",
        "{n} updates wait for Leadbell, which has served this bot, and nothing is heard behind them. The group's "
        "number stands at the end of its address in web.telegram.org, such as #-1001234567890: put it into "
        "TELEGRAM_CHAT_ID.",
        waiting,
    ).format(n=waiting)


def _proof(presser: Person | None) -> CheckLine:
    if presser is not None:
        text = _("{name} pressed the button: the way to the group and back works.").format(name=presser.name)
        return CheckLine(True, text, pressed_by=presser)
    return CheckLine(
        False,
        _(
            "Nobody pressed the button. If somebody did and nothing happened, another program gets what is written to "
            'this bot: stop it. "leadbell check --post" posts another card.'
        ),
    )


def _no_token(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):
        return _("Telegram refuses the token. Copy it again from @BotFather into TELEGRAM_BOT_TOKEN.")
    return _(
        "Telegram cannot be reached{reason}. Check the internet connection, or what is named there; TELEGRAM_PROXY, "
        "SSL_CERT_FILE and TELEGRAM_API_URL say which way is taken."
    ).format(reason=in_brackets(error.message))
