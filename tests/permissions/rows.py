"""What the rows of the matrix are made of: who may, the row itself, ids that several parts ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STAFF = frozenset({"owner", "colleague", "other", "manager", "elsewhere", "finance", "admin", "self"})
TEAM = frozenset({"owner", "colleague", "manager", "admin"})  # who sees the world's file
KEEPERS = frozenset({"owner", "manager", "admin"})  # who may edit it
OWNER = frozenset({"owner"})
COLLEAGUE = frozenset({"colleague"})
FILES = STAFF - {"finance"}  # whose work is files
ADMIN = frozenset({"admin"})
IMPORTS = KEEPERS | {"self"}  # who sees the import of the world's owner
MANAGER = frozenset({"manager"})
ABOVE = frozenset({"admin"})  # who sees what the manager exported in clear
FINANCE = frozenset({"finance"})
MANAGERS = frozenset({"manager", "elsewhere", "admin", "self"})
SHARERS = frozenset({"owner", "colleague", "manager", "finance", "admin", "self"})  # who sees East's view
CHANGERS = frozenset({"owner", "manager", "admin", "self"})
PROGRAMME_TEAM = TEAM | {"self"}  # a programme is about nobody
PROGRAMME_KEEPERS = KEEPERS | {"self"}
NOBODY: frozenset[str] = frozenset()
Body = dict[str, Any] | Callable[[Any], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One method of one address. ``data`` may be a function of the world."""

    url: str
    method: str
    may: frozenset[str]
    ok: int = 200
    seen: frozenset[str] = NOBODY
    unseen: int = 404
    ids: Callable[[Any], dict[str, Any]] = lambda world: {}
    data: Body = lambda world: {}
    headers: tuple[tuple[str, str], ...] = ()
    open: bool = False  # to strangers too

    def expected(self, actor: str) -> int:
        if actor in ("anonymous", "gone") and not self.open:
            return 401 if self.is_api else 302
        if actor in self.may or self.open:
            return self.ok
        return 403 if actor in self.seen else self.unseen

    @property
    def is_api(self) -> bool:
        return self.url.startswith("api:")


def view(url: str, **more) -> Row:
    return Row(url, "GET", TEAM, **more)


def edit(url: str, *, method="POST", **more) -> Row:
    return Row(url, method, KEEPERS, seen=COLLEAGUE, **more)


def both(url: str, ok: int, ids=lambda world: {}, **more) -> list[Row]:
    """A form that its keepers open and send; ``ok`` answers an empty one."""
    return [edit(url, method="GET", ids=ids), edit(url, ok=ok, ids=ids, **more)]


def trashed_ids(world) -> dict:
    return {"pk": world.trashed.pk}


def work_ids(world) -> dict:
    return {"pk": world.work.pk}


def unowned_ids(world) -> dict:
    return {"pk": world.unowned.pk}


def pair_ids(world) -> dict:
    return {"pk": world.pair.pk}


def merge_ids(world) -> dict:
    return {"pk": world.merge.pk}


def office_ids(world) -> dict:
    return {"contact": world.file.agency.contacts.get().pk}


def import_ids(world) -> dict:
    return {"pk": world.imported.pk}


def export_ids(world) -> dict:
    return {"pk": world.exported.pk}


def in_clear_ids(world) -> dict:
    """The manager's: the admin sees that it was made, and only the manager gets it."""
    return {"pk": world.in_clear.pk}


def settings(url: str, method: str, ok: int = 200, **more) -> list[Row]:
    """A page that admins have; this world has no manager of the top team, who has those of policy too."""
    return [Row(url, method, ADMIN, ok=ok, seen=STAFF - ADMIN, **more)]


def under_ids(world) -> dict:
    return {"pk": world.teams["under"].pk}


def change_view(url: str, method: str = "POST", **more) -> Row:
    return Row(url, method, CHANGERS, seen=SHARERS - CHANGERS, **more)


def with_finance(url: str, **more) -> Row:
    return Row(url, "GET", TEAM | FINANCE, **more)


def of_keepers(url: str, method: str = "POST", **more) -> Row:
    """What finance sees too but only keepers change."""
    return Row(url, method, KEEPERS, seen=COLLEAGUE | FINANCE, **more)


def insist(url: str, method: str, **more) -> Row:
    return edit(url, method=method, headers=(("If-Match", "*"),), **more)


REASON = {"voice_reason": "We spoke with each other."}
