"""Chats as Telegram keeps them: who is in one, in which role, its topics and its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.botapi.messages import Message
    from bot.sandbox.botapi.people import BotUser, HumanUser, User

ChatKind = Literal["private", "group", "supergroup", "channel"]

GENERAL: Final = 1
"""The topic every forum group has; it is written to without a number."""
TOPIC_COLOR: Final = 7322096
RIGHTS = (
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


class MemberStatus(StrEnum):
    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    RESTRICTED = "restricted"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def is_administrative(self) -> bool:
        return self in {MemberStatus.CREATOR, MemberStatus.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class ChatMember:
    """One account's place in one chat. `is_member` is for restricted ones, `rights` for administrators."""

    account: User
    role: MemberStatus
    is_member: bool = True
    rights: frozenset[str] = frozenset()

    @property
    def is_present(self) -> bool:
        return self.role not in {MemberStatus.LEFT, MemberStatus.KICKED} and (
            self.role is not MemberStatus.RESTRICTED or self.is_member
        )

    @property
    def wire(self) -> dict[str, Any]:
        wire: dict[str, Any] = {"status": self.role.value, "user": self.account.wire}
        return wire | self._details()

    def _details(self) -> dict[str, Any]:
        if self.role is MemberStatus.CREATOR:
            return {"is_anonymous": False}
        if self.role is MemberStatus.ADMINISTRATOR:
            rights = {name: name in self.rights for name in RIGHTS}
            return {"can_be_edited": False, "is_anonymous": False, "can_manage_chat": True, **rights}
        if self.role is MemberStatus.RESTRICTED:
            return {"is_member": self.is_member, "until_date": 0, **dict.fromkeys(PERMISSIONS, False)}
        return {"until_date": 0} if self.role is MemberStatus.KICKED else {}


@dataclass(slots=True, eq=False)
class ForumTopic:
    thread_id: int
    name: str
    is_closed: bool = False
    author: User | None = None
    first: Message | None = None
    """That it was made: what every message in it answers, where it answers nothing else."""

    @property
    def wire(self) -> dict[str, Any]:
        return {"message_thread_id": self.thread_id, "name": self.name, "icon_color": TOPIC_COLOR}


@dataclass(slots=True, eq=False)
class Chat:
    id: int
    kind: ChatKind
    title: str = ""
    username: str | None = None
    person: HumanUser | None = None
    bot: BotUser | None = None
    """The two sides of a private chat."""
    has_started: bool = False
    has_blocked: bool = False
    """What the person of a private chat did with its bot."""
    is_forum: bool = False
    topics: dict[int, ForumTopic] = field(default_factory=dict)
    members: dict[int, ChatMember] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list)
    """Every message there ever was, deleted ones too."""
    migrated_to: Chat | None = None
    linked_channel: int | None = None
    """The channel whose posts are discussed here: then also its readers write, below a post."""
    is_hiding_members: bool = False
    """Whether a bot that is no administrator is refused getChatMember."""
    last_bot: User | None = None
    """Who was the last bot to post: in privacy mode a bare /command reaches that one only."""
    pinned: Message | None = None

    @property
    def messages(self) -> list[Message]:
        """What a person sees, oldest first."""
        return [message for message in self.history if not message.is_deleted]

    @property
    def by_bot(self) -> list[Message]:
        """What bots sent and did not delete."""
        return [message for message in self.messages if message.is_own]

    def by(self, account: User) -> list[Message]:
        return [message for message in self.messages if message.sender is account]

    @property
    def key(self) -> int | str:
        """What tells it from all others: a person's private chats with two bots have one id (Bot API)."""
        if self.bot is None or self.person is None or self.bot is self.person.world.bot:
            return self.id
        return f"{self.id}@{self.bot.id}"

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    @property
    def place(self) -> str:
        """Telegram's words for it in an error."""
        return "private chat" if self.kind == "private" else f"{self.kind} chat"

    @property
    def wire(self) -> dict[str, Any]:
        if self.person is not None:
            names = {name: value for name, value in self.person.wire.items() if name in _PRIVATE_FIELDS}
            return {"id": self.id, "type": "private", **names}
        wire: dict[str, Any] = {"id": self.id, "type": self.kind, "title": self.title}
        if self.username:
            wire["username"] = self.username
        return wire | ({"is_forum": True} if self.is_forum else {})

    def find(self, message_id: int | None) -> Message | None:
        return next((m for m in self.history if m.message_id == message_id and not m.is_deleted), None)

    def role(self, account: User) -> MemberStatus:
        membership = self.members.get(account.id)
        return MemberStatus.LEFT if membership is None else membership.role

    def has(self, account: User) -> bool:
        membership = self.members.get(account.id)
        return membership is not None and membership.is_present

    def may(self, account: User, right: str) -> bool:
        membership = self.members.get(account.id)
        return membership is not None and (membership.role is MemberStatus.CREATOR or right in membership.rights)

    def present(self) -> Iterator[ChatMember]:
        return (membership for membership in self.members.values() if membership.is_present)


_PRIVATE_FIELDS = frozenset({"first_name", "last_name", "username"})
