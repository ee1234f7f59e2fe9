"""People and the bot come, go and change roles; what the chat shows of it and what the bot is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.clock import to_epoch
from bot.sandbox.botapi.chats import Chat, ChatMember, MemberStatus
from bot.sandbox.botapi.messages import Body

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.sandbox.botapi.people import BotUser, HumanUser, User
    from bot.sandbox.botapi.world import World


def join(world: World, chat: Chat, account: User, by: User | None = None) -> None:
    set_role(world, chat, account, MemberStatus.MEMBER, by=by or account)
    announce(world, chat, by or account, {"new_chat_members": [account.wire]})


def leave(world: World, chat: Chat, account: User) -> None:
    """A service message comes first, as long as somebody who is there can be named."""
    announce(world, chat, account, {"left_chat_member": account.wire})
    set_role(world, chat, account, MemberStatus.LEFT)


def remove(world: World, chat: Chat, account: User, by: User) -> None:
    announce(world, chat, by, {"left_chat_member": account.wire})
    set_role(world, chat, account, MemberStatus.KICKED, by=by)


def set_role(
    world: World,
    chat: Chat,
    account: User,
    role: MemberStatus,
    *,
    by: User | None = None,
    is_member: bool = True,
    rights: Iterable[str] = (),
) -> None:
    """Changes a role and sends `my_chat_member` or `chat_member`; no service message."""
    old = chat.members.get(account.id, ChatMember(account, MemberStatus.LEFT))
    new = ChatMember(account, role, is_member, frozenset(rights))
    chat.members[account.id] = new
    change: dict[str, Any] = {
        "chat": chat.wire,
        "from": (by or account).wire,
        "date": to_epoch(world.clock.now()),
        "old_chat_member": old.wire,
        "new_chat_member": new.wire,
    }
    for bot in world.bots:
        if bot is account:
            bot.updates.put("my_chat_member", change)
        elif chat.role(bot).is_administrative:
            bot.updates.put("chat_member", change)
    world.changed(chat)


def add_bot(world: World, chat: Chat, by: HumanUser, role: MemberStatus, bot: BotUser) -> None:
    set_role(world, chat, bot, role, by=by)
    announce(world, chat, by, {"new_chat_members": [bot.wire]})


def kick_bot(world: World, chat: Chat, by: HumanUser, bot: BotUser) -> None:
    set_role(world, chat, bot, MemberStatus.KICKED, by=by)
    announce(world, chat, by, {"left_chat_member": bot.wire})


def upgrade(world: World, chat: Chat) -> Chat:
    """The group becomes a supergroup with another id; its old messages cannot be reached any more."""
    fresh = world.new_chat(chat.title, "supergroup")
    fresh.members = dict(chat.members)
    owner = next((m.account for m in chat.present() if m.role is MemberStatus.CREATOR), world.bot)
    announce(world, chat, owner, {"migrate_to_chat_id": fresh.id})
    chat.migrated_to = fresh
    world.changed(fresh)
    announce(world, fresh, owner, {"migrate_from_chat_id": chat.id})
    return fresh


def announce(world: World, chat: Chat, sender: User, fields: dict[str, Any]) -> None:
    world.post(chat, sender, Body("service", fields=fields))


def set_blocked(world: World, chat: Chat, *, is_blocked: bool) -> None:
    """The person of a private chat blocks its bot, or lets it in again."""
    chat.has_blocked = is_blocked
    if chat.bot is None or chat.person is None:
        return
    states = [MemberStatus.MEMBER, MemberStatus.KICKED]
    old, new = states if is_blocked else reversed(states)
    change = {
        "chat": chat.wire,
        "from": chat.person.wire,
        "date": to_epoch(world.clock.now()),
        "old_chat_member": ChatMember(chat.bot, old).wire,
        "new_chat_member": ChatMember(chat.bot, new).wire,
    }
    chat.bot.updates.put("my_chat_member", change)
    world.touch()
