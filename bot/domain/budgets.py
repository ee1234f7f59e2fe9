"""How much of anything from outside is taken, in one place: `docs/threats.md` has the table, and what holds each."""

from __future__ import annotations

from typing import Final

CONNECTIONS: Final = 256
"""Open at once with the web server, of all addresses together."""
CONNECTIONS_PER_ADDRESS: Final = 32
HEAD_SECONDS: Final = 10.0
"""From a connection's start until its first request's head is there."""
IDLE_SECONDS: Final = 15.0
"""From a request's end until the next one's head is there."""
BODY_SECONDS: Final = 30.0
"""From a pushed body's head until its end."""
LOG_SECONDS: Final = 60.0
"""Between two log lines about one thing that strangers can cause at will."""

PUSHED_BYTES: Final = 256 * 1024
"""Of a pushed body, on the wire and unpacked. A pushed lead is some 2 KB."""
PULLED_BYTES: Final = 20 * 1024 * 1024
"""Of IndiaMART's answer, unpacked: some 20,000 leads. Of a longer one the halves are asked for."""
PULLED_MARKS: Final = 1_500_000
"""Commas and opening brackets of an answer: what it costs to read it as JSON. 20 MB of real rows have half as many."""
PULLED_ROWS: Final = 40_000
"""Of an answer: more than rows of real length fit into it."""
SALVAGED_CHARACTERS: Final = 400_000_000
"""That are looked at in vain where rows are no JSON; what is left then is one row that could not be read."""
PUSHED_ROWS: Final = 500
BAD_ROWS: Final = 20
"""Of one body that are kept one by one; of the others their number and one digest."""

COLUMNS: Final = 1_000
"""Of a row, and of what rows are wrapped in. IndiaMART's have some 40, a shop's sheet fewer."""
TEXT: Final = 64 * 1024
"""Characters of a message, and of a row as it came. Other texts have 1,000."""
DRAWN: Final = 5_000
"""Characters of a text that are looked at when it is drawn: a message of Telegram's has 4,096."""
NAME: Final = 100
"""Characters of a column's name; no column that is known has so long a one."""

LEADS_PER_COMMIT: Final = 500
CHARACTERS_PER_COMMIT: Final = 1_000_000
"""Of messages and rows as they came. What is over goes into a transaction of its own, so that nobody waits long for the
database while thousands are stored.
"""

NOTICES_PER_HOUR: Final = 3
"""Of one kind; what more there is to say is one message when the hour is over."""

REFUSAL_SECONDS: Final = 60.0
"""Between two sentences to somebody who may not; in between there is silence."""
REFUSALS: Final = 1_000
"""Sentences to all of them in that time: Telegram takes some 1,800 messages a minute in all."""
STRANGERS_ASKED: Final = 60
"""In that time: people about whom Telegram is asked and who turn out to be no members. Whoever was seen in the chat in
the last 24 h is asked about beyond that.
"""
STRANGERS_OWN: Final = 10
"""Messages, presses and inline queries of one who is not known as a member that are handled at the same time."""
STRANGERS_AT_ONCE: Final = 128
"""Of all of them together, beside those of the team. What is more waits."""
STRANGERS_WAITING_OWN: Final = 200
"""Of one; what is more is passed over. It is room for two answers of Telegram with updates, should they be a member."""
STRANGERS_WAITING: Final = 1_000
"""People."""


def cut(text: str, most: int = TEXT) -> str:
    """Not more than `most` characters, and where some are gone, how many."""
    if len(text) <= most:
        return text
    kept = most - 50  # the mark has room in it, so that what was cut once stays as it is
    return f"{text[:kept]}… (cut, {len(text) - kept} characters more)"
