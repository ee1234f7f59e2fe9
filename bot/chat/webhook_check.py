"""Whether what is written to a bot reaches Leadbell: a webhook of its own, another program's, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.check_line import CheckLine
from bot.chat.webhook_book import webhook_host
from bot.i18n import _, ngettext

if TYPE_CHECKING:
    from telegram import WebhookInfo
    from telegram.ext import ExtBot

    from bot.chat.check_line import Ask


class WebhookCheck:
    """Raises TelegramError."""

    def __init__(self, bot: ExtBot[None], own: frozenset[str], wanted: str | None) -> None:
        """`own` are what a service of ours has told Telegram before, `wanted` is what TELEGRAM_WEBHOOK_URL makes."""
        self._bot = bot
        self._wanted = wanted
        self._own = own | ({wanted} - {None})

    async def line(self, ask: Ask | None) -> CheckLine | None:
        """Where another program gets what is written to the bot, whether to end that; only a person may say so."""
        info = await self._bot.get_webhook_info()
        if info.url in self._own or not info.url:
            return self._of_ours(info)
        host = webhook_host(info.url)
        said = _(
            "What is written to @{name} goes to a program at {host} (a webhook), and neither button nor command "
            "comes to Leadbell. If the webhook is removed, that program hears nothing from this bot any more."
        ).format(name=self._bot.username, host=host)
        if ask is None:
            way = _("Run this in a terminal to remove it, or make Leadbell a bot of its own (@BotFather, /newbot).")
            return CheckLine(False, f"{said} {way}")
        if not await ask(said + " " + _("Remove it?")):
            return CheckLine(
                False,
                _(
                    "The webhook at {host} stays. Make Leadbell a bot of its own: send /newbot to @BotFather, and "
                    "use that token."
                ).format(host=host),
            )
        await self._bot.delete_webhook()
        return CheckLine(True, _("The webhook at {host} is removed.").format(host=host))

    def _of_ours(self, info: WebhookInfo) -> CheckLine | None:
        """Who asks Telegram, as most do, hears nothing of webhooks."""
        host = webhook_host(self._wanted or info.url)
        if self._wanted is None:
            text = _("The webhook at {host} is Leadbell's own of before. It is removed when Leadbell starts.")
            return CheckLine(True, text.format(host=host)) if info.url else None
        if info.url != self._wanted:
            text = _("Telegram will bring updates to {host} (TELEGRAM_WEBHOOK_URL) once Leadbell runs.")
            return CheckLine(True, text.format(host=host))
        if not info.last_error_message or not info.pending_update_count:
            return CheckLine(True, _("Telegram brings updates to {host} (TELEGRAM_WEBHOOK_URL).").format(host=host))
        text = _("Telegram does not reach {host} (TELEGRAM_WEBHOOK_URL): “{message}”, and {waiting} there. {advice}")
        n, message = info.pending_update_count, info.last_error_message
        waiting = ngettext("{n} update waits", "{n} updates wait", n).format(n=n)
        return CheckLine(False, text.format(host=host, message=message, waiting=waiting, advice=_reach(message)))

    async def free(self) -> None:
        """What people write has to come here. A service sets its webhook again when it starts."""
        if self._own and (await self._bot.get_webhook_info()).url in self._own:
            await self._bot.delete_webhook()


def _reach(words: str) -> str:
    """What to look at, by Telegram's words."""
    said = words.lower()
    if "resolve" in said:
        return _("Its name is not known in the DNS.")
    if "ssl" in said or "certificate" in said:
        return _("Its certificate is not one that Telegram trusts: Caddy, for one, gets one by itself.")
    if "wrong response" in said and ("404" in said or "401" in said):
        return _(
            "Another server, or another bot's Leadbell, answers there: see that the address leads to HTTP_LISTEN, and "
            "that Leadbell runs."
        )
    if "wrong response" in said:
        return _("Something in front of Leadbell answers there, and Leadbell behind it may not run.")
    return _("See that the web server there runs and that its port is open to the internet.")
