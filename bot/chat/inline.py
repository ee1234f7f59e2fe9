"""`@bot words` in any chat: the same search. Numbers are shown only where nobody else reads along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from telegram.constants import ChatType, ParseMode

from bot.chat.auth import visitor_of_inline
from bot.chat.bot_api import NO_PREVIEW
from bot.chat.views import bad_filters, text
from bot.chat.views.labels import kind_name
from bot.domain import phones
from bot.domain.ids import UserId
from bot.domain.sight import BLIND, Reader, Sight
from bot.i18n import _
from bot.lookup.lists import HIGHEST, LOWEST, ListQuery
from bot.store.audit import Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineQuery, Update

    from bot.chat.context import LeadbellContext
    from bot.domain.card import Card
    from bot.domain.lead import Lead, StoredLead
    from bot.lookup.lists import LeadPage

SIZE: Final = 20
CACHED: Final = 30
"""Seconds. What shows a number is not kept at all: Telegram's cache is per person, not per chat."""
LONGEST_TITLE: Final = 100
LONGEST_DESCRIPTION: Final = 200
LONGEST_BUTTON: Final = 60


async def ask(update: Update, context: LeadbellContext) -> None:
    query = update.inline_query
    if query is None:
        return
    visitor = await visitor_of_inline(query.from_user, context.services)
    if not visitor.may_look or context.services.is_paused:
        await _answer(query, context, results=[], cache_time=0)
        return
    page = await _page(query, context)
    cards = await context.services.cards.cards(stored.lead_id for stored in page.leads)
    sight = await _sight([card.stored for card in cards], query, context)
    await _answer(
        query,
        context,
        results=[_result(card, sight, context) for card in cards],
        cache_time=0 if is_alone(query) else CACHED,
        next_offset="" if page.older is None else str(page.older),
        **await _nothing(query, page, context),
    )


async def _answer(query: InlineQuery, context: LeadbellContext, **given: object) -> None:
    await context.api.call("answerInlineQuery", inline_query_id=query.id, is_personal=True, **given)


async def _sight(found: Sequence[StoredLead], query: InlineQuery, context: LeadbellContext) -> Sight:
    if not is_alone(query):
        return BLIND
    reader = Reader(user_id=UserId(query.from_user.id), is_alone=True)
    return await context.services.audit.sight(found, reader, Seen.INLINE)


def is_alone(query: InlineQuery) -> bool:
    """Whether the result would be sent to the bot itself. Apps that do not tell count as others reading along."""
    return query.chat_type == ChatType.SENDER


async def _page(query: InlineQuery, context: LeadbellContext) -> LeadPage:
    """Without words the newest leads."""
    wanted = ListQuery(words=text.typed(query.query), asker=query.from_user.id)
    return await context.services.lookup.page(wanted, older_than=_key(query.offset), size=SIZE)


def _key(offset: str) -> int | None:
    """What this never gave out leads to nothing."""
    if not offset:
        return None
    is_key = offset.isascii() and offset.isdecimal() and len(offset) <= len(str(HIGHEST))
    return min(int(offset), HIGHEST) if is_key else LOWEST


async def _nothing(query: InlineQuery, page: LeadPage, context: LeadbellContext) -> dict[str, Any]:
    if page.leads or query.offset:
        return {}
    explained = bad_filters.explained(await context.services.lookup.bad_filters(page.query))
    said = text.shorten(explained[0], LONGEST_BUTTON) if explained else _("Nothing found. Try fewer words")
    return {"button": {"text": said, "start_parameter": "search"}}


def _result(card: Card, sight: Sight, context: LeadbellContext) -> dict[str, object]:
    shown = sight.card(card)
    # A number is one account's, and so names no lead where the bot speaks for several.
    named = f"_{card.stored.lead_id}" if context.accounts.are_several else ""
    link = f"https://t.me/{context.bot_name}?start=lead_{card.stored.number}{named}"
    return {
        "type": "article",
        "id": str(card.stored.lead_id),
        "title": sight.last_look(_title(shown.stored.lead), [card.stored]),
        "description": sight.last_look(_description(shown), [card.stored]),
        "input_message_content": {
            "message_text": context.views.card(card, to=sight).text,
            "parse_mode": ParseMode.HTML,
            "link_preview_options": NO_PREVIEW,
        },
        "reply_markup": {"inline_keyboard": [[{"text": _("Open"), "url": link}]]},
    }


def _title(lead: Lead) -> str:
    return text.shorten(" · ".join(filter(None, (kind_name(lead.kind), text.line(lead.product)))), LONGEST_TITLE)


def _description(card: Card) -> str:
    lead = card.stored.lead
    number = phones.show(lead.phones[0]) if lead.phones else ""
    known = (lead.name or lead.company, lead.city, number)
    said = " · ".join(filter(None, map(text.line, known)))
    return text.shorten(said or f"#{card.stored.number}", LONGEST_DESCRIPTION)
