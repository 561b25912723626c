"""What all rows of an account come to, against what is on file: pure, and the same when asked again.

A filled fact stays unless told to overwrite; among rows the first that fills a fact wins, or, told to
overwrite, the last. Of two figures for the same days the last row's stands. What loses is told as a clash.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kol_crm.core import vault
from kol_crm.core.said import said as _
from kol_crm.core.text import fold
from profiles.importing.facts import ACCOUNT_FACTS, KOL_FACTS
from profiles.importing.people import RowContact
from profiles.importing.rows import ReadRow
from profiles.models.attribute import PREFIX
from profiles.rules.handle import fold_handle

FigureKey = tuple[str, date, date]  # metric, first and last day
Said = tuple[int, Any]  # row number, value


@dataclass(frozen=True)
class Clash:
    """A row says ``said`` where ``kept`` stands."""

    row: int
    fact: str
    kept: Any
    said: Any


@dataclass
class OnFile:
    """What the file holds before the import: ``facts`` with empty ones left out, ``fields`` as slugs.

    ``contacts`` as (channel, normal form or digest), ``masks`` as they are shown, ``tags`` folded.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    contacts: Set[tuple[str, str]] = frozenset()
    masks: Set[str] = frozenset()
    tags: Set[str] = frozenset()
    figures: Mapping[FigureKey, Decimal] = field(default_factory=dict)


@dataclass
class Settled:
    """What is to be written, and which rows (by number) it comes from."""

    facts: dict[str, Any] = field(default_factory=dict)
    contacts: dict[tuple[str, str], RowContact] = field(default_factory=dict)  # by channel and digest
    tags: dict[str, str] = field(default_factory=dict)  # as written, by folded word
    figures: dict[FigureKey, Decimal] = field(default_factory=dict)
    sources: set[int] = field(default_factory=set)
    clashes: list[Clash] = field(default_factory=list)

    @property
    def writes_on_file(self) -> bool:
        """Whether the file itself is written, and not only figures of its account."""
        return bool(self.facts or self.contacts or self.tags)


def settle(
    rows: Sequence[ReadRow], facts: Sequence[Mapping[str, Any]], on_file: OnFile, *, overwrite: bool
) -> Settled:
    """Settle the rows of one account; ``facts`` are those of each row (facts.py)."""
    settled = Settled()
    attributes = sorted({name for named in facts for name in named if name.startswith(PREFIX)})
    for fact in (*KOL_FACTS, *ACCOUNT_FACTS, "fields", *attributes):
        said = [(row.number, named[fact]) for row, named in zip(rows, facts, strict=True) if named.get(fact)]
        if not said:
            continue
        if fact == "fields":
            _settle_fields(settled, said, on_file, overwrite=overwrite)
        else:
            _settle_fact(settled, fact, said, on_file, overwrite=overwrite)
    _add_contacts(settled, rows, on_file)
    _add_tags(settled, rows, facts, on_file)
    _settle_figures(settled, rows, on_file)
    settled.clashes = _without_repetition(settled.clashes)
    return settled


def drop_refused(rows: Sequence[ReadRow], facts: Sequence[dict[str, Any]], on_file: OnFile) -> None:
    """A choice or field that is no longer given stays where it stands, and comes to no other file."""
    for row, named in zip(rows, facts, strict=True):
        for place, problem in row.refusals.items():
            fact, _slash, one = place.partition("/")
            said, held = named.get(fact), on_file.facts.get(fact)
            if (one not in (said or ()) or one in (held or ())) if one else said in (None, held):
                continue
            left = tuple(word for word in said or () if word != one) if one else None
            named.pop(fact)
            if left:
                named[fact] = left
            row.problems.append(problem)


def _settle_fact(settled: Settled, fact: str, said: list[Said], on_file: OnFile, *, overwrite: bool) -> None:
    kept = on_file.facts.get(fact)
    standing = said[-1][1] if overwrite else kept or said[0][1]
    if kept and _same(fact, kept, standing):
        standing = kept
    else:
        settled.facts[fact] = standing
        settled.sources.add(next(number for number, value in said if value == standing))
    settled.clashes += [
        Clash(number, fact, standing, value) for number, value in said if not _same(fact, value, standing)
    ]


def _settle_fields(settled: Settled, said: list[Said], on_file: OnFile, *, overwrite: bool) -> None:
    """The fields of a file are one list: filled from all rows, or left as it is."""
    kept = tuple(on_file.facts.get("fields", ()))
    named = tuple(dict.fromkeys(slug for _number, slugs in said for slug in slugs))
    standing = named if overwrite or not kept else kept
    if set(standing) != set(kept):
        settled.facts["fields"] = standing
        before = set(kept)
        for number, slugs in said:
            if not before.issuperset(slugs):
                settled.sources.add(number)
                before.update(slugs)
        if before == set(kept):  # only taken away: the last row says so
            settled.sources.add(said[-1][0])
    settled.clashes += [
        Clash(number, "fields", standing, slugs) for number, slugs in said if not set(slugs) <= set(standing)
    ]


def _add_contacts(settled: Settled, rows: Sequence[ReadRow], on_file: OnFile) -> None:
    """Contacts are added, never overwritten. A mask is no data: it names its contact."""
    for row in rows:
        for contact in row.contacts:
            if contact.masked:
                if contact.mask not in on_file.masks:
                    settled.clashes.append(
                        Clash(row.number, contact.channel, _("a mask, no value"), contact.mask)
                    )
                continue
            key = (contact.channel, vault.digest(contact.channel, contact.normal))
            if key not in on_file.contacts and key not in settled.contacts:
                settled.contacts[key] = contact
                settled.sources.add(row.number)


def _add_tags(
    settled: Settled, rows: Sequence[ReadRow], facts: Sequence[Mapping[str, Any]], on_file: OnFile
) -> None:
    for row, named in zip(rows, facts, strict=True):
        for word in named.get("tags", ()):
            if fold(word) not in on_file.tags and fold(word) not in settled.tags:
                settled.tags[fold(word)] = word
                settled.sources.add(row.number)


def _settle_figures(settled: Settled, rows: Sequence[ReadRow], on_file: OnFile) -> None:
    standing = {
        (figure.metric, figure.start, figure.end): figure.value for row in rows for figure in row.figures
    }
    for row in rows:
        for figure in row.figures:
            key = (figure.metric, figure.start, figure.end)
            if figure.value != standing[key]:
                settled.clashes.append(Clash(row.number, figure.metric, standing[key], figure.value))
            elif key not in settled.figures and on_file.figures.get(key) != figure.value:
                settled.figures[key] = figure.value
                settled.sources.add(row.number)


def _same(fact: str, one: Any, other: Any) -> bool:
    if fact == "handle":
        return fold_handle(one) == fold_handle(other)
    if fact == "agency":
        return fold(one) == fold(other)
    if isinstance(one, str) and isinstance(other, str):  # no cell tells one blank from two
        return one.split() == other.split()
    return one == other


def _without_repetition(clashes: list[Clash]) -> list[Clash]:
    """The name there clashes with the name on file in one breath: that is told once."""
    names = {(clash.row, clash.said) for clash in clashes if clash.fact == "name"}
    return [clash for clash in clashes if clash.fact != "title" or (clash.row, clash.said) not in names]
