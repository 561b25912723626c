"""Settings, one's own page, views, login, and what every page has."""

from uuid import UUID

from tests.permissions.hooks import HOOKS
from tests.permissions.rows import (
    FILES,
    FINANCE,
    NOBODY,
    OWNER,
    SHARERS,
    STAFF,
    Row,
    change_view,
    settings,
    under_ids,
    work_ids,
)

ROBOT_KEEPERS = frozenset({"manager", "elsewhere", "admin", "self"})
KEEPERS_OF_EAST = frozenset({"manager", "admin", "self"})


def _platform(world) -> dict:
    return {"key": "platform"}


def _junior(world) -> dict:
    return {"pk": world.below.kol.owner_id}


def _robots(url: str, method: str, **more) -> list[Row]:
    """Admins', and managers' for their teams."""
    return [Row(url, method, ROBOT_KEEPERS, seen=STAFF - ROBOT_KEEPERS, **more)]


def _of_robot(url: str, method: str, **more) -> list[Row]:
    """The robot of East: managers elsewhere do not see it."""
    seen = STAFF - ROBOT_KEEPERS
    return [Row(url, method, KEEPERS_OF_EAST, seen=seen, ids=lambda world: {"pk": world.robot.pk}, **more)]


ANY = (("If-Match", "*"),)
ROBOT_API = [
    *_robots("api:robot-list", "GET"),
    *_robots("api:robot-list", "POST", ok=400),
    *_of_robot("api:robot-detail", "GET"),
    *_of_robot("api:robot-detail", "PATCH", data={"name": "Other"}, headers=ANY),
    *_of_robot("api:robot-detail", "DELETE", ok=204, headers=ANY),
    *_of_robot("api:robot-say", "POST"),
]

CORE = [
    Row("healthz", "GET", STAFF, open=True),
    Row("readyz", "GET", STAFF, open=True, ok=503),  # no worker beats in tests
    Row("today", "GET", FILES, unseen=302),  # finance begins at the plans
    Row("today/", "GET", FILES, unseen=302),
    Row("today-queue", "GET", STAFF),
    Row("today-news", "GET", STAFF),
    Row("today-gone", "GET", STAFF),
    Row("today-put-off", "POST", STAFF, ok=404),  # of no row
    Row("today-hand-over", "GET", STAFF, ok=404),  # of no row
    Row("today-hand-over", "POST", STAFF, ok=404),
    Row("today-take-over", "POST", STAFF, ok=404),
    Row("today-done", "GET", STAFF),
    Row("today-take-back", "POST", STAFF, ok=404),
    Row("palette", "POST", STAFF),
    Row("dashboard", "GET", FILES, seen=FINANCE),
    Row("dashboard-figures", "GET", FILES, seen=FINANCE, ids=lambda _world: {"key": "stages"}),
    Row("dashboard-facet", "GET", FILES, seen=FINANCE, ids=lambda _world: {"key": "level"}),
    Row("core:work", "GET", OWNER, ids=work_ids),
    Row("core:work-cancel", "POST", OWNER, ok=302, ids=work_ids),
    Row("core:notices", "GET", STAFF),
    Row("core:notices-newest", "GET", STAFF),
    Row("core:notices-news", "GET", STAFF),
    # open to who knows the address; nobody's is a 404 (tests/core/test_feeds.py)
    Row("core:feed", "GET", STAFF, open=True, ok=404, ids=lambda _w: {"token": "x", "name": "calendar.ics"}),
    Row("core:notices-read", "POST", STAFF, ok=302),
    Row("settings:home", "GET", STAFF, ok=302),  # to the first page one has
    Row("settings:me", "GET", STAFF),
    Row("settings:me", "POST", STAFF, ok=422),
    Row("settings:security", "GET", STAFF),
    Row("settings:sessions-end", "POST", STAFF, ok=404),  # says not which
    Row("settings:tokens", "GET", STAFF),
    Row("settings:tokens", "POST", STAFF, ok=422),
    Row("settings:token-revoke", "POST", NOBODY, ids=lambda world: {"key": "0" * 128}),
    Row("settings:notices", "GET", STAFF),
    Row("settings:notices", "POST", STAFF, ok=422),
    Row("settings:feeds", "GET", STAFF),
    Row("settings:feeds", "POST", STAFF, ok=422),
    Row("settings:feed-revoke", "POST", NOBODY, ids=lambda _world: {"kind": "calendar"}),  # there is none
    *_robots("settings:robots", "GET"),
    *_robots("settings:robot-add", "GET"),
    *_robots("settings:robot-add", "POST", ok=422),
    *_of_robot("settings:robot", "GET"),
    *_of_robot("settings:robot", "POST", ok=422),
    *_of_robot("settings:robot-remove", "POST", ok=302),
    *_of_robot("settings:robot-say", "POST", ok=302),
    *HOOKS,
    Row("settings:away", "GET", STAFF),
    Row("settings:away", "POST", STAFF, ok=422),
    Row("settings:back", "POST", NOBODY, ids=lambda world: {"pk": world.file.kol.pk}),  # no absence
    *settings("settings:policy", "GET", ok=302),
    *settings("settings:policy-versions", "GET"),
    *settings("settings:policy-section", "GET", ids=_platform),
    *settings("settings:policy-section", "POST", ok=422, ids=_platform),
    *settings("settings:start", "GET"),
    *settings("settings:start-dismiss", "POST", ok=302),
    *settings("settings:users", "GET"),
    *settings("settings:user-invite", "GET"),
    *settings("settings:user-invite", "POST", ok=422),
    *settings("settings:user", "GET", ids=_junior),
    *settings("settings:user", "POST", ok=422, ids=_junior),
    *settings("settings:user-invite-again", "POST", ok=302, ids=_junior),
    *settings("settings:user-deactivate", "GET", ids=_junior),
    *settings("settings:user-deactivate", "POST", ok=422, ids=_junior),
    *settings("settings:user-reactivate", "POST", ok=302, ids=_junior),
    *settings("settings:user-away", "GET", ids=_junior),
    *settings("settings:user-away", "POST", ok=422, ids=_junior),
    *settings("settings:teams", "GET"),
    *settings("settings:team", "GET", ids=under_ids),
    *settings("settings:team", "POST", ok=422, ids=under_ids),
    *settings("settings:team-add", "GET", ids=under_ids),
    *settings("settings:team-add", "POST", ok=422, ids=under_ids),
    *settings("settings:audit", "GET"),
    *settings("settings:jobs", "GET"),
    *settings("settings:job-held", "POST", ok=302, ids=lambda _world: {"act": "release"}),
    *settings("settings:job-run", "POST", ok=302, ids=lambda _world: {"name": "tidying"}),
    *settings("settings:job-send-again", "POST", ok=404, ids=lambda _world: {"pk": UUID(int=1)}),
    Row("set_language", "GET", STAFF, ok=302, open=True),
    Row("set_language", "POST", STAFF, ok=302, open=True),
]


def _of_kols(url: str, method: str, **more) -> Row:
    return Row(url, method, STAFF, data={"list": "kols"}, **more)


VIEWS = [
    _of_kols("views:menu", "GET"),
    _of_kols("views:columns", "GET"),
    _of_kols("views:create", "GET"),
    _of_kols("views:create", "POST", ok=422),
    _of_kols("views:order", "POST", ok=204),
    change_view("views:edit", "GET"),
    change_view("views:edit", ok=422),
    change_view("views:update", ok=302, data={"version": 1}),
    change_view("views:delete", ok=302),
    change_view("views:restore", ok=302),
    *(Row(f"views:{verb}", "POST", SHARERS, ok=302) for verb in ("duplicate", "pin", "shift")),
]
# allauth's addresses show no file: what a stranger and what somebody logged in is answered to a GET.
ALLAUTH = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (302, 302),  # nobody signs up
    "account_reauthenticate": (302, 200),
    "account_email": (302, 302),
    "account_email_verification_sent": (302, 302),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_confirm_login_code": (302, 302),
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),  # asks again who one is
    "mfa_deactivate_totp": (302, 404),  # none is on
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_download_recovery_codes": (302, 404),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_reset_password_done": (200, 200),
}
