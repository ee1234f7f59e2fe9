"""A chart as plain data, in words that are shown as they stand: how it is drawn is others' business."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    COLUMNS = "columns"
    """A column for each label, the series on top of each other."""
    ROWS = "rows"
    """The same, lying: for labels that are words."""
    SPANS = "spans"
    """A row for each label: how long it mostly took, and how long at the slowest. Seconds, on a logarithmic scale."""
    FUNNEL = "funnel"
    """The labels are steps; a small chart for each series."""
    GRID = "grid"
    """A series for each weekday, a label for each hour; `open` says when there is work."""


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float, ...]
    """By label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    form: Form
    title: str
    subtitle: str = ""
    text_subtitle: str = ""
    """In its place where the chart is lines of text, which lack something that it speaks of."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()
    """What is written behind each row."""
    ticks: tuple[tuple[float, str], ...] = ()
    """Where a scale is named, and how."""
    open: tuple[tuple[float, ...], ...] = field(default=())
    """Of a grid: which share of each hour is working time."""
    empty: str = ""
    """Said in its place where there is nothing to draw."""

    @property
    def is_empty(self) -> bool:
        return not any(value for one in self.series for value in one.values)

    @property
    def plain(self) -> dict[str, Any]:
        return asdict(self)
