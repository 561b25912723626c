"""How a file looks in the API: written in one statement however many files (``core/kept_json.py``)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from kol_crm.core import audit
from kol_crm.core.actor import Actor
from kol_crm.core.kept import Kept
from kol_crm.core.kept_json import KeptJson, Pairs, Part, Words
from kol_crm.core.models import Team, User
from profiles.models import Account, Agency, ContactPoint, ExternalId, Field, Kol, KolField, KolTag, KolType
from profiles.services import attribute
from profiles.services import contact as contact_verbs
from profiles.services import kol as files

READ_ONLY = (
    "quiet_cause",
    "stop",
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
    "picture",
    "handle",
    "archived_at",
    "created_at",
)
LINKED = {
    "type": (KolType, "slug"),
    "agency": (Agency, "name"),
    "owner": (User, "username"),
    "team": (Team, "name"),
    "main_field": (Field, "slug"),
}
# Looked up row by row: to plan a join of seven tables costs PostgreSQL twenty times what reading them does.
NAMED = {
    f"{name}_word": Subquery(model._base_manager.filter(pk=OuterRef(name)).order_by().values(column))
    for name, (model, column) in LINKED.items()
}
FACTS = tuple(name for name in files.FACTS if name not in LINKED)
ACCOUNT = ("id", "platform", "external_id", "handle", "title", "url", "followers", "followers_on")
CONTACT = ("id", "channel", "label", "preferred", "verified_on", "dead_since", "shared", "guardian")


def _rows(condition: Q, names: Sequence[str], seen_by: User | None = None) -> QuerySet:
    files = Kol._base_manager if seen_by is None else Kol.objects.visible_to(seen_by).order_by()
    columns = [f"{name}_word" if name in LINKED else name for name in names]
    linked = {f"{name}_word": NAMED[f"{name}_word"] for name in names if name in LINKED}
    return files.filter(condition).annotate(**linked).values_list(*columns)


ACCOUNTS = Kept("kol_id", lambda ours: Account.objects.filter(ours).values_list("kol_id", *ACCOUNT))
FIELDS = Kept(
    "kol_id", lambda ours: KolField.objects.filter(ours).values_list("kol_id", "field__slug", "strength")
)
TAGS = Kept(
    "kol_id",
    lambda ours: KolTag.objects.filter(ours).order_by("tag__folded").values_list("kol_id", "tag__name"),
)
MASKED = Kept(
    "kol_id",
    lambda ours: ContactPoint.objects.filter(ours).values_list(
        "kol_id", *CONTACT, "masked", Value(value=True)
    ),
)
EXTERNAL_IDS = Kept(
    "kol_id",
    lambda ours: (
        ExternalId.objects.filter(ours)
        .order_by("source__slug", "external_id")
        .values_list("kol_id", "source__slug", "external_id")
    ),
)
PARTS = {
    "fields": Part(FIELDS, ("field", "strength")),
    "tags": Words(TAGS),
    "attributes": Pairs(attribute.VALUES, attribute.VALUE_NAMES, attribute.plain_of, attribute.PLAIN_JSON),
    "contacts": Part(MASKED, (*CONTACT, "value", "masked")),
    "accounts": Part(ACCOUNTS, ACCOUNT),
    "external_ids": Part(EXTERNAL_IDS, ("source", "external_id")),
}
NAMES = ("id", "version", *FACTS, *READ_ONLY, *LINKED, *PARTS)
FILES = KeptJson(_rows, NAMES, PARTS)


def chosen(asked: Sequence[str]) -> tuple[str, ...]:
    """The names in ``fields=name,stage``, none: all. Raises ``ValidationError`` keyed ``fields``."""
    names = {name.strip() for words in asked for name in words.split(",")} - {""}
    if unknown := sorted(names - set(NAMES)):
        words = {"fields": ", ".join(unknown)}
        raise ValidationError({"fields": _("A file has no such field: %(fields)s.") % words})
    return tuple(name for name in NAMES if name in names or name == "id") if names else NAMES


def represent(
    ids: Sequence[UUID], actor: Actor, *, in_clear: bool, names: Sequence[str] = NAMES
) -> list[Any]:
    """Files with all that ``names`` say, for the encoder.

    ``in_clear``: the token has ``contacts:read``; then the contacts of files that its user may edit are
    shown, and the answer is written down as one disclosure (DOMAIN 2.3).
    """
    return FILES.of(ids, *_asked(ids, actor, in_clear=in_clear, names=names))


def by_id(
    ids: Sequence[UUID], actor: Actor, *, in_clear: bool, names: Sequence[str] = NAMES
) -> dict[UUID, Any]:
    """As ``represent``, of those among the files that the actor sees at this moment, by their ids."""
    asked = _asked(ids, actor, in_clear=in_clear, names=names)
    return FILES.by_id(ids, *asked, key=actor.person.sight, given=(actor.person,))


def one(pk: UUID, actor: Actor, *, in_clear: bool, names: Sequence[str] = NAMES) -> dict[str, Any] | None:
    """The file of this id, None where it is gone."""
    return FILES.one(pk, *_asked([pk], actor, in_clear=in_clear, names=names))


def _asked(ids: Sequence[UUID], actor: Actor, *, in_clear: bool, names: Sequence[str]) -> tuple:
    """What is read with the file, and what is known beside it: contacts in clear, which are opened here."""
    if not (in_clear and "contacts" in names):
        return (names,)
    own = Kol.objects.visible_to(actor.user, "edit").filter(pk__in=ids)
    points = ContactPoint.objects.filter(kol__in=ids)
    contacts = contacts_of(points, own, actor, detail=f"{len(ids)} files")
    return tuple(name for name in names if name != "contacts"), {"contacts": contacts}


def contacts_of(
    points: QuerySet, own: QuerySet, actor: Actor, *, detail: str
) -> dict[UUID, list[dict[str, Any]]]:
    """Contact points by holder: in clear, on record, of the holders in ``own``; of the others masked."""
    may = set(own.values_list("pk", flat=True))
    rows = [
        (row.pop("kol_id") or row.pop("agency_id"), row)
        for row in points.values("kol_id", "agency_id", "masked", *CONTACT, *(("sealed",) if may else ()))
    ]
    clear = _in_clear([(holder, row) for holder, row in rows if holder in may], actor, detail)
    grouped: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for holder, row in rows:
        grouped[holder].append(_shown(row, clear.get(row["id"])))
    return grouped


def _in_clear(rows: list[tuple[UUID, dict[str, Any]]], actor: Actor, detail: str) -> dict[UUID, str]:
    """The values of these contact points by their ids; that they were shown is written down."""
    if not rows:
        return {}
    holders = {holder for holder, _row in rows}
    values = contact_verbs.opened((holder, row["id"], row["sealed"]) for holder, row in rows)
    only = next(iter(holders)) if len(holders) == 1 else None
    audit.disclosed(actor, "api", subject=only, rows=len(rows), detail=detail)
    return values


def _shown(row: dict[str, Any], value: str | None) -> dict[str, Any]:
    shown = {name: row[name] for name in CONTACT}
    shown["value"] = row["masked"] if value is None else value
    shown["masked"] = value is None
    return shown
