"""The page of `leadbell setup --web`: what was said so far, and the one question that is open. Plain HTML, and only for
whoever has the link that the terminal prints.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import asynccontextmanager
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from aiohttp import web

from bot.i18n import PAGE_FONTS, _, language, pgettext

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HOST: Final = "127.0.0.1"
NAMES: Final = ("127.0.0.1", "localhost")
COOKIE: Final = "leadbell_setup"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}
BODY_BYTES: Final = 16384
FINISH_SECONDS: Final = 1.0
_STYLE: Final = (
    f"body{{font:17px/1.5 {PAGE_FONTS}}}"
    """
*{box-sizing:border-box}body{margin:0;background:#f2f4f7;color:#17202a}
main{max-width:40rem;margin:0 auto;padding:1rem}h1{font-size:1.3rem;margin:.3rem 0 1rem}
p,pre{margin:.6rem 0;overflow-wrap:anywhere;white-space:pre-wrap}pre{font-size:.8rem}
.ok::before{content:"✓ ";color:#12703a;font-weight:700}.bad::before{content:"✗ ";color:#b3261e;font-weight:700}
details{color:#55606c}summary{cursor:pointer;padding:.3rem 0}
form{background:#fff;border:1px solid #cfd6de;border-radius:.7rem;padding:1rem;margin-top:1rem}
label{display:block;font-weight:600;white-space:pre-wrap;overflow-wrap:anywhere}
label.choice{font-weight:400;padding:.45rem 0;display:grid;grid-template-columns:auto 1fr;gap:.5rem;align-items:start}
input[type=radio]{width:1.1rem;height:1.1rem;margin:.2rem 0 0}
input[type=text]{width:100%;font:inherit;padding:.6rem;margin:.6rem 0;border:1px solid #8a96a3;border-radius:.4rem;
background:inherit;color:inherit}
button{font:inherit;font-weight:600;padding:.65rem 1.3rem;margin:.4rem .4rem 0 0;border:0;border-radius:.4rem;
background:#1a5fb4;color:#fff}button.other{background:#5b6672}
@media(prefers-color-scheme:dark){body{background:#12171d;color:#e6eaee}details{color:#a5b0bb}form{background:#1b232c;border-color:#3a4653}
.ok::before{color:#67d391}.bad::before{color:#ff9d94}button{background:#3d7fd0}}
"""
)


class PageState(Protocol):
    """What the page shows, and where an answer goes."""

    @property
    def said(self) -> list[tuple[str, str]]:
        """Texts with how they are shown: `ok`, `bad`, or empty."""

    @property
    def earlier(self) -> int:
        """How many of them were read before the latest answer."""

    @property
    def question(self) -> PageQuestion | None: ...

    @property
    def is_over(self) -> bool: ...

    def answer(self, number: int, text: str) -> None:
        """To the question of this number; one to an older question is nothing."""

    def seen(self) -> None:
        """The page as it is now was asked for."""


class PageQuestion(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def default(self) -> str: ...
    @property
    def choices(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def is_yes_no(self) -> bool: ...


@asynccontextmanager
async def served(state: PageState) -> AsyncIterator[str]:
    """Yields the link; it is worth nothing when this is left."""
    token = secrets.token_urlsafe(24)
    page = _SetupPage(state, token)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await page.guard(request, handler)

    application = web.Application(client_max_size=BODY_BYTES, middlewares=[guard])
    application.add_routes([web.get("/{token}/", page.show), web.post("/{token}/", page.take)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=FINISH_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        page.port = runner.addresses[0][1]
        yield f"http://{HOST}:{page.port}/{token}/"
    finally:
        await runner.cleanup()


class _SetupPage:
    """The link is for the browser that opens it first: that one gets a cookie, and no other is let in."""

    def __init__(self, state: PageState, token: str) -> None:
        self._state = state
        self._token = token
        self._browser: str | None = None
        self.port = 0

    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A name that another site made lead here, and a form that it sends here, are turned away."""
        if not self._is_ours(request):
            raise web.HTTPNotFound(text=_("Open the link that leadbell setup --web printed."))
        if self._browser is None and request.method == "GET":
            self._browser = secrets.token_urlsafe(24)
        elif not _same(request.cookies.get(COOKIE, ""), self._browser or ""):
            raise web.HTTPForbidden(text=_("This link was opened in another browser. Run leadbell setup --web again."))
        response = await handler(request)
        response.headers.update(HEADERS)
        response.set_cookie(COOKIE, self._browser or "", path=f"/{self._token}/", httponly=True, samesite="Strict")
        return response

    def _is_ours(self, request: web.Request) -> bool:
        hosts = {f"{name}:{self.port}" for name in NAMES}
        origin = request.headers.get("Origin", "" if request.method == "POST" else f"http://{request.host}")
        is_from_here = request.host in hosts and origin in {f"http://{host}" for host in hosts}
        return is_from_here and _same(request.match_info.get("token", ""), self._token)

    async def show(self, _request: web.Request) -> web.Response:
        self._state.seen()
        return web.Response(text=_page(self._state), content_type="text/html")

    async def take(self, request: web.Request) -> web.Response:
        form = await request.post()
        number, text = form.get("number"), form.get("answer")
        if isinstance(number, str) and number.isdecimal() and isinstance(text, str):
            self._state.answer(int(number), text.strip())
        # Not raised: the answer has to carry the headers.
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": f"/{self._token}/"})


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _page(state: PageState) -> str:
    question = state.question
    # Where nothing is asked something is waited for: the page looks again by itself.
    again = "" if question or state.is_over else '<meta http-equiv="refresh" content="2">'
    lines = [_said(text, how) for text, how in state.said]
    earlier, said = "".join(lines[: state.earlier]), "".join(lines[state.earlier :])
    if earlier:
        so_far = escape(_("So far"))
        said = f"<details><summary>{so_far}</summary>{earlier}</details>{said}"
    if question is not None:
        now = _form(question)
    else:
        words = _("You can close this page.") if state.is_over else _("One moment …")
        now = f"<p>{escape(words)}</p>"
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">{again}'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Leadbell</title><style>{_STYLE}</style></head><body><main><h1>🔔 Leadbell</h1>"
        f'{said}<div id="now">{now}</div></main></body></html>'
    )


def _said(text: str, how: str) -> str:
    return f'<p class="{how}">{escape(text)}</p>'


def _form(question: PageQuestion) -> str:
    number = f'<input type="hidden" name="number" value="{question.number}">'
    text = escape(question.text)
    if question.is_yes_no:
        buttons = "".join(
            f'<button name="answer" value="{value}"{_other(value, question.default)}>{escape(label)}</button>'
            for value, label in (("y", _("Yes")), ("n", pgettext("answer", "No")))
        )
        return f'<form method="post">{number}<label>{text}</label>{buttons}</form>'
    go_on = escape(_("Go on"))
    send = f"<button>{go_on}</button>"
    if question.choices:
        rows = "".join(
            f'<label class="choice"><input type="radio" name="answer" value="{escape(value)}" required'
            f"{' checked' if value == question.default else ''}><span>{escape(meaning)}</span></label>"
            for value, meaning in question.choices
        )
        return f'<form method="post">{number}<label>{text}</label>{rows}{send}</form>'
    return (
        f'<form method="post">{number}<label for="answer">{text}</label><input type="text" id="answer" name="answer" '
        f'value="{escape(question.default)}" autocomplete="off" autocapitalize="off" spellcheck="false" autofocus>'
        f"{send}</form>"
    )


def _other(value: str, default: str) -> str:
    return "" if value == default else ' class="other"'
