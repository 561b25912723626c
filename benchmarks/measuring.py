"""Times side by side: software and floor asked in turns, so that what else the machine does meets both."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from benchmarks.serving import Server
from benchmarks.spending import of_database

CLIENTS = 8
SPAN = 1.0  # seconds of one round at eight clients
WARM = 4


@dataclass(frozen=True)
class Asked:
    """One thing asked of a server: any of these addresses in turn, with these headers (None: logged in)."""

    server: Server
    urls: tuple[str, ...]
    headers: Mapping[str, str] | None = None

    def once(self, url: str) -> tuple[float, int]:
        """Milliseconds and bytes. Raises ``SystemExit`` for any other answer than 200."""
        started = time.perf_counter()
        status, body = self.server.get(url, self.headers)
        took = (time.perf_counter() - started) * 1000
        if status != 200:
            raise SystemExit(f"{url}: {status}")
        return took, len(body)


@dataclass(frozen=True)
class Figures:
    """Milliseconds for one client, processor milliseconds of the workers and of their connections to the
    database, answers a second at eight."""

    p50: float
    p95: float
    processor: float
    database: float
    rate: float
    size: int


def side_by_side(one: Asked, other: Asked, times: int, rounds: int = 1) -> tuple[Figures, Figures]:
    """Both asked alternately ``times`` times by one client, then in turns by eight at once."""
    sides = (one, other)
    for side in sides:
        for url in (*side.urls, *side.urls[:1] * WARM):
            side.once(url)
    took: dict[int, list[float]] = {0: [], 1: []}
    used, asked, sizes, addresses = [0.0, 0.0], [0.0, 0.0], [0, 0], [cycle(side.urls) for side in sides]
    for turn in range(times):
        for place in (0, 1) if turn % 2 else (1, 0):
            before, behind = sides[place].server.processor_seconds(), of_database()
            spent, sizes[place] = sides[place].once(next(addresses[place]))
            used[place] += sides[place].server.processor_seconds() - before
            asked[place] += of_database() - behind
            took[place].append(spent)
    rates: dict[int, list[float]] = {0: [], 1: []}
    for _round in range(rounds):
        for place, side in enumerate(sides):
            rates[place].append(_rate(side))
    first, second = (
        Figures(
            median(took[place]),
            percentile(took[place], 95),
            used[place] * 1000 / times,
            asked[place] * 1000 / times,
            median(rates[place]) if rates[place] else 0.0,
            sizes[place],
        )
        for place in (0, 1)
    )
    return first, second


def percentile(values: list[float], share: int) -> float:
    """The value that ``share`` per cent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share / 100 * (len(ordered) - 1)))]


def _rate(side: Asked) -> float:
    """Answers a second while eight clients ask without pause."""
    until = time.perf_counter() + SPAN

    def ask(place: int) -> int:
        done = 0
        while time.perf_counter() < until:
            side.once(side.urls[(place + done) % len(side.urls)])
            done += 1
        return done

    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = sum(pool.map(ask, range(CLIENTS)))
    return done / (time.perf_counter() - started)
