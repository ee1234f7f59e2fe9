"""What looks like HTML in a message and is none stays; what is HTML goes, and leaves lines where it made lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.indiamart.parse import markup, texts


@pytest.mark.parametrize(
    "text",
    [
        "Mail <mohan@example.com>",
        "rate<Rs.40>",
        "<Urgent>",
        "if a<b then c>d",
        "<3 <- 5<6 a->b ->> <<x>>",
        "<size> <Ø 25> <पानी>",
        "see <https://example.com/a?b=c>",
        "<br", "<p", "b>", "< >", "<>", "</>", "<!->", "<br and more>", "<a long way>", "<i think so>", "<b=2>",
        "<tablet>", "<pump>", "<bold>", "<xyz:abc>", "</urgent>", "<img of pump>", "<input 5V, output 12V>",
        "Notes&notes &copy 5 R&D AT&T &unknown; &;",
    ],
)  # fmt: skip
def test_what_a_buyer_typed_stays(text: str) -> None:
    assert texts.paragraphs(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a<b>bold</b>c", "aboldc"),
        ("<p class=x>one</p><p>two</p>", "one\n\ntwo"),
        ("a<br class='x'>b<BR/>c< br >d", "a\nb\nc\nd"),
        ("x<td>1</td><td>2</td>", "x 1 2"),
        ("<ul><li>one<li>two</ul>three", "one\ntwo\nthree"),
        ('<A HREF="http://x.com/?a=1&b=2">link</A>', "link"),
        ("<font color=red size=2>hi</font>", "hi"),
        ("<script type='x'>alert(1)</script>ok<style>p{}</style>", "ok"),
        ("<!-- c -->x<!DOCTYPE html>", "x"),
        ("<input disabled>y<hr/>z", "y\nz"),
        ("<o:p></o:p>w", "w"),
        ("<p\nalign=left>q", "q"),
        ("<table width=100% border=0><tr><td>x</td></tr></table>", "x"),
        ("<span style='a>b'>s</span>", "s"),
        ("<video>v</video><button type=button>b</button>", "vb"),
        ("<h1>Head</h1>body", "Head\nbody"),
        ("a&lt;b&gt; &amp; &#8377;500&nbsp;only &#x41;", "a<b> & ₹500 only A"),
        ("one&lt;br&gt;two&lt;Urgent&gt;", "one\ntwo<Urgent>"),
    ],
)
def test_html_goes(text: str, plain: str) -> None:
    assert texts.paragraphs(text) == plain


TAGS = st.sampled_from(["<b>", "</b>", "<br>", "<BR/>", "<p class='x'>", "</div>", '<a href="x">', "<td>", "<o:p>"])
WORDS = st.text(st.characters(exclude_characters="<>&", categories=["L", "N", "P", "S", "Zs"]), max_size=8)
TYPED = st.sampled_from(["<", ">", "<3", "<Urgent>", "<a@b.in>", "a<b", "c>d", "&", "</", "<Rs.40>"])


@given(st.lists(TAGS | WORDS | TYPED).map("".join))
def test_every_character_outside_of_a_tag_stays(text: str) -> None:
    left = re.sub(r"</?(?:b|br|p|div|a|td|o:p)(?: (?:class='x'|href=\"x\"))?/?>", "", text, flags=re.IGNORECASE)
    assert markup.plain(text).translate({10: None, 32: None}) == left.replace(" ", "")


@given(st.text(st.characters(exclude_characters="<&")))
def test_a_text_without_html_is_the_text(text: str) -> None:
    assert markup.plain(text) == text


@given(st.text("<>/abp!-='\" &;#x", max_size=60))
def test_any_text_is_survived(text: str) -> None:
    texts.paragraphs(text)
