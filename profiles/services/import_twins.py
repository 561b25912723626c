"""Rows of an import that look like a file on record, or like somebody who said no (DOMAIN 2.2, 4.10).

Only rows that would make a new file are asked about, by the rules of ``twin.find``, a fixed number of queries
for a chunk. Until whoever imports says which it is, such a row is not taken in. A no asks of each row alone:
what is said of all possible twins does not speak for it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.core.said import said as _
from profiles.models import Account, Field, Import, ImportRow, Platform
from profiles.rules.twin import LABELS, Card
from profiles.services import creating, duplicate, many, twin
from profiles.services.matching import Case
from profiles.services.twin import Probe, Twin

NEW, ALL = "new", "*"
KEPT = 5  # twins of a row that are shown
Decisions = Mapping[str, str]  # by number of the row, or ALL: the id of a file, or NEW


def decision_of(case: Case, decisions: Decisions) -> str:
    """What was said of any of its rows; else of all rows; empty: nothing yet."""
    return _said_of(case, decisions) or decisions.get(ALL, "")


def _said_of(case: Case, decisions: Decisions) -> str:
    return next(filter(None, (decisions.get(str(row.number)) for row in case.rows)), "")


def place(cases: Iterable[Case], wanted: dict[int, Any], decisions: Decisions) -> None:
    """Rows that nobody is found for go to the file that somebody chose for them."""
    for case in cases:
        chosen = decision_of(case, decisions)
        if chosen and chosen != NEW and not case.refused and id(case) not in wanted:
            wanted[id(case)] = UUID(chosen)


def demand_room(cases: Iterable[Case], platform: str) -> None:
    """A KOL has one account on the own platform: a second one is refused before it is written."""
    joining = [case for case in cases if case.kol and case.taken and not case.account and _named(case)]
    if platform != Platform.OWN or not joining:
        return
    has = Account.objects.filter(platform=platform, kol__in=[case.kol for case in joining])
    taken = set(has.values_list("kol_id", flat=True))
    for case in joining:
        if case.kol and case.kol.pk in taken:
            case.refused = _("its file has another account on the own platform")


def flag(
    cases: Iterable[Case],
    platform: str,
    fields: Mapping[str, Field],
    decisions: Decisions,
    own: Callable[[Collection[UUID]], set[UUID]],
) -> None:
    """Find the twins of rows that would make new files; those and the barred that nobody decided on are left
    out.

    Of rows that somebody gave to a file the twins are found too, so that the choice can be another. ``own``
    tells which files this very import made: rows of one table are told apart by its key.
    """
    asked = [case for case in cases if case.taken and (case.is_new or decision_of(case, decisions))]
    found = twin.find([Probe(_card(case, platform, fields)) for case in asked]) if asked else []
    ids = {one.kol for twins in found for one in twins}
    made = own(ids) if ids else set()
    for case, twins in zip(asked, found, strict=True):
        case.twins = [one for one in twins if one.kol not in made][:KEPT]
        if not case.is_new:
            continue
        if case.twins and decision_of(case, decisions) != NEW:
            case.undecided = True
            case.left_out = _("perhaps on file already: say which it is")
        elif case.barred and _said_of(case, decisions) != NEW:
            case.undecided = True
            case.left_out = _("known to the no-go memory: say whether to take it in")


def _card(case: Case, platform: str, fields: Mapping[str, Field]) -> Card:
    facts: dict[str, Any] = {}
    for named in case.facts:
        facts = named | facts
    contacts = [one for row in case.rows for one in row.contacts if not one.masked]
    return twin.card_of_values(
        facts,
        contacts=[{"channel": one.channel, "value": one.value} for one in contacts],
        accounts=[{"platform": platform, **facts}] if platform else (),
        fields=[(fields[slug], many.STRENGTH) for slug in facts.get("fields", ())],
    )


def _named(case: Case) -> bool:
    return "external_id" in case.settled.facts or "handle" in case.settled.facts


def keep_pairs(actor: Actor, cases: Iterable[Case]) -> None:
    """Files made over a twin on purpose are kept as pairs at once, as a file made by hand is."""
    made = [case.made.pk for case in cases if case.made and case.twins]
    if made:
        duplicate.refresh(actor, made)


def as_kept(twins: Iterable[Twin]) -> list[dict[str, Any]]:
    """As the record of a row keeps them; who may see which is asked whenever they are shown."""
    return [
        {
            "kol": str(one.kol),
            "score": int(one.likeness.score.value or 0),
            "parts": [
                {"key": part.key, "value": part.value, "points": part.points}
                for part in one.likeness.score.parts
            ],
        }
        for one in twins
    ]


def told(user: User, rows: Collection[ImportRow]) -> dict[int, dict[str, Any]]:
    """Of each row (by number) the twins that ``user`` sees, and words for the others; three queries."""
    ids = {UUID(one["kol"]) for row in rows for one in row.twins}
    if not ids:
        return {}
    known = creating.known_to(user, ids)
    found = {}
    for row in rows:
        files = [(known.kols[UUID(one["kol"])], one) for one in row.twins if UUID(one["kol"]) in known.kols]
        found[row.number] = {
            "shown": [
                {"kol": kol, "score": one["score"], "parts": _explained(one["parts"])}
                for kol, one in files
                if kol.pk in known.seen
            ],
            "unseen": list(
                dict.fromkeys(creating.elsewhere(kol) for kol, _one in files if kol.pk not in known.seen)
            ),
        }
    return found


def _explained(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"label": LABELS[part["key"]], "value": part["value"], "points": part["points"]} for part in parts
    ]


def demand(actor: Actor, imported: Import, decisions: Decisions) -> dict[str, str]:
    """The decisions as they are kept. A file may be chosen where it was offered to the importer.

    Raises ``ValidationError`` keyed ``decisions``.
    """
    rows = {str(row.number): row for row in imported.rows.exclude(twins=[], known="")}
    seen = told(actor.person, list(rows.values()))
    kept = dict(imported.decisions)
    for number, said in decisions.items():
        offered = (
            {str(one["kol"].pk) for one in seen.get(rows[number].number, {}).get("shown", ())}
            if number in rows
            else set()
        )
        if not said:
            kept.pop(number, None)
        elif (said == NEW and (number == ALL or number in rows)) or said in offered:
            kept[number] = said
        elif kept.get(number) != said:
            words = {"number": number}
            raise ValidationError({"decisions": _("Row %(number)s is not asked about this.") % words})
    return kept


def tell(actor: Actor, imported: Import, number: int) -> list[str]:
    """Tell those whose files one may not see that somebody like theirs is about to come in (DOMAIN 2.2)."""
    row = imported.rows.filter(number=number).first()
    ids = [UUID(one["kol"]) for one in row.twins] if row else []
    known = creating.known_to(actor.person, ids)
    return creating.tell_about(actor, [kol for kol in known.kols.values() if kol.pk not in known.seen])
