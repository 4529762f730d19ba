"""Draws icon.png: the bell curve that weights should be drawn from, over the squiggle that says they were not.

Only the standard library is used. Every pixel is the average of a grid of samples, which makes the edges smooth. Run
`python icon.py` in this folder after a change.
"""

import math
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

SIZE = 128
SAMPLES = 4

BACKGROUND_TOP = (30, 45, 80)
BACKGROUND_BOTTOM = (18, 26, 48)
CURVE = (122, 162, 255)
FILL = (62, 92, 170)
SQUIGGLE = (255, 179, 64)

Colour = tuple[float, float, float]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def in_rounded_square(x: float, y: float, radius: float = 26.0) -> bool:
    dx = max(radius - x, x - (SIZE - radius), 0.0)
    dy = max(radius - y, y - (SIZE - radius), 0.0)
    return math.hypot(dx, dy) <= radius


def bell(x: float) -> float:
    """The height of the curve's line above the top of the picture."""
    return 86.0 - 60.0 * math.exp(-(((x - 64.0) / 19.0) ** 2) / 2)


def wave(x: float) -> float:
    return 104.0 - 4.5 * math.cos((x - 64.0) * math.tau / 22.0)


def near(curve: Callable[[float], float], x: float, y: float, width: float) -> bool:
    """Whether the point lies within half a width of the curve, measured across the curve and not straight down."""
    slope = (curve(x + 0.05) - curve(x - 0.05)) / 0.1
    return abs(y - curve(x)) / math.hypot(1.0, slope) <= width / 2


def colour_at(x: float, y: float) -> tuple[Colour, float]:
    if not in_rounded_square(x, y):
        return (0.0, 0.0, 0.0), 0.0
    colour = mix(BACKGROUND_TOP, BACKGROUND_BOTTOM, y / SIZE)
    if 16 <= x <= 112:
        if bell(x) <= y <= 86:
            colour = mix(colour, FILL, 0.75)
        if near(bell, x, y, 6.0):
            colour = CURVE
        if near(wave, x, y, 6.0):
            colour = SQUIGGLE
    return colour, 1.0


def pixel(column: int, row: int) -> bytes:
    red = green = blue = opacity = 0.0
    for i in range(SAMPLES):
        for j in range(SAMPLES):
            colour, alpha = colour_at(column + (i + 0.5) / SAMPLES, row + (j + 0.5) / SAMPLES)
            red, green, blue = (
                red + colour[0] * alpha,
                green + colour[1] * alpha,
                blue + colour[2] * alpha,
            )
            opacity += alpha
    if opacity == 0:
        return bytes(4)
    return bytes(
        (
            round(red / opacity),
            round(green / opacity),
            round(blue / opacity),
            round(255 * opacity / SAMPLES**2),
        )
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png() -> bytes:
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    Path(__file__).with_name("icon.png").write_bytes(png())
