"""Chats and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.botapi import membership
from bot.sandbox.botapi.chats import PERMISSIONS, Chat, ChatMember, MemberStatus
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters
    from bot.sandbox.botapi.people import User

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(context: MethodContext, p: Parameters) -> dict[str, Any]:
    chat = context.known(p)
    full: dict[str, Any] = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if chat.kind != "private":
        full["permissions"] = dict.fromkeys(PERMISSIONS, True)
        full["has_hidden_members"] = chat.is_hiding_members
    if chat.linked_channel is not None:
        full["linked_chat_id"] = chat.linked_channel
    if chat.pinned is not None:
        full["pinned_message"] = chat.pinned.wire
    return chat.wire | full


def get_chat_member(context: MethodContext, p: Parameters) -> dict[str, Any]:
    """Of others it is guaranteed to an administrator only (Bot API)."""
    chat = context.chat(p)
    account = _account(context, p.integer("user_id"))
    is_about_self = account is context.bot
    if chat.is_hiding_members and not is_about_self and not chat.role(context.bot).is_administrative:
        raise bad("CHAT_ADMIN_REQUIRED")
    if chat.kind == "private":
        return ChatMember(account, MemberStatus.MEMBER).wire
    return chat.members.get(account.id, ChatMember(account, MemberStatus.LEFT)).wire


def get_chat_administrators(context: MethodContext, p: Parameters) -> list[dict[str, Any]]:
    chat = _group(context, p)
    return [m.wire for m in chat.present() if m.role.is_administrative and not m.account.is_bot]


def get_chat_member_count(context: MethodContext, p: Parameters) -> int:
    chat = context.chat(p)
    return 2 if chat.kind == "private" else len(list(chat.present()))


def leave_chat(context: MethodContext, p: Parameters) -> bool:
    membership.leave(context.world, _group(context, p), context.bot)
    return True


def _group(context: MethodContext, p: Parameters) -> Chat:
    chat = context.chat(p)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    return chat


def _account(context: MethodContext, user_id: int | None) -> User:
    accounts: list[User] = [*context.world.bots, *context.world.people.values()]
    found = next((account for account in accounts if account.id == user_id), None)
    if found is None:
        raise bad("PARTICIPANT_ID_INVALID" if user_id else "invalid user_id specified")
    return found
