"""/audit: who was shown a lead's number, for admins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.chat.views import MOST_SEEN
from bot.chat.views.message import RenderedMessage
from bot.domain.ids import LeadNumber
from bot.i18n import _

if TYPE_CHECKING:
    from bot.chat.command import CommandCall
    from bot.chat.context import LeadbellContext

_NUMBER: Final = re.compile(r"#?([0-9]{1,18})")


async def audit(asked: CommandCall, context: LeadbellContext) -> RenderedMessage:
    """By the lead's number, or by a person's name."""
    if not asked.text:
        return RenderedMessage(
            _("Write a lead's number or a person's name behind the command: /audit 1234, /audit ravi")
        )
    trail, wanted = context.services.audit_trail, _NUMBER.fullmatch(asked.text)
    if wanted is None:
        return context.views.audited(await trail.of_person(asked.text, limit=MOST_SEEN + 1), None)
    stored, found = await trail.of_lead(LeadNumber(int(wanted[1])), limit=MOST_SEEN + 1)
    if stored is None:
        return context.views.lead_missing(int(wanted[1]))
    return context.views.audited(found, stored)
