"""Small figures drawn on the server as SVG: sparkline, dial, bars. Geometry only; colours are classes."""

import math
from collections.abc import Sequence

Number = int | float

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 56, 18, 2
DIAL_RADIUS, DIAL_CENTRE, DIAL_SWEEP = 17, 20, 270


def spark_points(
    values: Sequence[Number | None], width: int = SPARK_WIDTH, height: int = SPARK_HEIGHT
) -> list[tuple[float, float] | None]:
    """Where each value lies, oldest at the left, the highest on top; None stays a gap, flat is the middle."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    inner_width, inner_height = width - 2 * SPARK_MARGIN, height - 2 * SPARK_MARGIN
    step = inner_width / max(len(values) - 1, 1)

    def place(index: int, value: Number | None) -> tuple[float, float] | None:
        if value is None:
            return None
        share = (value - low) / (high - low) if high > low else 0.5
        return round(SPARK_MARGIN + index * step, 1), round(height - SPARK_MARGIN - share * inner_height, 1)

    return [place(index, value) for index, value in enumerate(values)]


def spark_path(points: Sequence[tuple[float, float] | None]) -> str:
    """The points as an SVG path, lifting the pen over gaps."""
    commands, pen_down = [], False
    for point in points:
        if point is not None:
            commands.append(f"{'L' if pen_down else 'M'}{point[0]:g} {point[1]:g}")
        pen_down = point is not None
    return "".join(commands)


def dial_arc(percent: Number) -> str:
    """The arc of a 270° dial open at the bottom, from lower left, for 0 to 100; "" for 0."""
    angle = DIAL_SWEEP * min(max(percent, 0), 100) / 100
    if angle == 0:
        return ""
    start_x, start_y = _on_dial(0)
    end_x, end_y = _on_dial(angle)
    large = 1 if angle > 180 else 0
    return f"M{start_x:g} {start_y:g}A{DIAL_RADIUS} {DIAL_RADIUS} 0 {large} 1 {end_x:g} {end_y:g}"


def _on_dial(angle: float) -> tuple[float, float]:
    direction = math.radians(135 + angle)
    return (
        round(DIAL_CENTRE + DIAL_RADIUS * math.cos(direction), 2),
        round(DIAL_CENTRE + DIAL_RADIUS * math.sin(direction), 2),
    )


def shares(segments: Sequence[tuple[Number, str]]) -> list[tuple[float, float, str]]:
    """(start, width, tone) in per cent for stacked amounts; nothing when they add up to nothing."""
    total = sum(amount for amount, _tone in segments)
    if total <= 0:
        return []
    placed, start = [], 0.0
    for amount, tone in segments:
        width = 100 * amount / total
        if amount > 0:
            placed.append((round(start, 2), round(width, 2), tone))
        start += width
    return placed


def gauge_marks(value, low, high) -> tuple[float, float, float] | None:
    """(value, low, high) in per cent of a track that holds all of them; None if one is unknown."""
    if value is None or low is None or high is None:
        return None
    end = max(float(value), float(high) * 1.6) * 1.05 or 1.0
    at, start, stop = (round(float(one) / end * 100, 1) for one in (value, low, high))
    return at, start, stop
