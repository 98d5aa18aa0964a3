"""How degrees become a drawing: a view, and outlines in its units, for SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

WIDTH = 1000.0  # units of the drawing


@dataclass(frozen=True)
class View:
    """How degrees become units of the drawing. box: south, north, west, east."""

    box: tuple[float, float, float, float]

    @cached_property
    def scale(self) -> float:
        return WIDTH / max(0.02, (self.box[3] - self.box[2]) * self.flat)

    @cached_property
    def flat(self) -> float:
        """How much shorter a degree to the east is than one to the north, in the middle of the picture."""
        return math.cos(math.radians((self.box[0] + self.box[1]) / 2))

    @property
    def height(self) -> int:
        return max(120, round((self.box[1] - self.box[0]) * self.scale))

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        return (longitude - self.box[2]) * self.flat * self.scale, (self.box[1] - latitude) * self.scale

    def shows(self, box: tuple[float, float, float, float]) -> bool:
        """Whether something of this box (south, north, west, east) lies in the picture."""
        south, north, west, east = self.box
        return box[1] >= south and box[0] <= north and box[3] >= west and box[2] <= east


def closed_path(points: Sequence[tuple[float, float]]) -> str:
    """A closed path of whole units: where it begins, then steps; corners that fall on one unit are one."""
    return f"{drawn}z" if (drawn := open_path(points)) else ""


def open_path(points: Sequence[tuple[float, float]]) -> str:
    """The same as a line; empty where all corners fall on one unit."""
    corners = [corner for corner, _same in groupby((round(x), round(y)) for x, y in points)]
    steps = [f"{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in pairwise(corners)]
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}" if steps else ""


def simplified(points: Sequence[tuple[float, float]], within: float) -> list[tuple[float, float]]:
    """The same line with fewer corners, nowhere further from the first than `within` units (Douglas and Peucker)."""
    kept = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        furthest, at = within, 0
        for number in range(first + 1, last):
            away = _away(points[number], points[first], points[last])
            if away > furthest:
                furthest, at = away, number
        if at:
            kept.add(at)
            parts += [(first, at), (at, last)]
    return [points[number] for number in sorted(kept)]


def _away(point: tuple[float, float], one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance from a point to a line between two others, or to the point that both are."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = math.hypot(dx, dy)
    if not length:
        return math.hypot(point[0] - one[0], point[1] - one[1])
    return abs(dx * (one[1] - point[1]) - (one[0] - point[0]) * dy) / length
