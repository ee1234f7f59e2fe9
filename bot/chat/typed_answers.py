"""What somebody typed in answer to a question about a lead, or below its card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.views import answers, contact, prompts
from bot.chat.views.lead_codes import PromptKind
from bot.chat.views.message import said
from bot.chat.written import written_at
from bot.domain import typed_times
from bot.domain.ids import ChatId, MessageId
from bot.domain.lead import Status
from bot.domain.money import rupees
from bot.domain.typed_times import TimeProblem
from bot.i18n import _
from bot.team.access import Role
from bot.team.claim_rules import LONGEST_REASON, Refusal
from bot.team.reminders import LONGEST_TEXT

if TYPE_CHECKING:
    import telegram

    from bot.chat.context import LeadbellContext
    from bot.chat.views.message import RenderedMessage
    from bot.domain.ids import LeadId
    from bot.domain.lead import StoredLead
    from bot.domain.person import Person
    from bot.team.claim_rules import ChangeResult


@dataclass(frozen=True, slots=True)
class AnswerResult:
    """What came of an answer."""

    said: RenderedMessage | None = None
    """None where a nod will do."""
    is_settled: bool = True
    """Whether its question need not stand any longer: it does for who was asked, where somebody else is refused."""


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """One answer, by one person."""

    message: telegram.Message
    text: str
    person: Person
    role: Role
    context: LeadbellContext

    async def take(self, topic: PromptKind, lead_id: LeadId) -> AnswerResult:
        stored = await self.context.services.lookup.lead(lead_id)
        if stored is None:
            return AnswerResult(said(answers.gone()))
        match topic:
            case PromptKind.NOTE:
                await self._note(lead_id)
                return AnswerResult()
            case PromptKind.TIME if stored.is_left_alone:
                return AnswerResult(said(contact.left_alone()))
            case PromptKind.TIME:
                return AnswerResult(await self._remind(stored))
            case PromptKind.VALUE:
                return await self._win(stored)
            case PromptKind.REASON:
                return await self._lose(stored)

    async def _note(self, lead_id: LeadId) -> None:
        """A message that Telegram brings again is noted once, and nodded to again."""
        self.context.menus.close(lead_id)
        read_from = ChatId(self.message.chat.id), MessageId(self.message.message_id)
        await self.context.services.notes.add(lead_id, self.person, self.text, message=read_from)

    async def _remind(self, stored: StoredLead) -> RenderedMessage | None:
        services = self.context.services
        since = written_at(self.message, services.clock.now())
        found = typed_times.parse(self.text, since, services.settings.timezone)
        if isinstance(found, TimeProblem):
            return self._again(PromptKind.TIME, stored, answers.time_problem(found))
        if (over := len(found.text) - LONGEST_TEXT) > 0:
            return self._again(PromptKind.TIME, stored, answers.too_long(over))
        await services.reminders.add(stored.lead_id, self.person, found.at, found.text)
        self.context.menus.close_soon(stored.lead_id)
        is_open = services.working.is_open(found.at)
        return said("⏰ " + self.context.views.reminder_set(stored.number, found.at, is_working_time=is_open))

    async def _win(self, stored: StoredLead) -> AnswerResult:
        least, most = rupees(self.text) or (None, None)
        if least is None or least != most:
            words = _("I do not understand this amount. Write for example 50,000 or 1.5 lakh.")
            return AnswerResult(self._again(PromptKind.VALUE, stored, words))
        return await self._set(stored.lead_id, Status.WON, won_value=least)

    async def _lose(self, stored: StoredLead) -> AnswerResult:
        if (over := len(self.text) - LONGEST_REASON) > 0:
            return AnswerResult(self._again(PromptKind.REASON, stored, answers.too_long(over)))
        return await self._set(stored.lead_id, Status.LOST, reason=self.text)

    async def _set(
        self, lead_id: LeadId, status: Status, *, reason: str | None = None, won_value: int | None = None
    ) -> AnswerResult:
        is_admin = self.role is Role.ADMIN
        unfolded = self.context.menus.close(lead_id)
        changed = await self.context.services.claims.set_status(
            lead_id, status, self.person, is_admin=is_admin, reason=reason, won_value=won_value
        )
        if not changed.ok:
            self.context.menus.open(lead_id, *unfolded)
        return _refused(changed)

    def _again(self, topic: PromptKind, stored: StoredLead, before: str) -> RenderedMessage:
        return prompts.prompt(topic, stored, self.person, self.context.bot_name, before)


def _refused(changed: ChangeResult) -> AnswerResult:
    """Telegram may bring an answer again, and then it is so already."""
    if changed.ok or changed.why is Refusal.SAME:
        return AnswerResult()
    return AnswerResult(said(answers.refusal(changed)), is_settled=False)
