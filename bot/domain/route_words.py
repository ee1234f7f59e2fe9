"""What is typed behind /route: a search, an arrow, and where its leads are to go. Who is meant is not known here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bot.domain.ids import ChatId
from bot.domain.plain_text import plain
from bot.domain.words.all import LANGUAGES, either, says

_ELSEWHERE: Final = either(pattern for words in LANGUAGES[1:] for pattern in (words.here, words.mute))
"""In other languages than English, in which more of these words are such as are looked for."""
_ARROW: Final = re.compile(r"\s*(?:-{1,2}>|[–—]>|[→➡⇒➜➔]\ufe0f?)\s*|(?<!value)\s+=>\s*")
_CLEAR: Final = re.compile(rf"(?:^|\s)(here|mute|{_ELSEWHERE}|@\w+(?:(?:\s*(?:,|&|and)\s*|\s+)@\w+)*)$", re.IGNORECASE)
"""What can be nothing but a destination, without an arrow before it."""
_TOPIC: Final = re.compile(r"topic[\s:#]*([0-9]{1,15})", re.IGNORECASE)
_CHAT: Final = re.compile(r"(-[0-9]{5,15})(?::([0-9]{1,15}))?")
_BETWEEN: Final = re.compile(r"\s*(?:[,;&+]|\band\b)\s*|\s+(?=@)", re.IGNORECASE)
_HERE: Final = either(words.here for words in LANGUAGES)
_MUTE: Final = either(words.mute for words in LANGUAGES)
_GROUP: Final = either(words.group for words in LANGUAGES)


class Target(Enum):
    NOTHING = auto()
    """None was named."""
    HERE = auto()
    MUTE = auto()
    GROUP = auto()
    """The account's chat, as without a route."""
    TOPIC = auto()
    """Of the account's chat."""
    CHAT = auto()
    PEOPLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRoute:
    query: str
    target: Target
    chat_id: ChatId | None = None
    thread_id: int | None = None
    names: tuple[str, ...] = ()


def read(typed: str) -> TypedRoute:
    """The last arrow counts. Without one it takes what can only be a destination, at the end."""
    typed = plain(typed)
    arrows = list(_ARROW.finditer(typed))
    if arrows:
        return _to(typed[: arrows[-1].start()].strip(), typed[arrows[-1].end() :].strip())
    clear = _CLEAR.search(typed.strip())
    if clear is None:
        return TypedRoute(query=typed.strip(), target=Target.NOTHING)
    return _to(typed.strip()[: clear.start()].strip(), clear[1])


def _to(query: str, words: str) -> TypedRoute:
    bare = " ".join(words.lower().split()).strip(" .")
    for known, target in ((_HERE, Target.HERE), (_MUTE, Target.MUTE), (_GROUP, Target.GROUP)):
        if says(known, bare):
            return TypedRoute(query=query, target=target)
    if topic := _TOPIC.fullmatch(bare):
        return TypedRoute(query=query, target=Target.TOPIC, thread_id=int(topic[1]))
    if chat := _CHAT.fullmatch(bare):
        thread_id = None if chat[2] is None else int(chat[2])
        return TypedRoute(query=query, target=Target.CHAT, chat_id=ChatId(int(chat[1])), thread_id=thread_id)
    names = tuple(dict.fromkeys(filter(None, (one.strip() for one in _BETWEEN.split(words)))))
    return TypedRoute(query=query, target=Target.PEOPLE if names else Target.NOTHING, names=names)
