"""Who the bot is: getMe, its menu, its name and descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.botapi.parameters import Parameters
from bot.sandbox.botapi.profile import SCOPES
from bot.sandbox.botapi.refusal import bad
from bot.sandbox.botapi.world import Event

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext


def get_me(context: MethodContext, _p: Parameters) -> dict[str, Any]:
    return context.bot.own_wire


def agree(_desk: MethodContext, _p: Parameters) -> bool:
    return True


def set_my_commands(context: MethodContext, p: Parameters) -> bool:
    commands = p.sequence("commands")
    if commands is None:
        raise bad("commands are not specified")
    context.bot.profile.set_commands(_scope(context, p), p.text("language_code"), commands)
    context.world.tell(Event("commands", bot=context.bot))
    return True


def get_my_commands(context: MethodContext, p: Parameters) -> list[dict[str, str]]:
    return context.bot.profile.commands(_scope(context, p), p.text("language_code"))


def delete_my_commands(context: MethodContext, p: Parameters) -> bool:
    context.bot.profile.set_commands(_scope(context, p), p.text("language_code"), [])
    context.world.tell(Event("commands", bot=context.bot))
    return True


def set_my_name(context: MethodContext, p: Parameters) -> bool:
    return _set(context, p, "name", 64)


def get_my_name(context: MethodContext, p: Parameters) -> dict[str, str]:
    return {"name": _get(context, p, "name") or context.bot.name}


def set_my_description(context: MethodContext, p: Parameters) -> bool:
    return _set(context, p, "description", 512)


def get_my_description(context: MethodContext, p: Parameters) -> dict[str, str]:
    return {"description": _get(context, p, "description")}


def set_my_short_description(context: MethodContext, p: Parameters) -> bool:
    return _set(context, p, "short_description", 120)


def get_my_short_description(context: MethodContext, p: Parameters) -> dict[str, str]:
    return {"short_description": _get(context, p, "short_description")}


def _set(context: MethodContext, p: Parameters, name: str, most: int) -> bool:
    if len(p.text(name)) > most:
        raise bad(f"bot {name.replace('_', ' ')} is too long")
    context.bot.profile.texts[name, p.text("language_code")] = p.text(name)
    return True


def _get(context: MethodContext, p: Parameters, name: str) -> str:
    texts = context.bot.profile.texts
    return texts.get((name, p.text("language_code"))) or texts.get((name, ""), "")


def _scope(context: MethodContext, p: Parameters) -> dict[str, Any] | None:
    scope = p.mapping("scope")
    if scope is None:
        return None
    fields = SCOPES.get(str(scope.get("type")))
    if fields is None:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in fields:
        scope = {**scope, "chat_id": context.chat(Parameters({"chat_id": scope.get("chat_id")})).id}
    return {"type": scope["type"], **{name: scope.get(name) for name in fields}}
