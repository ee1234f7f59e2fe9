"""How updates reach the bot: long polling. A webhook is only ever another program's, and can be removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.botapi.refusal import bad, webhook_is_set

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters

MAX_SECONDS = 50


async def get_updates(context: MethodContext, p: Parameters) -> list[dict[str, Any]]:
    updates = context.bot.updates
    if updates.webhook:
        raise webhook_is_set()
    updates.allow(p.sequence("allowed_updates"))
    limit = p.integer("limit") or 100
    if not 1 <= limit <= 100:
        limit = 100
    seconds = min(max(p.integer("timeout") or 0, 0), MAX_SECONDS)
    return await updates.take(p.integer("offset"), limit, seconds)


def set_webhook(_desk: MethodContext, _p: Parameters) -> bool:
    raise bad("bad webhook: the sandbox takes long polling only; use getUpdates")


def delete_webhook(context: MethodContext, p: Parameters) -> bool:
    context.bot.updates.webhook = ""
    if p.flag("drop_pending_updates"):
        context.bot.updates.drop()
    return True


def get_webhook_info(context: MethodContext, _p: Parameters) -> dict[str, Any]:
    waiting = len(context.bot.updates.waiting)
    return {"url": context.bot.updates.webhook, "has_custom_certificate": False, "pending_update_count": waiting}
