"""Milliseconds against the size of the catalogue, as a small SVG: p50 as a line, p95 above it."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 56, 620, 16, 316
COLOURS = ("#115a36", "#a23b2a", "#24579c", "#6b6b6b")
MARKS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)


@dataclass(frozen=True)
class Line:
    name: str
    points: list[tuple[int, float, float]]  # bibs, p50, p95


def curve(lines: list[Line]) -> str:
    sizes = sorted({bibs for line in lines for bibs, _, _ in line.points})
    values = [value for line in lines for _, *both in line.points for value in both]
    if not sizes:
        return ""
    scale = _Scale(sizes, values)
    parts = [*_axes(scale, sizes)]
    for number, line in enumerate(lines):
        parts += _drawn(line, scale, COLOURS[number % len(COLOURS)], number)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="sans-serif" font-size="12">'
        "<title>Milliseconds against the number of bibs</title>"
        f'<path d="M0 0h{WIDTH}v{HEIGHT}H0z" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


class _Scale:
    """Both axes are logarithmic: ten times the bibs is the same step everywhere."""

    def __init__(self, sizes: list[int], values: list[float]) -> None:
        self._first, self._last = math.log(sizes[0] * 0.7), math.log(sizes[-1] * 1.4)
        self.lowest = max(mark for mark in MARKS if mark <= max(min(values), MARKS[0]))
        self.highest = min((mark for mark in MARKS if mark >= max(values)), default=MARKS[-1])

    def x(self, bibs: int) -> float:
        share = (math.log(bibs) - self._first) / (self._last - self._first)
        return LEFT + share * (RIGHT - LEFT)

    def y(self, value: float) -> float:
        low, high = math.log(self.lowest), math.log(self.highest)
        return BOTTOM - (math.log(max(value, self.lowest)) - low) / (high - low) * (BOTTOM - TOP)


def _axes(scale: _Scale, sizes: list[int]) -> list[str]:
    parts = []
    for mark in (mark for mark in MARKS if scale.lowest <= mark <= scale.highest):
        y = scale.y(mark)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{mark:g} ms</text>')
    for bibs in sizes:
        x = scale.x(bibs)
        parts.append(f'<path d="M{x:.1f} {TOP}V{BOTTOM}" stroke="#eee"/>')
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 18}" text-anchor="middle">{bibs:,}</text>')
    return parts


def _drawn(line: Line, scale: _Scale, colour: str, number: int) -> list[str]:
    parts = []
    for at, dashes in ((1, ""), (2, ' stroke-dasharray="4 4"')):
        points = [(scale.x(point[0]), scale.y(point[at])) for point in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}"{dashes}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    x = LEFT + 10 + number * 145
    parts.append(f'<path d="M{x} {HEIGHT - 13}h18" stroke="{colour}" stroke-width="2"/>')
    parts.append(f'<text x="{x + 23}" y="{HEIGHT - 9}">{escape(line.name)}</text>')
    return parts
