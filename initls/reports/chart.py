"""The signal through the layers as a drawing: a line for what goes forward, a dashed one for the gradient.

It is SVG that stands in a page, in the page's colours; what is what shows without any. The scale is logarithmic, and
its lines are powers of ten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from initls.reports.report import Step

WIDTH, HEIGHT = 860, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 26
MOST_DECADES = 60
MOST_MARKS = 80
"""Steps up to which each has a mark of its own."""


def chart(steps: Sequence[Step]) -> str:
    """The drawing; empty where there is nothing to draw."""
    signal = [step.stage.deviation for step in steps]
    gradient = [step.stage.gradient for step in steps]
    logs = [math.log10(value) for value in (*signal, *gradient) if value is not None and value > 0]
    if len([value for value in signal if value]) < 2:
        return ""
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    high = high if high > low else low + 1
    low = max(low, high - MOST_DECADES)

    def across(index: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (index / max(1, len(steps) - 1))

    def up(value: float) -> float:
        share = (max(low, math.log10(value)) - low) / (high - low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    title = "The standard deviation of the signal and the size of the gradient, step by step"
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        *_scale(low, high, up),
        *_line("gradient", gradient, across, up),
        *_line("signal", signal, across, up),
        *_marks("gradient", steps, gradient, across, up),
        *_marks("signal", steps, signal, across, up),
        f'<text class="axis" x="{LEFT}" y="{HEIGHT - 6}">first step</text>',
        f'<text class="axis" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">last step</text>',
        "</svg>",
    ]
    return "\n".join(parts)


def _scale(low: int, high: int, up: Callable[[float], float]) -> Iterator[str]:
    step = max(1, math.ceil((high - low) / 6))
    for power in range(low, high + 1, step):
        y = up(10.0**power)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        label = f"{10.0**power:g}"
        yield f'<text class="axis" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'


def _line(
    kind: str, values: Sequence[float | None], across: Callable[[int], float], up: Callable[[float], float]
) -> Iterator[str]:
    """The line through what is known; it is broken where something is not."""
    run: list[str] = []
    for index, value in enumerate((*values, None)):
        if value is not None and value > 0:
            run.append(f"{across(index):.1f},{up(value):.1f}")
            continue
        if len(run) > 1:
            yield f'<polyline class="{kind}" points="{" ".join(run)}"/>'
        run = []


def _marks(
    kind: str,
    steps: Sequence[Step],
    values: Sequence[float | None],
    across: Callable[[int], float],
    up: Callable[[float], float],
) -> Iterator[str]:
    every = max(1, math.ceil(len(steps) / MOST_MARKS))
    for index, value in enumerate(values):
        if value is None or value <= 0 or index % every:
            continue
        x, y = across(index), up(value)
        stage = steps[index].stage
        said = escape(f"{stage.name or stage.kind}: {value:.3g}")
        shape = (
            f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3">'
            if kind == "signal"
            else f'<rect class="{kind}" x="{x - 2.5:.1f}" y="{y - 2.5:.1f}" width="5" height="5">'
        )
        yield f"{shape}<title>{said}</title></{'circle' if kind == 'signal' else 'rect'}>"
