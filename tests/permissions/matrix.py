"""Who gets what answer at which address: the whole of it, as data (DOMAIN 2; RELIABILITY 4).

``test_permissions`` walks the URL resolver: an address that is not here fails. To add one, say for each of
its methods who may (``Row.may``), what they are answered (``ok``), who is told "forbidden" (``seen``: they
see the row but may not do this), and, where the world's own file is not what the address is about, its ids
(``ids``). Everyone else is answered 404. A method not listed must be answered 405.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from incentives.services import opt_out

STAFF = frozenset({"owner", "colleague", "other", "manager", "elsewhere", "finance", "admin", "self"})
TEAM = frozenset({"owner", "colleague", "manager", "admin"})  # who sees the world's file
KEEPERS = frozenset({"owner", "manager", "admin"})  # who may edit it
COLLEAGUE = frozenset({"colleague"})
FILES = STAFF - {"finance"}  # whose work is files
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


def _view(url: str, **more) -> Row:
    return Row(url, "GET", TEAM, **more)


def _edit(url: str, *, method="POST", **more) -> Row:
    return Row(url, method, KEEPERS, seen=COLLEAGUE, **more)


def _both(url: str, ok: int, **more) -> list[Row]:
    """A form that its keepers open and send; ``ok`` answers an empty one."""
    return [_edit(url, method="GET"), _edit(url, ok=ok, **more)]


FINANCE = frozenset({"finance"})


def _trashed(world) -> dict:
    return {"pk": world.trashed.pk}


def _unowned(world) -> dict:
    return {"pk": world.unowned.pk}


def _token(world) -> dict:
    return {"token": opt_out.link(world.file.kol.pk).rstrip("/").rsplit("/", 1)[1]}


def _file_version(world) -> dict:
    return {"version": world.file.kol.version}


CORE = [
    Row("healthz", "GET", STAFF, open=True),
    Row("readyz", "GET", STAFF, open=True, ok=503),  # no worker beats in tests
    Row("today", "GET", FILES, unseen=302),  # finance begins at the plans
    Row("today/", "GET", FILES, unseen=302),
    Row("today-queue", "GET", STAFF),
    Row("today-put-off", "POST", STAFF, ok=404),  # of no row
    Row("today-take-back", "POST", STAFF, ok=404),
    Row("dashboard", "GET", FILES, seen=FINANCE),
    Row("set_language", "GET", STAFF, ok=302, open=True),
    Row("set_language", "POST", STAFF, ok=302, open=True),
]
PROFILES = [
    Row("profiles:kol-list", "GET", STAFF),
    Row("profiles:kol-find", "POST", STAFF, ok=302),
    Row("profiles:kol-claim", "POST", STAFF, ok=302),
    Row("profiles:kol-facet", "GET", STAFF),
    Row("profiles:kol-trash", "GET", STAFF),
    Row("profiles:kol-create", "GET", FILES, seen=FINANCE),
    Row("profiles:kol-create", "POST", FILES, seen=FINANCE, ok=422),
    *(
        _view(f"profiles:{name}")
        for name in (
            *("kol-detail", "kol-now", "kol-timeline", "kol-performance", "kol-incentives", "kol-history"),
            *("touch-form",),
        )
    ),
    *_both("profiles:kol-edit", ok=422),
    *_both("profiles:kol-fact", ok=422),
    *_both("profiles:kol-quiet", ok=422),
    *_both("profiles:kol-level", ok=422),
    *_both("profiles:kol-figures", ok=422),
    *_both("profiles:kol-fans", ok=422),
    _edit("profiles:kol-change-restore", ok=302, data=_file_version),
    _edit("profiles:kol-archive", ok=302, data=_file_version),
    Row("profiles:kol-restore", "POST", KEEPERS | {"self"}, ok=302, ids=_trashed),
    Row("profiles:kol-take", "POST", TEAM | {"self"}, ok=302, ids=_unowned),
    Row("profiles:touch-log", "POST", TEAM, ok=422),
    _edit("profiles:touch-take-back", ok=302),
    _edit("profiles:contact-reveal", method="GET"),
    _edit("profiles:contact-reveal", data={"reason": "to call them"}),
    _edit("profiles:kol-disclosures", method="GET"),
]
LIFECYCLE = [
    Row("lifecycle:board", "GET", STAFF),
    Row("lifecycle:board-column", "GET", STAFF),
    Row("lifecycle:review-list", "GET", STAFF, ok=302),  # to the filters it opens with
    _view("lifecycle:review-detail"),
    _view("lifecycle:stepper"),
    *_both("lifecycle:move", ok=422),
    # by its author; after their ten minutes a manager steps back by a move
    Row("lifecycle:move-undo", "POST", frozenset({"owner"}), ok=302, seen=TEAM - {"owner"}),
    _edit("lifecycle:review-detail", ok=422),
    _edit("lifecycle:review-reschedule", ok=422),
]
INCENTIVES = [
    Row("incentives:plan-list", "GET", STAFF),
    Row("incentives:plan-detail", "GET", TEAM | FINANCE),
    Row("incentives:plan-edit", "GET", KEEPERS, seen=COLLEAGUE | FINANCE),
    Row("incentives:plan-edit", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=422),
    Row("incentives:plan-step", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=302, data={"version": 1}),
    *_both("incentives:plan-create", ok=422),
    _view("incentives:greeting-detail"),
    _edit("incentives:greeting-save", ok=422),
    _edit("incentives:greeting-send", ok=422),
    _edit("incentives:greeting-call-back", ok=409),  # it is not on its way
    _edit("incentives:greeting-by-hand", ok=422),
    _edit("incentives:greeting-arrived", ok=422),
    _edit("incentives:greeting-skip", ok=422),
    # the signed address is the right
    Row("incentives:opt-out", "GET", STAFF, open=True, ids=_token),
    Row("incentives:opt-out", "POST", STAFF, open=True, ids=_token),
]


def _insist(url: str, method: str, **more) -> Row:
    return _edit(url, method=method, headers=(("If-Match", "*"),), **more)


def _touch_of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), "channel": "phone", "began": "us"}


def _figure_of_file(world) -> dict:
    account = str(world.file.account.pk)
    return {"account": account, "metric": "followers", "value": "5", "end": "2026-11-20"}


def _plan_of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), "title": "A plan"}


API = [
    Row("api:schema", "GET", STAFF, open=True),
    Row("api:docs", "GET", STAFF, open=True),
    Row("api:kol-list", "GET", STAFF),
    Row("api:kol-list", "POST", FILES, seen=FINANCE, ok=201, data={"name": "New"}),
    _view("api:kol-detail"),
    _insist("api:kol-detail", "PUT", data={"name": "Put"}),
    _insist("api:kol-detail", "PATCH", data={"city": "Patched"}),
    _insist("api:kol-detail", "DELETE", ok=204),
    Row("api:kol-claim", "POST", TEAM | {"self"}, ids=_unowned),
    Row("api:kol-restore", "POST", KEEPERS | {"self"}, ids=_trashed),
    _edit("api:kol-move-move", data={"to_stage": "mid_term", "why": "They are ready."}, ok=201),
    Row("api:touch-list", "GET", STAFF),
    Row("api:touch-list", "POST", TEAM, ok=201, unseen=400, data=_touch_of_file),
    _view("api:touch-detail"),
    _edit("api:touch-take-back", ok=204),
    Row("api:snapshot-list", "GET", STAFF),
    Row("api:snapshot-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_figure_of_file),
    _view("api:snapshot-detail"),
    Row("api:incentive-plan-list", "GET", STAFF),
    Row("api:incentive-plan-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_plan_of_file),
    Row("api:incentive-plan-detail", "GET", TEAM | FINANCE),
    *(
        Row(
            "api:incentive-plan-detail",
            method,
            KEEPERS,
            seen=COLLEAGUE | FINANCE,
            data={"title": "Changed"},
            headers=(("If-Match", "*"),),
        )
        for method in ("PUT", "PATCH")
    ),
    Row("api:incentive-plan-activate", "POST", KEEPERS, seen=COLLEAGUE | FINANCE),
    Row("api:incentive-plan-finish", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=409),  # a draft
    Row("api:incentive-plan-stop", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=409),
]
# allauth's addresses show no file: what a stranger and what somebody logged in is answered to a GET.
ALLAUTH = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),  # says that it is closed
    "account_reauthenticate": (302, 200),
    "account_email": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_confirm_email": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_done": (200, 200),
}
MATRIX = {"core": CORE, "profiles": PROFILES, "lifecycle": LIFECYCLE, "incentives": INCENTIVES, "api": API}
