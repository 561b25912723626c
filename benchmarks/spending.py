"""What something costs: by the clock, and of processors, which the neighbours on the machine hardly move."""

import time
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of processors: of this process and of the database's for it."""

    clock: float
    here: float
    there: float

    @property
    def processor(self) -> float:
        return self.here + self.there

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.clock - other.clock, self.here - other.here, self.there - other.there)

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.here:.2f} + {self.there:.2f} s of processors)"


def of_database() -> float:
    """Processor seconds of all other connections to this database so far, if it is on this machine.

    A connection that ended counts no more, so ask while all last.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return sum(_used(pid) for (pid,) in cursor.fetchall())


def _used(pid: int) -> float:
    """Nanoseconds of ``schedstat``: the ticks of /proc/…/stat are longer than most answers."""
    stat = Path(f"/proc/{pid}/schedstat")
    return int(stat.read_text().split()[0]) / 10**9 if stat.exists() else 0.0


def spent() -> Spent:
    """As of now. A database on another machine counts as nothing: then the clock alone tells."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        there = _used(cursor.fetchone()[0])
    return Spent(time.perf_counter(), time.process_time(), there)
