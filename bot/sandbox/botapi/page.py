"""The chat page's side of the server: its files, and one WebSocket per open page."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from aiohttp import WSMsgType, web

from bot.errors import LeadbellError
from bot.i18n import _
from bot.sandbox.botapi import view

if TYPE_CHECKING:
    from bot.sandbox.botapi.chats import Chat, ForumTopic
    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import BotUser, HumanUser
    from bot.sandbox.botapi.queries import InlineAnswer
    from bot.sandbox.botapi.refusal import RefusedError
    from bot.sandbox.botapi.world import Event, World

FOLDER: Final = Path(__file__).parent.parent / "page"
_TYPES: Final = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
}
_PATIENCE: Final = 15.0

Said = Mapping[str, Any]


@dataclass(slots=True)
class Control:
    """A button or switch beside the chats. `action` gets the group that is open or whose bot is, and for a switch
    whether it is to be on.
    """

    label: str
    group: Literal["lead", "fault"]
    action: Callable[[Chat | None, bool | None], Awaitable[None]]
    is_switch: bool = False
    is_on: bool = False
    hint: str = ""
    """What comes of it."""


@dataclass(slots=True, eq=False)
class _Visitor:
    """One open page, and the inline answers it was given."""

    socket: web.WebSocketResponse
    unsent: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    answers: dict[str, InlineAnswer] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class ChatPage:
    def __init__(self, world: World, controls: Mapping[str, Control]) -> None:
        self._world = world
        self._controls = controls
        self._visitors: set[_Visitor] = set()
        world.listen(self._on_event)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/", self._index)
        router.add_get("/page/live", self._live)
        router.add_get("/page/file/{file_id}", self._file)
        router.add_get("/page/{name}", self._static)

    def notice(self, error: RefusedError) -> None:
        """Tells the visitors that the bot is being held off."""
        seconds = (error.parameters or {}).get("retry_after")
        if seconds is not None:
            text = _("Bot API is refusing: flood, {seconds} s").format(seconds=seconds)
            self._broadcast({"type": "notice", "text": text})

    async def close(self) -> None:
        for visitor in tuple(self._visitors):
            await visitor.socket.close()

    # -- files --------------------------------------------------------------------------------------------------

    async def _index(self, _request: web.Request) -> web.Response:
        return _served("index.html")

    async def _static(self, request: web.Request) -> web.Response:
        return _served(request.match_info["name"])

    async def _file(self, request: web.Request) -> web.Response:
        file = self._world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        is_picture = file.data.startswith((b"\x89PNG", b"\xff\xd8\xff"))
        headers = {"X-Content-Type-Options": "nosniff"} | ({} if is_picture else {"Content-Disposition": "attachment"})
        kind = (
            "application/octet-stream" if not is_picture else "image/png" if file.data[:1] == b"\x89" else "image/jpeg"
        )
        return web.Response(body=file.data, content_type=kind, headers=headers)

    # -- from the world to the pages ----------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        self._broadcast(view.event(event))

    def _broadcast(self, said: dict[str, Any]) -> None:
        for visitor in tuple(self._visitors):
            visitor.unsent.put_nowait(said)

    # -- from a page to the world -------------------------------------------------------------------------------

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        if not _is_same_site(request):
            raise web.HTTPForbidden
        await socket.prepare(request)
        visitor = _Visitor(socket)
        visitor.unsent.put_nowait(view.hello(self._world, self._controls))
        self._visitors.add(visitor)  # in one breath with the greeting, so that no event falls between the two
        visitor.tasks.add(asyncio.create_task(_told(visitor)))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._take(visitor, frame.data)
        finally:
            self._visitors.discard(visitor)
            for task in visitor.tasks:
                task.cancel()
        return socket

    def _take(self, visitor: _Visitor, data: str) -> None:
        """Each wish runs beside the others: a press waits for the bot."""
        task = asyncio.create_task(self._try_wish(visitor, data))
        visitor.tasks.add(task)
        task.add_done_callback(visitor.tasks.discard)

    async def _try_wish(self, visitor: _Visitor, data: str) -> None:
        try:
            said = json.loads(data)
            await _WISHES[said["type"]](self, visitor, said)
        except LeadbellError as error:
            visitor.unsent.put_nowait({"type": "error", "text": str(error)})
        except TimeoutError:
            visitor.unsent.put_nowait({"type": "error", "text": _("The bot did not answer.")})
        except (LookupError, TypeError, ValueError):
            visitor.unsent.put_nowait({"type": "error", "text": _("That is not possible any more.")})

    async def _say(self, _visitor: _Visitor, said: Said) -> None:
        chat = self._chat(said)
        text = str(said["text"]).strip()[:4096]
        if text:
            reply_to = chat.find(said.get("reply_to"))
            self._person(said).says(chat, text, reply_to=reply_to, topic=_topic(chat, said))

    async def _press(self, visitor: _Visitor, said: Said) -> None:
        message = self._message(said)
        answer = await self._world.queries.press_data(self._person(said), message, str(said["data"]), _PATIENCE)
        visitor.unsent.put_nowait(view.callback_answer(said["press_id"], answer))

    async def _ask(self, visitor: _Visitor, said: Said) -> None:
        person, chat = self._person(said), self._chat(said)
        query, offset = str(said["query"])[:256], str(said.get("offset") or "")
        answer = await person.asks_inline(query, chat, bot=self._bot(said), offset=offset)
        visitor.answers[str(said["ask_id"])] = answer
        visitor.unsent.put_nowait(view.inline_answer(said["ask_id"], answer))

    async def _choose(self, visitor: _Visitor, said: Said) -> None:
        answer = visitor.answers[str(said["ask_id"])]
        result = next(r for r in answer.results if r.id == str(said["result_id"]))
        chat = self._chat(said)
        self._person(said).chooses(result, chat, _topic(chat, said))

    async def _start(self, _visitor: _Visitor, said: Said) -> None:
        self._person(said).starts(str(said.get("payload") or ""), self._bot(said))

    async def _control(self, _visitor: _Visitor, said: Said) -> None:
        name = str(said["name"])
        control = self._controls[name]
        is_on = bool(said.get("on")) if control.is_switch else None
        await control.action(self._chat(said) if said.get("chat_id") else None, is_on)
        if is_on is not None:
            control.is_on = is_on
            self._broadcast({"type": "control", "name": name, "is_on": is_on})

    def _person(self, said: Said) -> HumanUser:
        return self._world.people[int(said["as"])]

    def _bot(self, said: Said) -> BotUser | None:
        return next((bot for bot in self._world.bots if bot.id == said.get("bot_id")), None)

    def _chat(self, said: Said) -> Chat:
        return next(chat for chat in self._world.every_chat() if str(chat.key) == str(said["chat_id"]))

    def _message(self, said: Said) -> Message:
        message = self._chat(said).find(int(said["message_id"]))
        if message is None:
            raise LookupError
        return message


Wish = Callable[[ChatPage, _Visitor, Said], Awaitable[None]]
_WISHES: Final[Mapping[str, Wish]] = {
    "send": ChatPage._say,  # noqa: SLF001 - the table of its own class
    "press": ChatPage._press,  # noqa: SLF001
    "inline": ChatPage._ask,  # noqa: SLF001
    "choose": ChatPage._choose,  # noqa: SLF001
    "start": ChatPage._start,  # noqa: SLF001
    "control": ChatPage._control,  # noqa: SLF001
}


def _topic(chat: Chat, said: Said) -> ForumTopic | None:
    return chat.topics.get(said.get("thread_id") or 0)


async def _told(visitor: _Visitor) -> None:
    """One after the other: aiohttp compresses what is long beside the loop, and what is short would overtake it."""
    with contextlib.suppress(ConnectionError):
        while not visitor.socket.closed:
            await visitor.socket.send_json(await visitor.unsent.get())


def _served(name: str) -> web.Response:
    path = FOLDER / name
    kind = _TYPES.get(path.suffix)
    if path.parent != FOLDER or kind is None or not path.is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    charset = "utf-8" if kind.startswith("text/") else None
    return web.Response(body=path.read_bytes(), content_type=kind, charset=charset, headers=headers)


def _is_same_site(request: web.Request) -> bool:
    """Another site's page must not act in the demo."""
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host
