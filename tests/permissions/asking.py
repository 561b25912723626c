"""Asking every address as everybody: the browser and the REST client of each actor, all writes undone."""

from contextlib import contextmanager
from functools import cache, cached_property
from weakref import WeakKeyDictionary

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from knox.settings import knox_settings
from rest_framework.test import APIClient

from kol_crm.core.api.auth import SCOPES
from kol_crm.core.models import ApiToken, User, VersionedRow
from tests.permissions.world import World

BACKEND = "kol_crm.core.backends.ByName"
WORDS = (
    *("campaign-results", "campaign-result", "result-take-back", "result-import", "invitation-import"),
    *(
        "participant-create",
        "participant-import",
        "participant",
        "deliverable",
        "dispute",
        "campaign",
        "contest",
    ),
    *("privilege-kind", "privilege", "platform-role", "handover"),
    *("programme", "candidate"),  # before the words that stand in them
    *("coaching-session", "coaching", "adjustment", "persona", "access", "data-sheet"),
    *("outreach", "cooperation", "no-go"),
    *("booking", "slot", "budget"),
    *("exclusivity", "sighting"),
    "task",
    *("violation", "conflict", "rule-fact", "rule", "community", "member"),
    "strategy",
    "gift",
    *("entry", "payout", "item"),  # before what they are of
    *("touch", "snapshot", "plan", "review", "greeting"),
    *("need", "promise", "request", "date", "life-event", "tie", "agency", "account"),
    "stop",  # after the plans, which are stopped too
)
CALLED = {
    **dict.fromkeys(("campaign-results", "result-import", "invitation-import", "contest"), "campaign"),
    **dict.fromkeys(("participant-create", "participant-import"), "campaign"),
    "result-take-back": "campaign-result",
    "deliverable-create": "participant",
    "participant-deliverables": "participant",
    "dispute-create": "invitation",
}
# Rows that go by a number or a word, and are of no file.
ELSEWHERE = {
    "api:incentive-policy-detail": {"pk": 1},
    "api:job-run": {"pk": "tidying"},
    "api:job-held": {"act": "release"},
    "api:payout-batch-detail": {"number": 1},
    "api:payout-batch-file": {"number": 1, "kind": "csv"},
    "api:entry-file": {"kind": "csv"},
}
PREPARED = WeakKeyDictionary()  # of each session of the database
UNTRACED = {
    "core.ApiToken",
    "core.LoginSession",
    "core.Throttle",
    "sessions.Session",
    "auth.Permission",
    "contenttypes.ContentType",
}


def token_client(user: User, *scopes: str) -> APIClient:
    _row, token = ApiToken.objects.create(user, scopes=list(scopes), prefix="")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{knox_settings.AUTH_HEADER_PREFIX} {token}")
    return client


class Askers:
    """The clients of all actors. ``gone`` is deactivated after logging in and getting a token."""

    def __init__(self, world: World):
        self.world = world
        self._states: dict[tuple[str, ...], tuple] = {}
        self.browsers = {"anonymous": Client()}
        for name, user in world.users.items():
            self.browsers[name] = Client()
            self.browsers[name].force_login(user, backend=BACKEND)
        users = world.users.items()
        self.rest = {"anonymous": APIClient()} | {name: token_client(user, *SCOPES) for name, user in users}
        User.objects.filter(username="gone").update(is_active=False)

    def state_before(self, *without: str) -> tuple:
        """What each request of a test begins with, where all that they write is undone; counted once."""
        if without not in self._states:
            self._states[without] = state(*without)
        return self._states[without]

    @cached_property
    def reader(self) -> APIClient:
        """The owner's token that may only read."""
        return token_client(self.world.users["owner"], "kols:read")


@cache
def addresses() -> dict[str, URLPattern]:
    """Every address by its name; one without a name or named twice goes by its path."""
    return _addresses(get_resolver().url_patterns, ())


def _addresses(patterns, namespaces) -> dict[str, URLPattern]:
    found = {}
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            found |= _addresses(pattern.url_patterns, inner)
            continue
        found[":".join((*namespaces, pattern.name or str(pattern.pattern)))] = pattern
    return found


def ids_for(name: str, pattern: URLPattern, world: World) -> dict:
    """The ids of an address: rows of the world's file, ``pk`` being the row that the address is about.

    What is about no file has its ids in the matrix.
    """
    if name.startswith(("settings:", "profiles:field-", "profiles:type-", "profiles:source-")):
        return {}
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    rows = world.file.names
    about = next((word for word in WORDS if word in name), "kol")
    about = CALLED.get(name.split(":")[-1], CALLED.get(about, about))
    if name in ("lifecycle:move-undo", "api:move-undo"):
        about = "move"
    if name.startswith(("views:", "api:view-")):
        about = "view"
    if str(pattern.pattern).removeprefix("^").startswith("kols/"):
        about = "kol"
    values = rows | {
        "pk": rows[about],
        "entry": rows["touch"],
        "key": "stage",
        "act": "begin",
        "stage": "initial",
        "name": "city",
        "size": "small",
        "verb": "activate",
        "kind": "need",
        "step": "met",
        "other": world.second.kol,
    }
    wanted = pattern.pattern.converters or pattern.pattern.regex.groupindex
    return {key: getattr(values[key], "pk", values[key]) for key in wanted if key in values}


def path_of(name: str, ids: dict) -> str:
    return reverse(name, kwargs=ids) if "/" not in name else f"/{name}"


def state(*without: str) -> tuple:
    """How many rows each table has, and the sum of their versions; what answering itself writes left out."""
    with connection.cursor() as cursor:
        cursor.execute(_prepared(without) if connection.vendor == "postgresql" else _all_tables(without))
        return cursor.fetchone()


def _prepared(without: tuple[str, ...]) -> str:
    """To plan a look at all tables takes PostgreSQL four times as long as to look."""
    names = PREPARED.setdefault(connection.connection, {})
    if without not in names:
        names[without] = f"EXECUTE state_{len(names)}"
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE state_{len(names) - 1} AS {_all_tables(without)}")
    return names[without]


@cache
def _all_tables(without: tuple[str, ...]) -> str:
    asked = []
    for model in apps.get_models():
        if model._meta.label not in {*UNTRACED, *without}:
            table = connection.ops.quote_name(model._meta.db_table)
            asked.append(f"(SELECT COUNT(*) FROM {table})")
            if issubclass(model, VersionedRow):
                asked.append(f"(SELECT SUM(version) FROM {table})")
    return f"SELECT {', '.join(asked)}"


class Watch:
    """Whether anything but a question was put to the database: to look at all tables then is worth it."""

    READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL")

    def __init__(self):
        self.may_have_written = False

    def __call__(self, execute, sql, params, many, context):
        self.may_have_written |= not sql.startswith(self.READS)
        return execute(sql, params, many, context)


@contextmanager
def undone():
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
