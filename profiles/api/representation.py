"""How a file looks in the API: plain values, a fixed number of queries however many files."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core import audit
from kol_crm.core.actor import Actor
from profiles.models import Account, ContactPoint, Kol, KolField, KolTag
from profiles.services import contact as contact_verbs
from profiles.services import kol as files

READ_ONLY = (
    "quiet_cause",
    "stage",
    "stage_since",
    "level",
    "verdict",
    "last_touch_at",
    "next_due",
    "next_due_kind",
    "own_followers",
    "own_followers_on",
    "bond",
    "risk",
    "dormant",
    "archived_at",
    "created_at",
)
LINKED = {
    "type": "type__slug",
    "agency": "agency__name",
    "owner": "owner__username",
    "team": "team__name",
    "main_field": "main_field__slug",
}
FACTS = tuple(name for name in files.FACTS if name not in LINKED)
ACCOUNT = ("id", "platform", "external_id", "handle", "title", "url", "followers", "followers_on")
CONTACT = ("id", "channel", "label", "preferred", "verified_on", "dead_since", "shared", "guardian")


def with_values(kols: QuerySet) -> QuerySet:
    """What ``represent`` needs of each row, read without building models."""
    return kols.values("id", "version", "sort_name", *FACTS, *READ_ONLY, *LINKED.values())


def represent(rows: Iterable[dict[str, Any]], actor: Actor, *, in_clear: bool) -> list[dict[str, Any]]:
    """Complete files from rows of ``with_values``.

    ``in_clear``: the token has ``contacts:read``; then the contacts of files that its user may edit are
    shown, and the answer is written down as one disclosure (DOMAIN 2.3).
    """
    rows = list(rows)
    ids = [row["id"] for row in rows]
    accounts = _by_kol(Account.objects.filter(kol__in=ids).values("kol_id", *ACCOUNT))
    fields = _by_kol(KolField.objects.filter(kol__in=ids).values("kol_id", "field__slug", "strength"))
    tags = _by_kol(KolTag.objects.filter(kol__in=ids).order_by("tag__folded").values("kol_id", "tag__name"))
    contacts = _contacts(ids, actor, in_clear=in_clear)
    return [
        {
            "id": row["id"],
            "version": row["version"],
            **{name: row[name] for name in FACTS},
            **{name: row[column] for name, column in LINKED.items()},
            **{name: row[name] for name in READ_ONLY},
            "fields": [{"field": f["field__slug"], "strength": f["strength"]} for f in fields[row["id"]]],
            "tags": [tag["tag__name"] for tag in tags[row["id"]]],
            "contacts": contacts[row["id"]],
            "accounts": [{name: account[name] for name in ACCOUNT} for account in accounts[row["id"]]],
        }
        for row in rows
    ]


def one(kol: Kol, actor: Actor, *, in_clear: bool) -> dict[str, Any]:
    """One complete file."""
    return represent(with_values(Kol.objects.filter(pk=kol.pk)), actor, in_clear=in_clear)[0]


def _by_kol(rows: Iterable[dict[str, Any]]) -> dict[UUID, list[dict[str, Any]]]:
    grouped: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["kol_id"]].append(row)
    return grouped


def _contacts(ids: list[UUID], actor: Actor, *, in_clear: bool) -> dict[UUID, list[dict[str, Any]]]:
    points = list(ContactPoint.objects.filter(kol__in=ids))
    clear: dict[UUID, str] = {}
    if in_clear:
        own = set(Kol.objects.visible_to(actor.user, "edit").filter(pk__in=ids).values_list("pk", flat=True))
        shown = [point for point in points if point.kol_id in own]
        clear = dict(zip((point.pk for point in shown), contact_verbs.values_of(shown), strict=True))
        if shown:
            subjects = {point.kol_id for point in shown}
            only = subjects.pop() if len(subjects) == 1 else None
            audit.disclosed(actor, "api", subject=only, rows=len(shown), detail=f"{len(ids)} files")
    grouped: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for point in points:
        values = {name: getattr(point, name) for name in CONTACT}
        value = clear.get(point.pk)
        grouped[point.kol_id].append(
            values | {"value": point.masked if value is None else value, "masked": value is None}
        )
    return grouped
