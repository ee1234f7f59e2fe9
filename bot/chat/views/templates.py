"""The WhatsApp greeting as an admin sees it: what is set, and what it would read like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.views import answers, buttons, greeting, labels
from bot.chat.views.message import RenderedMessage, said
from bot.chat.views.setting_codes import SaveTemplate
from bot.chat.views.text import bold, escaped, inert, quote, shorten
from bot.domain.lead import Kind
from bot.i18n import _
from bot.team.greetings import GAPS, LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.ids import AccountId
    from bot.domain.lead import Lead
    from bot.team.greetings import GreetingFlaws

_MOST: Final = 6
"""One for each kind, and one for all."""
_LONGEST_UNKNOWN: Final = 300
"""UTF-16 units of blanks that mean nothing."""


def overview(found: Mapping[str | None, str]) -> RenderedMessage:
    parts = [bold("💬 " + _("The WhatsApp greeting"))]
    for kind, text in list(found.items())[:_MOST]:
        parts += [escaped(_for(kind)), _pre(shorten(text, LONGEST))]
    if None not in found:
        parts.append(escaped(_("Where none is set, Leadbell greets in its own words.")))
    return RenderedMessage("\n".join([*parts, escaped(how())]))


def how() -> str:
    return _(
        "To set it: /template Hello {name}, thank you for asking about {product}. When may I call? {owner}\n"
        "For one kind: /template kind:B Hello {name} …\n"
        "To go back to Leadbell's words: /template off, or /template kind:B off\n"
        "{name}, {product} and {owner} are filled in; {owner} stays empty while nobody has claimed the lead."
    )


def kinds() -> RenderedMessage:
    known = ", ".join(f"kind:{kind} ({labels.kind_name(kind)})" for kind in Kind.KNOWN)
    return said(_("There is no such kind. These are known: {kinds}.").format(kinds=known))


def flaws(found: GreetingFlaws) -> RenderedMessage:
    lines = []
    if found.too_long_by:
        lines.append(answers.too_long(found.too_long_by))
    if found.unknown:
        unknown = shorten(", ".join(found.unknown), _LONGEST_UNKNOWN)
        lines.append(_("I cannot fill in {gaps}; I know {known}.").format(gaps=unknown, known=", ".join(GAPS)))
    return said(*lines, how())


def preview(account_id: AccountId, kind: str | None, text: str, sample: Lead, owner: str | None) -> RenderedMessage:
    """The text to be saved stands in this message, letter by letter."""
    parts = [
        bold(_for(kind)),
        _pre(text),
        escaped(_("To a buyer it reads:")),
        quote(inert(greeting.words(sample, text, owner))),
    ]
    if "{owner}" in text:
        parts += [escaped(_("While nobody has claimed the lead:")), quote(inert(greeting.words(sample, text)))]
    save = buttons.pressed(_("💾 Save"), SaveTemplate(account_id, kind or ""), "success")
    return RenderedMessage("\n".join(parts), buttons.keyboard([[save]]))


def saved(kind: str | None, text: str) -> RenderedMessage:
    when = _("It is on every card from its next change on, and on new ones at once.")
    return RenderedMessage("\n".join((bold("✅ " + _for(kind)), _pre(text), escaped(when))))


def removed(kind: str | None, *, is_done: bool) -> RenderedMessage:
    if is_done:
        return said(_("Removed: {which}").format(which=_for(kind)))
    return said(_("None was set: {which}").format(which=_for(kind)))


def _for(kind: str | None) -> str:
    if kind is None:
        return _("Greeting for every kind of lead")
    return _("Greeting for {kind}").format(kind=f"{labels.sign(kind)} {labels.kind_name(kind)}")


def _pre(text: str) -> str:
    return f"<pre>{escaped(text)}</pre>"
