"""Plots over two logarithmic axes, as SVG: readable in light and in dark surroundings, and without colour.

Series are told apart by their marks and dashes, and each has its name at its end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 840, 500
LEFT, RIGHT, TOP, BOTTOM = 74, 176, 48, 56
SIZE = 4.5
"""Half the width of a mark."""
APART = 16.0
"""The least distance of two names."""

STYLE = """
  svg { background: #ffffff; color: #1f2328; }
  text { fill: currentColor; font: 13px system-ui, sans-serif; }
  .title { font-size: 15px; font-weight: 600; }
  .heavy { font-weight: 700; }
  .grid { stroke: currentColor; stroke-opacity: 0.16; }
  .line { stroke: currentColor; fill: none; stroke-width: 1.6; }
  .line.heavy { stroke-width: 3; }
  .mark { stroke: currentColor; fill: currentColor; stroke-width: 1.6; }
  .open { fill: none; }
  .paper { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; color: #e6edf3; }
    .paper { fill: #0d1117; }
  }
"""


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together; `mark` is a key of `MARKS`, `dashes` what SVG calls a dash array."""

    name: str
    points: Sequence[tuple[float, float]]
    mark: str
    dashes: str = ""
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where the numbers of one axis lie."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        part = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def decades(self) -> list[float]:
        """The powers of ten within it."""
        return [10.0**power for power in range(math.ceil(self.low), math.floor(self.high) + 1)]


def drawn(title: str, across: str, up: str, series: Sequence[Series]) -> str:
    """The picture. Points that have no logarithm are left out."""
    shown = [Series(s.name, _positive(s.points), s.mark, s.dashes, s.heavy) for s in series]
    shown = [s for s in shown if s.points]
    x = _scale([point[0] for s in shown for point in s.points], LEFT, WIDTH - RIGHT)
    y = _scale([point[1] for s in shown for point in s.points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>',
        *_axes(across, up, x, y),
        *(line for s in shown for line in _line(s, x, y)),
        *_names(shown, x, y),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _positive(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [point for point in points if min(point) > 0]


def _scale(values: Sequence[float], start: float, end: float) -> _Scale:
    low, high = math.log10(min(values)), math.log10(max(values))
    room = max((high - low) * 0.04, 0.05)
    # At least one whole power of ten, so that there is something to read the axis by.
    return _Scale(min(low - room, math.ceil(low - room)), max(high + room, math.ceil(low - room) + 1), start, end)


def _axes(across: str, up: str, x: _Scale, y: _Scale) -> Iterator[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for value in x.decades():
        yield f'<line class="grid" x1="{x(value):.1f}" y1="{TOP}" x2="{x(value):.1f}" y2="{bottom}"/>'
        yield f'<text x="{x(value):.1f}" y="{bottom + 20}" text-anchor="middle">{value:,g}</text>'
    for value in y.decades():
        yield f'<line class="grid" x1="{LEFT}" y1="{y(value):.1f}" x2="{right}" y2="{y(value):.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,g}</text>'
    yield f'<text x="{(LEFT + right) / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>'
    middle = (TOP + bottom) / 2
    yield (
        f'<text x="18" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 18 {middle:.0f})">'
        f"{escape(up)}</text>"
    )


def _line(series: Series, x: _Scale, y: _Scale) -> Iterator[str]:
    places = [(x(across), y(up)) for across, up in series.points]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
    dashes = f' stroke-dasharray="{series.dashes}"' if series.dashes else ""
    yield f'<polyline class="{_classes("line", series)}" points="{path}"{dashes}/>'
    for across, up in places:
        yield MARKS[series.mark](across, up)


def _names(series: Sequence[Series], x: _Scale, y: _Scale) -> Iterator[str]:
    """The names at the ends of the lines, moved apart where they would lie on each other."""
    last = -math.inf
    for one in sorted(series, key=lambda one: y(one.points[-1][1])):
        across, up = one.points[-1]
        last = max(y(up), last + APART)
        place = f'x="{x(across) + 14:.1f}" y="{last + 4:.1f}"'
        yield f'<text class="{_classes("name", one)}" {place}>{escape(one.name)}</text>'


def _classes(own: str, series: Series) -> str:
    return f"{own} heavy" if series.heavy else own


def _disc(x: float, y: float) -> str:
    return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="{SIZE}"/>'


def _ring(x: float, y: float) -> str:
    return f'<circle class="mark paper" cx="{x:.1f}" cy="{y:.1f}" r="{SIZE}"/>'


def _square(x: float, y: float) -> str:
    return f'<rect class="mark" x="{x - SIZE:.1f}" y="{y - SIZE:.1f}" width="{2 * SIZE}" height="{2 * SIZE}"/>'


def _triangle(x: float, y: float) -> str:
    corners = f"{x - SIZE:.1f},{y + SIZE:.1f} {x + SIZE:.1f},{y + SIZE:.1f} {x:.1f},{y - SIZE:.1f}"
    return f'<polygon class="mark" points="{corners}"/>'


def _cross(x: float, y: float) -> str:
    left, right, top, bottom = x - SIZE, x + SIZE, y - SIZE, y + SIZE
    strokes = f"M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}M{left:.1f} {bottom:.1f}L{right:.1f} {top:.1f}"
    return f'<path class="mark" d="{strokes}"/>'


MARKS: dict[str, Callable[[float, float], str]] = {
    "disc": _disc,
    "ring": _ring,
    "square": _square,
    "triangle": _triangle,
    "cross": _cross,
}
"""How a point is drawn."""
