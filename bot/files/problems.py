"""What can be wrong with a file, and with a row in it; and rows that hold no lead."""

from __future__ import annotations

from typing import NamedTuple

from bot.errors import LeadbellError
from bot.i18n import _


class UnfitError(LeadbellError):
    """The file cannot be read, or not to its end. Whoever opened it puts its name before the sentence."""


def damaged() -> UnfitError:
    return UnfitError(_("it is damaged, or no sheet. Open it in a spreadsheet, save it anew as .xlsx, and try again."))


class RowProblem(NamedTuple):
    """A row that cannot be read, and why; the reason repeats nothing of what stands in it."""

    reason: str


class PassedOver(NamedTuple):
    """A row that is no lead: a title, a total, the heading once more."""

    reason: str
