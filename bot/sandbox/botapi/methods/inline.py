"""Answers to inline lookups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.sandbox.botapi import keyboards, wording
from bot.sandbox.botapi.messages import Body
from bot.sandbox.botapi.methods.sending import contact_fields
from bot.sandbox.botapi.queries import InlineAnswer, InlineResult
from bot.sandbox.botapi.refusal import bad

if TYPE_CHECKING:
    from bot.sandbox.botapi.method_context import MethodContext
    from bot.sandbox.botapi.parameters import Parameters
    from bot.sandbox.botapi.people import BotUser

MAX_RESULTS: Final = 50
DEFAULT_CACHE: Final = 300
_START: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline_query(context: MethodContext, p: Parameters) -> bool:
    query_id = p.text("inline_query_id")
    query = context.world.queries.asked(context.bot, query_id)
    results = tuple(_result(value, query, context.bot) for value in _listed(p))
    if len({result.id for result in results}) < len(results):
        raise bad("RESULT_ID_DUPLICATE")
    offset = p.text("next_offset")
    if len(offset.encode()) > 64:
        raise bad("NEXT_OFFSET_INVALID")
    cache_time = p.integer("cache_time")
    answer = InlineAnswer(
        results,
        _button(p.mapping("button")),
        p.flag("is_personal"),
        DEFAULT_CACHE if cache_time is None else cache_time,
        offset,
    )
    context.world.queries.answer_ask(context.bot, query_id, answer)
    return True


def _listed(p: Parameters) -> list[Any]:
    values = p.sequence("results")
    if values is None:
        raise bad("results are not specified")
    if len(values) > MAX_RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    return values


def _result(value: Any, query: str, bot: BotUser) -> InlineResult:
    if not isinstance(value, dict):
        raise bad("can't parse inline query result: object expected")
    if not 1 <= len(str(value.get("id", "")).encode()) <= 64:
        raise bad("RESULT_ID_INVALID")
    if value.get("type") == "article" and not value.get("title"):
        raise bad("ARTICLE_TITLE_EMPTY")
    markup = keyboards.read(value.get("reply_markup"))
    title, description = str(value.get("title", "")), str(value.get("description", ""))
    return InlineResult(str(value["id"]), title, description, _body(value), markup, bot, value, query)


def _body(value: dict[str, Any]) -> Body:
    content = value.get("input_message_content")
    if content is None and value.get("type") == "contact":
        return Body("contact", fields=contact_fields(value))
    if not isinstance(content, dict):
        raise bad("can't parse inline query result: Can't find field \"input_message_content\"")
    if "phone_number" in content:
        return Body("contact", fields=contact_fields(content))
    return Body(formatted=wording.inner_text(content))


def _button(value: dict[str, Any] | None) -> dict[str, Any] | None:
    if value is None:
        return None
    if not value.get("text"):
        raise bad("can't parse inline query results button: text must be non-empty")
    if "web_app" not in value and not _START.fullmatch(str(value.get("start_parameter", ""))):
        raise bad("START_PARAM_INVALID")
    return value
