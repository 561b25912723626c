"""What becomes of each row of a table, as a person reads it: outcome, changes, problems (UI, screen 9).

Nothing here holds contact data but its mask (RELIABILITY 5, "Copies count").
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core.making import make
from kol_crm.core.said import Said, kept, worded
from profiles.importing.report import FACTS
from profiles.importing.rows import ReadRow
from profiles.importing.settling import Clash
from profiles.models import Import, ImportRow, Outcome
from profiles.services import import_twins
from profiles.services.matching import Case

LONGEST_NAME, LONGEST_WHY, LONGEST_CELL = 120, 300, 200


def rejected(imported: Import, row: ReadRow, *, written: bool) -> ImportRow:
    """A row of which nothing can be taken in."""
    return _row(imported, row, Outcome.REJECTED, row.rejected or "", written=written)


def of_case(imported: Import, case: Case, *, written: bool) -> Iterator[ImportRow]:
    """The rows of one account or person."""
    if case.refused or case.left_out:
        fate = Outcome.REJECTED if case.refused else Outcome.TWIN if case.undecided else Outcome.SKIPPED
        for row in case.rows:
            made = _row(imported, row, fate, case.refused or case.left_out, written=written)
            made.kol = None if case.refused else case.kol
            made.known = case.known[:LONGEST_WHY]
            made.twins = import_twins.as_kept(case.twins)
            yield made
        return
    clashes: dict[int, list[Clash]] = {}
    for clash in [*case.clashes, *case.settled.clashes]:
        clashes.setdefault(clash.row, []).append(clash)
    told: set[Any] = set()
    for place, (row, facts) in enumerate(zip(case.rows, case.facts, strict=True)):
        outcome = _outcome(case, row, first=place == 0, clashes=bool(clashes.get(row.number)))
        made = _row(imported, row, outcome, "", written=written)
        made.kol = case.kol or case.made
        made.known = case.known[:LONGEST_WHY]
        made.twins = import_twins.as_kept(case.twins)
        made.changes = list(_changes(case, row, facts, told))
        made.problems += [_clash(clash) for clash in clashes.get(row.number, ())]
        yield made


def _outcome(case: Case, row: ReadRow, *, first: bool, clashes: bool) -> str:
    if case.is_new and first:
        return Outcome.CREATED
    if row.number in case.settled.sources:
        return Outcome.UPDATED
    return Outcome.CONFLICT if clashes else Outcome.UNCHANGED


def _row(imported: Import, row: ReadRow, outcome: str, reason: str, *, written: bool) -> ImportRow:
    return make(
        ImportRow,
        imported=imported,
        number=row.number,
        outcome=outcome,
        written=written,
        name=(row.name or row.handle or row.external_id or _mask_of(row))[:LONGEST_NAME],
        why=reason[:LONGEST_WHY],
        problems=[
            *([{"whole": kept(reason)}] if reason else []),
            *(
                {"column": kept(problem.column), "index": problem.index, "why": kept(problem.why)}
                for problem in row.problems
            ),
        ],
    )


def _mask_of(row: ReadRow) -> str:
    return row.contacts[0].mask if row.contacts else ""


def _changes(
    case: Case, row: ReadRow, facts: Mapping[str, Any], told: set[Any]
) -> Iterator[list[str | None]]:
    """What this row brings that no earlier one brought: [fact, before, after] in words."""
    for fact, value in case.settled.facts.items():
        if fact == "archived_at":
            continue
        if fact == "owner":
            if row is case.rows[0]:
                yield [fact, "", str(value)]
        elif fact not in told and (facts.get(fact) == value or (fact == "fields" and facts.get(fact))):
            told.add(fact)
            yield [fact, in_words(case.on_file.facts.get(fact)), in_words(value)]
    for contact in row.contacts:
        kept = next((key for key, one in case.settled.contacts.items() if one is contact), None)
        if kept is not None:
            yield [contact.channel, "", contact.mask]
    for folded, word in case.settled.tags.items():
        if word in facts.get("tags", ()) and ("tag", folded) not in told:
            told.add(("tag", folded))
            yield ["tags", "", word]
    yield from _figures(case, row)


def _figures(case: Case, row: ReadRow) -> Iterator[list[str | None]]:
    """Single figures as they are; a long series by its first and last day."""
    new = [
        figure
        for figure in row.figures
        if case.settled.figures.get((figure.metric, figure.start, figure.end)) == figure.value
    ]
    if len(new) > 12:
        days = f"{new[0].start.isoformat()} – {new[-1].end.isoformat()}"
        yield [new[0].metric, days, str(len(new))]
        return
    for figure in new:
        before = case.on_file.figures.get((figure.metric, figure.start, figure.end))
        yield [figure.metric, in_words(before), f"{in_words(figure.value)} ({figure.end.isoformat()})"]


def _clash(clash: Clash) -> dict[str, Any]:
    stands = kept(clash.kept) if isinstance(clash.kept, Said) else in_words(clash.kept)
    return {"fact": clash.fact, "kept": stands, "said": in_words(clash.said)}


def reasons(row: ImportRow, attributes: Mapping[str, str]) -> list[str]:
    """What is wrong with a row in the language of who reads it: of the whole row, then of its cells.

    ``attributes``: what they are called, by the name of their fact.
    """
    return [*filter(None, [why(row)]), *problems(row, attributes)]


def why(row: ImportRow) -> str:
    """Why it was not taken in as a whole; rows of earlier days hold only the words of who uploaded them."""
    return next((worded(problem["whole"]) for problem in row.problems if "whole" in problem), row.why)


def problems(row: ImportRow, attributes: Mapping[str, str]) -> list[str]:
    """What is wrong with its cells."""
    return [_reason(problem, attributes) for problem in row.problems if "whole" not in problem]


def _reason(problem: Mapping[str, Any], attributes: Mapping[str, str]) -> str:
    if "fact" in problem:
        fact = problem["fact"]
        told = {"fact": FACTS.get(fact) or attributes.get(fact, fact), "kept": worded(problem["kept"])}
        return _("%(fact)s stays: %(kept)s") % told
    column, why = worded(problem["column"]), worded(problem["why"])
    return f"“{column}”: {why}" if column else why


def in_words(value: Any) -> str:
    """A value as the preview shows it."""
    if value is None or value == ():
        return ""
    if isinstance(value, tuple) and len(value) == 5 and isinstance(value[4], bool):
        return birthday_in_words(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    text = (
        format(value, "f").rstrip("0").rstrip(".")
        if hasattr(value, "as_tuple") and "." in str(value)
        else str(value)
    )
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def birthday_in_words(birthday: Sequence[Any]) -> str:
    calendar, year, month, day, leap = birthday
    parts = [f"{year or '----'}", f"{month:02}" if month else "--", f"{day:02}" if day else "--"]
    return "-".join(parts) + (f" ({calendar}{', leap' if leap else ''})" if calendar == "lunar" else "")
