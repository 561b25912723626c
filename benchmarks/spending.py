"""What something costs: by the clock, and of processors, which the neighbours on the machine hardly move."""

import os
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
    """Processor seconds of all connections to this database so far, if it is on this machine.

    Each in nanoseconds of ``schedstat``; a connection that ended counts no more, so ask while all last.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        files = [Path(f"/proc/{pid}/schedstat") for (pid,) in cursor.fetchall()]
    return sum(int(one.read_text().split()[0]) for one in files if one.exists()) / 10**9


def spent() -> Spent:
    """As of now. A database on another machine counts as nothing: then the clock alone tells."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    ticks = sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13])) if stat.exists() else 0
    return Spent(time.perf_counter(), time.process_time(), ticks / os.sysconf("SC_CLK_TCK"))
