"""A chart as lines of text: for chats whose Leadbell has no matplotlib, or no font for what is written."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from bot.charts.chart import Form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.charts.chart import Chart

WIDTH: Final = 12
"""Of the longest bar: beside a label it fits a phone."""
_LONGEST_LABEL: Final = 12
_MOST_ROWS: Final = 31
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_FULL: Final = "█"
_SHADES: Final = " ░▒▓█"
_HOURS_A_CELL: Final = 2


def lines(chart: Chart) -> list[str]:
    """To be shown in letters of one width."""
    if chart.is_empty:
        return [chart.empty]
    drawn = {Form.SPANS: _noted, Form.FUNNEL: _funnel, Form.GRID: _grid}.get(chart.form, _stacked)
    return list(drawn(chart))


def _stacked(chart: Chart) -> Iterator[str]:
    totals = [sum(one.values[at] for one in chart.series) for at in range(len(chart.labels))]
    yield from _rows(list(chart.labels), totals, [f"{total:g}" for total in totals])
    if len(chart.series) > 1:
        yield ", ".join(f"{one.name} {sum(one.values):g}" for one in chart.series)


def _noted(chart: Chart) -> Iterator[str]:
    yield from _rows(list(chart.labels), list(chart.series[0].values), list(chart.notes))


def _funnel(chart: Chart) -> Iterator[str]:
    for one in chart.series:
        yield one.name
        yield from _rows(list(chart.labels), list(one.values), [f"{value:g}" for value in one.values])


def _rows(labels: list[str], values: list[float], notes: list[str]) -> Iterator[str]:
    """The last ones, where they are many."""
    labels, values, notes = labels[-_MOST_ROWS:], values[-_MOST_ROWS:], notes[-_MOST_ROWS:]
    most = max(values, default=0) or 1
    width = min(max((len(_letters(label)) for label in labels), default=0), _LONGEST_LABEL)
    for label, value, note in zip(labels, values, notes, strict=True):
        letters = _letters(label)[:width]
        yield f"{''.join(letters)}{' ' * (width - len(letters))} {_bar(value / most)} {note}".rstrip()


def _letters(label: str) -> list[str]:
    """Each with the signs that belong to it: a vowel's sign takes no room of its own, and is not cut off."""
    letters: list[str] = []
    for character in label:
        if letters and unicodedata.category(character)[0] in "MC":
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _bar(share: float) -> str:
    whole, eighths = divmod(round(share * WIDTH * 8), 8)
    return _FULL * whole + _EIGHTHS[eighths].strip()


def _grid(chart: Chart) -> Iterator[str]:
    """Two hours a sign, as dark as they are busy."""
    most = max((_cell(one.values, at) for one in chart.series for at in range(0, 24, _HOURS_A_CELL)), default=0) or 1
    width = max(len(_letters(one.name)) for one in chart.series)
    yield f"{'':<{width}} 0  6  12 18"
    for one in chart.series:
        cells = (_cell(one.values, at) / most for at in range(0, 24, _HOURS_A_CELL))
        name = one.name + " " * (width - len(_letters(one.name)))
        yield f"{name} {''.join(_SHADES[-(-cell * (len(_SHADES) - 1) // 1).__int__()] for cell in cells)}"


def _cell(values: tuple[float, ...], at: int) -> float:
    return sum(values[at : at + _HOURS_A_CELL])
