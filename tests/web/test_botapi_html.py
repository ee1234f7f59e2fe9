"""The sandbox reads HTML as Telegram does, and shows it so that no page can be hurt."""

from __future__ import annotations

import html
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.botapi.automatic import annotate
from bot.sandbox.botapi.entities import KINDS, Entity, FormattedText, clean, parse_html, units
from bot.sandbox.botapi.markup import page_html, telegram_html
from bot.sandbox.botapi.refusal import RefusedError
from bot.sandbox.botapi.town import Town, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SOURCES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([f"<{tag}>" for tag in KINDS] + [f"</{tag}>" for tag in KINDS]),
        st.sampled_from(
            ["&lt;", "&amp;", "&#x1F600;", "&nbsp;", '<a href="javascript:x">', '<a href="http://a.b">', "😀"]
        ),
    ),
    max_size=12,
).map("".join)
WORDS = st.text(max_size=30)
ENTITIES = st.builds(
    Entity,
    st.sampled_from(
        sorted(
            {
                *KINDS.values(),
                "url",
                "email",
                "phone_number",
                "mention",
                "bot_command",
                "hashtag",
                "text_mention",
                "expandable_blockquote",
            }
        )
    ),
    st.integers(0, 20),
    st.integers(1, 20),
    st.sampled_from(["", "http://a.b/?q='\"<x>", "javascript:alert(1)", "tg://user?id=1", 'x" onload="y']),
)


class Inspector(HTMLParser):
    """Collects the text, and anything a safe page would not hold."""

    ALLOWED = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "tg-spoiler", "a", "span"})
    ATTRIBUTES = frozenset({"href", "target", "rel", "class", "expandable"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.unsafe: list[str] = []
        self.opened: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        href = dict(attrs).get("href") or "http:"
        is_safe = tag in self.ALLOWED and {name for name, _ in attrs} <= self.ATTRIBUTES
        if not is_safe or href.partition(":")[0].lower() not in {"http", "https", "tg", "mailto", "tel"}:
            self.unsafe.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.unsafe.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data


def inspect(source: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(source)
    inspector.close()
    return inspector


@given(WORDS)
def test_escaped_text_comes_back_as_it_was(words: str) -> None:
    assert parse_html(html.escape(words, quote=False)) == FormattedText(words)


@given(SOURCES)
def test_what_can_be_read_can_be_written_and_read_again(source: str) -> None:
    try:
        formatted = parse_html(source)
    except RefusedError:
        return
    assert parse_html(telegram_html(formatted)).text == formatted.text


@given(
    st.lists(
        st.sampled_from(
            ["ab", "<", "&", "'", '"', "\n", "😀", " ", "+91 90000 00031", "http://a.b/?x=<i>", "@asha_t", "a@b.in"]
        ),
        min_size=4,
        max_size=12,
    ).map("".join),
    st.lists(ENTITIES, max_size=6),
)
def test_the_page_never_gets_markup_it_should_not_have(text: str, entities: list[Entity]) -> None:
    end = units(text)
    inside = [replace(e, offset=e.offset % end, length=min(e.length, end - e.offset % end)) for e in entities]
    for write in (page_html, telegram_html):
        shown = inspect(write(annotate(FormattedText(text, tuple(inside)))))
        assert shown.unsafe == []
        assert shown.opened == []


@given(WORDS.map(lambda words: words.replace("\r", "").replace("\x00", "")))
def test_the_page_shows_every_character(words: str) -> None:
    assert html.unescape(page_html(FormattedText(words))) == words


@given(SOURCES)
def test_entities_lie_inside_the_text_also_after_cleaning(source: str) -> None:
    try:
        formatted = clean(parse_html(source))
    except RefusedError:
        return
    assert all(0 <= e.offset < e.end <= formatted.units for e in formatted.entities)
    assert formatted.text == formatted.text.strip()


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with opened() as town:
        yield town


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<b>x</b>", "bold"),
        ("<strong>x</strong>", "bold"),
        ("<i>x</i>", "italic"),
        ("<em>x</em>", "italic"),
        ("<u>x</u>", "underline"),
        ("<ins>x</ins>", "underline"),
        ("<s>x</s>", "strikethrough"),
        ("<strike>x</strike>", "strikethrough"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<code>x</code>", "code"),
        ("<pre>x</pre>", "pre"),
        ("<blockquote>x</blockquote>", "blockquote"),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote"),
        ('<a href="http://example.com/?a=1&amp;b=2">x</a>', "text_link"),
        ('<a href="tg://user?id=42">x</a>', "text_mention"),
        ("<B>x</>", "bold"),
    ],
)
def test_every_tag_of_telegram_has_its_entity(source: str, kind: str) -> None:
    formatted = parse_html(source)
    assert formatted.text == "x"
    assert [entity.kind for entity in formatted.entities] == [kind]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("é<div>x</div>", 'Unsupported start tag "div" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ('<a\u00a0href="x">y</a>', 'Unsupported start tag "a\u00a0href="x"" at byte offset 0'),
        ("₹<b", "Unclosed start tag at byte offset 3"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_bad_html_is_refused_in_telegrams_words(town: Town, source: str, complaint: str) -> None:
    status, body = await town.call("sendMessage", chat_id=town.group.id, text=source, parse_mode="HTML")
    assert (status, body) == (
        400,
        {"ok": False, "error_code": 400, "description": f"Bad Request: can't parse entities: {complaint}"},
    )


def test_only_four_named_references_are_known() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&nbsp;&copy;&#8377;&#x20B9;").text == '<>&"&nbsp;&copy;₹₹'


def test_offsets_count_utf16_units() -> None:
    assert parse_html("😀<b>ab</b>").entities == (Entity("bold", 2, 2),)


def test_entities_nest() -> None:
    assert telegram_html(parse_html("<b>a<i>b</i></b><u>c</u>")) == "<b>a<i>b</i></b><u>c</u>"


def test_nothing_is_bold_inside_code() -> None:
    assert telegram_html(parse_html("<code>a<b>b</b></code>")) == "<code>ab</code>"


def test_a_link_that_is_none_loses_its_link_and_keeps_its_words() -> None:
    assert parse_html('<a href="javascript:alert(1)">x</a>') == FormattedText("x")


def test_blanks_around_a_message_are_dropped_and_its_entities_move_along() -> None:
    assert clean(parse_html(" \n <b>x</b>\r\ny ")) == FormattedText("x\ny", (Entity("bold", 0, 1),))


def test_crossing_entities_are_closed_and_opened_again() -> None:
    crossing = FormattedText("abc", (Entity("bold", 0, 2), Entity("italic", 1, 2)))
    assert telegram_html(crossing) == "<b>a<i>b</i></b><i>c</i>"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/today@leadbell_bot now", "bot_command"),
        ("ask @asha_t", "mention"),
        ("call +91 90000 00031", "phone_number"),
        ("see https://example.com/x?y=1.", "url"),
        ("to asha.testwala@example.com", "email"),
    ],
)
def test_telegram_finds_commands_names_and_addresses_by_itself(text: str, kind: str) -> None:
    assert [entity.kind for entity in annotate(FormattedText(text)).entities] == [kind]
