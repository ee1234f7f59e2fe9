"""Questions people put to a bot and wait for: presses of buttons, and inline lookups."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.chats import Chat, ForumTopic
    from bot.sandbox.botapi.keyboards import Button, ReplyMarkup
    from bot.sandbox.botapi.messages import Body, Message
    from bot.sandbox.botapi.people import BotUser, HumanUser
    from bot.sandbox.botapi.world import World

PRESS_SECONDS: Final = 15
INLINE_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the presser sees: a passing notice, an alert to be closed, or a link to be opened."""

    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class InlineResult:
    id: str
    title: str
    description: str
    body: Body
    markup: ReplyMarkup
    bot: BotUser
    wire: dict[str, Any] = field(repr=False)
    query: str = ""

    @property
    def text(self) -> str:
        return self.body.formatted.text


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    results: tuple[InlineResult, ...] = ()
    button: dict[str, Any] | None = None
    is_personal: bool = False
    cache_time: int = 300
    next_offset: str = ""


@dataclass(slots=True)
class _Pending:
    asked_at: float
    answer: asyncio.Future[Any]
    person: HumanUser
    bot: BotUser
    query: str = ""
    offset: str = ""


@dataclass(frozen=True, slots=True)
class _Cached:
    answer: InlineAnswer
    until: float


class Queries:
    def __init__(self, world: World) -> None:
        self._world = world
        self._ids = itertools.count(90_000_000_001)
        self._presses: dict[str, _Pending] = {}
        self._asks: dict[str, _Pending] = {}
        self._cache: dict[tuple[int, str, str, int | None], _Cached] = {}
        self.inline_messages: dict[str, Message] = {}

    # -- presses ------------------------------------------------------------------------------------------------

    async def press(self, person: HumanUser, message: Message, button: Button, seconds: float) -> CallbackAnswer:
        """Buttons that open something do not ask the bot."""
        if "callback_data" not in button:
            return CallbackAnswer(url=str(button.get("url", "")))
        return await self.press_data(person, message, button["callback_data"], seconds)

    async def press_data(self, person: HumanUser, message: Message, data: str, seconds: float = 15) -> CallbackAnswer:
        """A press as an app sends it: `data` need not be on the keyboard any more."""
        bot = self._bot_of(message)
        query_id, pending = self._open(self._presses, person, bot)
        where: dict[str, Any] = {"message": message.pressed_wire}
        if message.inline_message_id:
            where = {"inline_message_id": message.inline_message_id}
        query = {"id": query_id, "from": person.wire, "chat_instance": str(message.chat.id), "data": data}
        bot.updates.put("callback_query", query | where)
        async with asyncio.timeout(seconds):
            answer: CallbackAnswer = await pending.answer
        return answer

    def answer_press(self, bot: BotUser, query_id: str, answer: CallbackAnswer) -> None:
        pending = self._find(self._presses, bot, query_id, PRESS_SECONDS)
        if not pending.answer.done():
            pending.answer.set_result(answer)
        self._world.touch()

    # -- inline -------------------------------------------------------------------------------------------------

    async def ask(
        self, person: HumanUser, bot: BotUser, query: str, offset: str, chat_type: str | None, seconds: float
    ) -> InlineAnswer:
        """From Telegram's cache where an earlier answer allows that, else from the bot."""
        cached = self._cached(bot, query, offset, person)
        if cached is not None:
            return cached
        query_id, pending = self._open(self._asks, person, bot)
        pending.query, pending.offset = query, offset
        wire = {"id": query_id, "from": person.wire, "query": query, "offset": offset}
        if bot.has_inline:
            bot.updates.put("inline_query", wire | ({"chat_type": chat_type} if chat_type else {}))
        async with asyncio.timeout(seconds):
            answer: InlineAnswer = await pending.answer
        return answer

    def asked(self, bot: BotUser, query_id: str) -> str:
        """The words of a query that may still be answered."""
        return self._find(self._asks, bot, query_id, INLINE_SECONDS).query

    def answer_ask(self, bot: BotUser, query_id: str, answer: InlineAnswer) -> None:
        pending = self._find(self._asks, bot, query_id, INLINE_SECONDS)
        owner = pending.person.id if answer.is_personal else None
        until = self._world.clock.monotonic() + answer.cache_time
        self._cache[bot.id, pending.query, pending.offset, owner] = _Cached(answer, until)
        if not pending.answer.done():
            pending.answer.set_result(answer)
        self._world.touch()

    def choose(self, person: HumanUser, result: InlineResult, chat: Chat, topic: ForumTopic | None) -> Message:
        inline_id = f"im{next(self._ids)}" if result.markup.rows else None
        message = self._world.post(
            chat,
            person,
            result.body,
            result.markup,
            via_bot=result.bot,
            inline_message_id=inline_id,
            thread_id=None if topic is None else topic.thread_id,
        )
        chosen = {"result_id": result.id, "from": person.wire, "query": result.query}
        if inline_id is not None:
            self.inline_messages[inline_id] = message
            chosen["inline_message_id"] = inline_id
        result.bot.updates.put("chosen_inline_result", chosen)
        return message

    def _cached(self, bot: BotUser, query: str, offset: str, person: HumanUser) -> InlineAnswer | None:
        now = self._world.clock.monotonic()
        for owner in (person.id, None):
            cached = self._cache.get((bot.id, query, offset, owner))
            if cached is not None and now < cached.until:
                return cached.answer
        return None

    def _bot_of(self, message: Message) -> BotUser:
        found = next((bot for bot in self._world.bots if bot is (message.via_bot or message.sender)), None)
        if found is None:
            raise LookupError("no bot wrote this")
        return found

    # -- both ---------------------------------------------------------------------------------------------------

    def _open(self, shelf: dict[str, _Pending], person: HumanUser, bot: BotUser) -> tuple[str, _Pending]:
        query_id = str(next(self._ids))
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        shelf[query_id] = _Pending(self._world.clock.monotonic(), future, person, bot)
        return query_id, shelf[query_id]

    def _find(self, shelf: dict[str, _Pending], bot: BotUser, query_id: str, seconds: float) -> _Pending:
        pending = shelf.get(query_id)
        if pending is None or pending.bot is not bot or self._world.clock.monotonic() - pending.asked_at > seconds:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return pending
