"""How updates reach a bot: long polling, or a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.botapi import webhooks
from bot.sandbox.botapi.refusal import bad, webhook_is_set
from bot.sandbox.botapi.updates import DEFAULT_ALLOWED, Webhook

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


def set_webhook(context: MethodContext, p: Parameters) -> bool:
    """An empty address takes the webhook away. Whoever polls is ended with 409."""
    url, secret = p.text("url"), p.text("secret_token")
    if not url:
        return delete_webhook(context, p)
    if secret and not webhooks.SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    webhooks.check(url, is_local=context.is_local)
    updates = context.bot.updates
    updates.allow(p.sequence("allowed_updates"))
    if p.flag("drop_pending_updates"):
        updates.drop()
    updates.webhook = url
    updates.hook = Webhook(secret, min(max(p.integer("max_connections") or 40, 1), 100), is_set=True)
    updates.terminate("setWebhook request")
    context.webhooks.start(context.bot)
    return True


def delete_webhook(context: MethodContext, p: Parameters) -> bool:
    context.webhooks.stop(context.bot)
    context.bot.updates.webhook = ""
    context.bot.updates.hook = Webhook()
    if p.flag("drop_pending_updates"):
        context.bot.updates.drop()
    return True


def get_webhook_info(context: MethodContext, _p: Parameters) -> dict[str, Any]:
    """The last error stays until the webhook is set anew, however well it goes since."""
    updates = context.bot.updates
    info: dict[str, Any] = {
        "url": updates.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(updates.waiting),
    }
    if updates.allowed != DEFAULT_ALLOWED:
        info["allowed_updates"] = sorted(updates.allowed)
    if updates.webhook:
        info |= updates.hook.wire
    return info
