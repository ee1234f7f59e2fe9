"""How each form of chart is drawn: for a phone of 360 px, on paper that is calm beside light and dark chats."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI: Final = 180
WIDTH: Final = 6.0
"""Inches: 1080 px, three for each of a phone's."""
SIZE: Final = 14.0
"""Points: 12 px on the phone."""
SMALL: Final = 12.5
PAPER: Final = "#eef1f5"
EDGE: Final = "#c3cad4"
INK: Final = "#1d2733"
GREY: Final = "#5b6878"
LINES: Final = "#d3d9e1"
COLOURS: Final = ("#1f78c1", "#e08214", "#2c9c5a", "#8e5bb5", "#c8427b", "#6c7a89", "#b59a00", "#17a2a2")
"""Told apart also by who does not see red and green: they differ in lightness."""
PALE: Final = "#a9cdea"
BUSY: Final = LinearSegmentedColormap.from_list("busy", ["#ffffff", "#9cc7ea", "#1f78c1", "#0b2f55"])
_MOST_TICKS: Final = 8
_AXIS: Final = 5.3
"""Inches of a chart's foot."""
_APART: Final = 1.1
"""How much room a label below it takes, of its width."""
_HANDLE: Final = 0.5
"""Inches, of a legend's patch of colour and what is free beside it."""
_MARGIN: Final = 0.03
"""Of the width, left and right of the headings."""
_ROW: Final = 0.52
_A_STEP: Final = 0.27
_GUIDE: Final = 300
"""Seconds: whoever calls within five minutes reaches most."""

Chart = dict[str, Any]


def figure(chart: Chart) -> Figure:
    if not any(value for one in chart["series"] for value in one["values"]):
        return _nothing(chart)
    return {"columns": _columns, "rows": _rows, "spans": _spans, "funnel": _funnel, "grid": _grid}[chart["form"]](chart)


def _paper(chart: Chart, height: float) -> Figure:
    """With the headings on it; `height` inches are for what is drawn."""
    title = _wrapped(chart["title"], FontProperties(size=SIZE + 3, weight="bold"))
    below = _wrapped(chart["subtitle"], FontProperties(size=SMALL))
    head = 0.12 + 0.29 * len(title) + 0.24 * len(below)
    whole = height + head
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08, rect=(0, 0, 1, height / whole))
    drawn = Figure(figsize=(WIDTH, whole), layout=layout, linewidth=3)
    top = whole - 0.12
    for line in title:
        drawn.text(_MARGIN, top / whole, line, va="top", color=INK, fontsize=SIZE + 3, fontweight="bold")
        top -= 0.29
    for line in below:
        drawn.text(_MARGIN, top / whole, line, va="top", color=GREY, fontsize=SMALL)
        top -= 0.24
    return drawn


def _wrapped(words: str, font: FontProperties) -> list[str]:
    """In lines that fit: letters are as wide as their script is."""
    lines: list[str] = []
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, font) <= WIDTH * (1 - 2 * _MARGIN):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if words else []


def _width(words: str, font: FontProperties) -> float:
    """Inches."""
    width, _height, _descent = _renderer().get_text_width_height_descent(words, font, ismath=False)  # type: ignore[no-untyped-call]
    return float(width) / DPI


@lru_cache
def _renderer() -> RendererAgg:
    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]


def _nothing(chart: Chart) -> Figure:
    drawn = _paper(chart, 1.4)
    axes = drawn.subplots()
    axes.axis("off")
    axes.text(0.5, 0.5, chart["empty"], ha="center", va="center", color=GREY, fontsize=SIZE)
    return drawn


def _tidy(axes: Axes, *, grid: str = "") -> None:
    axes.set_facecolor(PAPER)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, colors=INK, labelsize=SMALL)
    if grid == "x":
        axes.xaxis.grid(visible=True, color=LINES)
    elif grid:
        axes.yaxis.grid(visible=True, color=LINES)
    axes.set_axisbelow(True)


def _legend(drawn: Figure, chart: Chart, colours: tuple[str, ...] = COLOURS) -> None:
    if len(chart["series"]) < 2:
        return
    patches = [Patch(color=colours[at % len(colours)], label=one["name"]) for at, one in enumerate(chart["series"])]
    widest = max(_width(one["name"], FontProperties(size=SMALL)) for one in chart["series"])
    columns = 2 if widest < WIDTH / 2 - _HANDLE else 1
    drawn.legend(
        handles=patches, loc="outside lower center", ncols=columns, frameon=False, labelcolor=INK, fontsize=SMALL,
        handlelength=1, columnspacing=1.2,
    )  # fmt: skip


def _columns(chart: Chart) -> Figure:
    drawn = _paper(chart, 4.2)
    axes = drawn.subplots()
    _tidy(axes, grid="y")
    places = range(len(chart["labels"]))
    base = [0.0] * len(chart["labels"])
    for at, one in enumerate(chart["series"]):
        axes.bar(places, one["values"], bottom=base, color=COLOURS[at % len(COLOURS)], width=0.82)
        base = [below + value for below, value in zip(base, one["values"], strict=True)]
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    widest = max(_width(one, FontProperties(size=SMALL)) for one in chart["labels"])
    step = -(-len(chart["labels"]) // min(_MOST_TICKS, int(_AXIS / (widest * _APART)) or 1))
    axes.set_xticks(list(places)[::step], chart["labels"][::step])
    if len(chart["labels"]) <= 2 * _MOST_TICKS:
        _totals(axes, base)
    _legend(drawn, chart)
    return drawn


def _totals(axes: Axes, tops: list[float]) -> None:
    for at, top in enumerate(tops):
        if top:
            axes.text(at, top, f"{top:g}", ha="center", va="bottom", color=INK, fontsize=SMALL)


def _lying(axes: Axes, labels: list[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def _rows(chart: Chart) -> Figure:
    drawn = _paper(chart, 0.8 + _ROW * len(chart["labels"]))
    axes = drawn.subplots()
    _tidy(axes)
    base = [0.0] * len(chart["labels"])
    for at, one in enumerate(chart["series"]):
        axes.barh(range(len(base)), one["values"], left=base, color=COLOURS[at % len(COLOURS)], height=0.66)
        base = [left + value for left, value in zip(base, one["values"], strict=True)]
    for at, end in enumerate(base):
        axes.text(end, at, f" {end:g}", va="center", color=INK, fontsize=SMALL)
    _lying(axes, chart["labels"])
    axes.set_xlim(0, (max(base) or 1) * 1.12)
    axes.xaxis.set_major_locator(NullLocator())
    _legend(drawn, chart)
    return drawn


def _spans(chart: Chart) -> Figure:
    drawn = _paper(chart, 1.1 + 0.42 * len(chart["labels"]))
    axes = drawn.subplots()
    _tidy(axes, grid="x")
    usual, slowest = (one["values"] for one in chart["series"])
    low = chart["ticks"][0][0]
    for at, (mostly, late) in enumerate(zip(usual, slowest, strict=True)):
        if mostly or late:
            axes.barh(at, max(late, low * 1.02) - low, left=low, height=0.62, color=PALE)
            axes.barh(at, max(mostly, low * 1.02) - low, left=low, height=0.62, color=COLOURS[0])
        # Right of the axes, whatever their scale.
        axes.text(
            1.02, at, chart["notes"][at], va="center", color=INK, fontsize=SMALL, transform=axes.get_yaxis_transform()
        )
    axes.set_xscale("log")
    axes.set_xlim(low, max(chart["ticks"][-1][0], *slowest))
    axes.xaxis.set_major_locator(FixedLocator([at for at, _name in chart["ticks"]]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([name for _at, name in chart["ticks"]])
    axes.axvline(_GUIDE, color=COLOURS[2], linewidth=2, linestyle=(0, (4, 3)))
    _lying(axes, chart["labels"])
    _legend(drawn, chart, (COLOURS[0], PALE))
    return drawn


def _funnel(chart: Chart) -> Figure:
    steps, many = chart["labels"], len(chart["series"])
    drawn = _paper(chart, 0.2 + many * (0.45 + _A_STEP * len(steps)))
    for at, (axes, one) in enumerate(zip(drawn.subplots(many, squeeze=False)[:, 0], chart["series"], strict=True)):
        _tidy(axes)
        most = max(one["values"]) or 1
        axes.barh(range(len(steps)), one["values"], color=COLOURS[at % len(COLOURS)], height=0.74)
        for place, value in enumerate(one["values"]):
            share = f" {value:g}" if not place else f" {value:g} · {100 * value / most:.0f}%"
            axes.text(value, place, share, va="center", color=INK, fontsize=SMALL)
        _lying(axes, steps)
        axes.set_xlim(0, most * 1.3)
        axes.xaxis.set_major_locator(NullLocator())
        axes.set_title(one["name"], loc="left", color=INK, fontsize=SIZE, fontweight="bold")
    return drawn


def _grid(chart: Chart) -> Figure:
    """Hours without work are hatched."""
    drawn = _paper(chart, 3.6)
    axes = drawn.subplots()
    _tidy(axes)
    cells = [one["values"] for one in chart["series"]]
    axes.imshow(cells, cmap=BUSY, aspect="auto", vmin=0, extent=(0, 24, len(cells), 0))
    for day, shares in enumerate(chart["open"]):
        for hour, share in enumerate(shares):
            if share < 0.5:
                axes.add_patch(Rectangle((hour, day), 1, 1, fill=False, hatch="////", edgecolor="#9aa5b1", linewidth=0))
    for line in range(1, len(cells)):
        axes.axhline(line, color=PAPER, linewidth=2)
    axes.set_yticks([at + 0.5 for at in range(len(cells))], [one["name"] for one in chart["series"]])
    axes.set_xticks(range(0, 24, 3), chart["labels"][::3])
    return drawn
