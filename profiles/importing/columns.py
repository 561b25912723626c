"""Which column means what: by its heading, then by a glance at its values; per column, never per row."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kol_crm.core.said import said as _
from kol_crm.core.text import fold
from profiles.importing.asked import Asked, named
from profiles.importing.cells import Unreadable, parse_figure
from profiles.importing.glance import Glance
from profiles.importing.headings import COUNTS, ELSE, FIGURES, FLOWS, INTERACTION_PARTS, NAME_PARTS, meaning
from profiles.models.attribute import PREFIX

CLEARLY = 0.05
WORDS = re.compile(r"[^\W\d_]+")
ONE_COLUMN_ONLY = (
    *("external_id", "url", "title", "introduction", "gender", "date", "period"),
    *("country", "audience_country", "language", "city", "file", "agency", "zone", "alias", "name_other"),
    *("birthday", "lunar_birthday", "birth_year", "birth_month", "birth_day", *NAME_PARTS),
)


@dataclass(frozen=True)
class ColumnMatch:
    """One column. `target` None: it is not read; `why` says so in the user's language.

    `unit`: what plain figures in it count in (万 in the heading: 10000). `twin_of`: index of the column that
    holds the same figure and is read first. `group`: whose part it is, of several addresses.
    """

    index: int
    heading: str
    target: str | None
    why: str
    unit: int = 1
    twin_of: int | None = None
    group: str = ""


@dataclass
class _Matching:
    """The matches on their way through the steps below, and what a person should be told about them."""

    glances: Sequence[Glance]
    matches: list[ColumnMatch]
    notes: list[str]

    def of(self, *targets: str) -> list[ColumnMatch]:
        return [match for match in self.matches if match.target in targets]

    def decide(self, match: ColumnMatch, target: str | None, why: str, *, note: bool = False) -> None:
        self.matches[match.index] = replace(self.matches[match.index], target=target, why=why)
        if note:
            self.notes.append(_("Column “%(heading)s”: %(why)s") % {"heading": match.heading, "why": why})


def match_columns(
    glances: Sequence[Glance],
    platform: str,
    by_hand: Mapping[int, str] | None = None,
    asked: Iterable[Asked] = (),
) -> tuple[list[ColumnMatch], list[str]]:
    """(a match per column in the order of the file, notes for a person).

    ``by_hand``: what a person says of columns, by their place; empty: it is not read. ``asked``: attributes;
    a heading that is the name of one means that one, whatever else it could mean.
    """
    fields = named(asked)
    matching = _Matching(
        glances, [_by_heading(*numbered, platform, fields) for numbered in enumerate(glances)], []
    )
    for step in (_check_values, _settle_identity, _settle_counts, _settle_twins, _refuse_swapped_averages):
        step(matching)
    _obey(matching, by_hand or {})
    return matching.matches, matching.notes


def _by_heading(index: int, glance: Glance, platform: str, fields: Mapping[str, str]) -> ColumnMatch:
    heading = " ".join(glance.heading.split())
    if fold(heading) in fields:
        return ColumnMatch(index, heading, fields[fold(heading)], _("by its heading, an attribute"))
    said = meaning(heading)
    if said.target is None:
        return ColumnMatch(index, heading, None, _("heading not understood"))
    if said.target == "rank":
        return ColumnMatch(index, heading, None, _("a rank or row number, not kept"))
    if said.target == "kept_here":
        return ColumnMatch(index, heading, None, _("kept by the software itself, not taken in"))
    if said.platform not in (None, platform):
        return ColumnMatch(
            index, heading, None, _("belongs to another platform, %(platform)s") % {"platform": said.platform}
        )
    return ColumnMatch(
        index,
        heading,
        said.target,
        _("by its heading"),
        said.unit if said.target in FIGURES else 1,
        group=said.group,
    )


def _obey(matching: _Matching, by_hand: Mapping[int, str]) -> None:
    """What a person says of a column holds, whatever its heading and its values."""
    for index, target in by_hand.items():
        match = matching.matches[index]
        if target != (match.target or ""):
            unit = meaning(match.heading).unit if target in FIGURES else 1
            matching.matches[index] = replace(
                match, target=target or None, why=_("chosen by hand"), unit=unit, twin_of=None
            )
    for target in FIGURES & set(by_hand.values()):
        first, *others = matching.of(target)
        for match in others:
            matching.matches[match.index] = replace(match, twin_of=first.index)


def _check_values(matching: _Matching) -> None:
    """A heading whose values contradict it is not believed."""
    must_hold: dict[str, tuple[Callable[[Glance], float], str]] = {
        "date": (lambda glance: glance.days_share, _("its values are no days")),
        "period": (lambda glance: glance.periods_share, _("its values are neither day, week nor month")),
        "url": (lambda glance: glance.links_share, _("its values are no links")),
        **dict.fromkeys(FIGURES, (lambda glance: glance.figures_share, _("its values are no figures"))),
    }
    for match, glance in zip(list(matching.matches), matching.glances, strict=True):
        if match.target == "external_id" and glance.counts_up:
            matching.decide(match, None, _("only counts the rows"))
        elif match.target in must_hold and must_hold[match.target][0](glance) < 0.5:
            if match.target in FIGURES and glance.countries_share > 0.8:
                matching.decide(
                    match, "country", _("its values are countries, whatever its heading says"), note=True
                )
            elif other := next(
                (ELSE[word] for word in WORDS.findall(match.heading.casefold()) if word in ELSE), None
            ):
                matching.decide(match, other, _("by its heading and its values"))
            else:
                matching.decide(match, None, must_hold[match.target][1], note=True)
        elif match.target is None and glance.said and glance.periods_share > 0.95:
            matching.decide(match, "period", _("its values are periods"))


def _settle_identity(matching: _Matching) -> None:
    """Find the column of handles and the column of names.

    Where the headings leave a doubt the values decide: the handle column has clearly fewer values with blanks
    and more matches with known handles. A single column holds names: the rows take their handle from it.
    """

    def evidence(match: ColumnMatch) -> float:
        glance = matching.glances[match.index]
        return glance.known_share - glance.spaced_share + glance.ascii_share * CLEARLY / 2

    _settle_names_in_parts(matching)
    doubtful = sorted(matching.of("identity"), key=evidence, reverse=True)
    handles, names = matching.of("handle")[:1], matching.of("name")[:1]
    if doubtful and not names:
        names = doubtful[-1:]
        handles = handles or doubtful[:-1][:1]
    elif doubtful and not handles:
        handles = [match for match in doubtful[:1] if evidence(match) >= evidence(names[0])]
    if not handles and not names:
        names = [match for match in matching.of("introduction") if matching.glances[match.index].names_apart][
            :1
        ]
    for match in matching.of("handle", "name", "identity"):
        matching.decide(match, None, _("another column of names"))
    for match in handles:
        matching.decide(match, "handle", _("the column of handles"))
    for match in names:
        matching.decide(match, "name", _("the column of names"))
    if doubtful and handles and names:
        _tell_identity(matching, handles[0], names[0])
        if abs(evidence(handles[0]) - evidence(names[0])) < CLEARLY:
            matching.notes.append(_("That was a close decision: check a few rows."))


def _settle_names_in_parts(matching: _Matching) -> None:
    """In an address book the nickname is what friends say, and the title stands before the name."""
    if not matching.of("name_given", "name_family"):
        return
    for match in matching.of("name"):
        if "nick" in match.heading.casefold() or "昵称" in match.heading:
            matching.decide(match, "alias", _("by its heading"))
    for match in matching.of("title"):
        matching.decide(match, "name_prefix", _("by its heading"))


def _tell_identity(matching: _Matching, handle: ColumnMatch, name: ColumnMatch) -> None:
    of_handle, of_name = matching.glances[handle.index], matching.glances[name.index]
    told = {
        "handle": handle.heading,
        "name": name.heading,
        "handle_blanks": round(100 * of_handle.spaced_share),
        "name_blanks": round(100 * of_name.spaced_share),
        "handle_known": round(100 * of_handle.known_share),
        "name_known": round(100 * of_name.known_share),
    }
    matching.notes.append(
        _(
            "“%(handle)s” is read as handle, “%(name)s” as name: %(handle_blanks)d %% against "
            "%(name_blanks)d %% of the values hold blanks, "
            "%(handle_known)d %% against %(name_known)d %% are known handles."
        )
        % told
    )


def _settle_counts(matching: _Matching) -> None:
    """A count is of the table's period where it has one; else only posts are kept, as a total."""
    without_period = not matching.of("period")
    for match in matching.of(*COUNTS, *FLOWS) if without_period else ():
        if match.target == "posts":
            matching.decide(match, "posts_total", _("a total, as the table names no period"))
        else:
            matching.decide(match, None, _("counts over a period, and the table names none"), note=True)
    parts = matching.of(*INTERACTION_PARTS)
    if matching.of("interactions") or len({match.target for match in parts}) == 1:
        for match in parts:
            matching.decide(match, None, _("a part of the interactions only"))
    elif parts:
        headings = " + ".join(match.heading for match in parts)
        matching.notes.append(_("Interactions are the sum of %(headings)s.") % {"headings": headings})


def _settle_twins(matching: _Matching) -> None:
    """Where several columns hold one figure, the most precise is read, the others where it says nothing."""
    for match in matching.of("interactions_avg_authentic"):
        if matching.of("interactions_avg"):
            matching.decide(
                match, None, _("the table also has the average of all engagement, which is read"), note=True
            )
    for match in matching.of("interactions_avg_authentic"):
        matching.decide(
            match,
            "interactions_avg",
            _("authentic engagement, the only average of engagement here"),
            note=True,
        )
    attributes = {match.target for match in matching.matches if (match.target or "").startswith(PREFIX)}
    for target in (*ONE_COLUMN_ONLY, *sorted(filter(None, attributes))):
        for match in matching.of(target)[1:]:
            matching.decide(match, None, _("another column already says the same"))
    for target in sorted(FIGURES):
        twins = matching.of(target)
        if len(twins) > 1:
            _choose_twin(matching, twins)


def _choose_twin(matching: _Matching, twins: list[ColumnMatch]) -> None:
    def rounded(match: ColumnMatch) -> float:
        return matching.glances[match.index].units_share

    best = min(twins, key=rounded)
    others = [match for match in twins if match is not best]
    for match in others:
        why = _("the same figure as column %(number)d, read where that one says nothing") % {
            "number": best.index + 1
        }
        matching.matches[match.index] = replace(match, why=why, twin_of=best.index)
    told = {
        "headings": ", ".join(f"“{match.heading}” ({match.index + 1})" for match in twins),
        "number": best.index + 1,
    }
    if rounded(best) < min(map(rounded, others)):
        note = _("%(headings)s hold the same figure: column %(number)d is read, the more precise one.") % told
    else:
        note = _("%(headings)s hold the same figure: column %(number)d is read, the first one.") % told
    matching.notes.append(note)


def _refuse_swapped_averages(matching: _Matching) -> None:
    """More comments than likes in nearly every row: the headings stand over wrong columns."""
    likes, comments = matching.of("likes_avg"), matching.of("comments_avg")
    if not likes or not comments:
        return
    pairs = [
        (like, comment)
        for like, comment in zip(_figures(matching, likes), _figures(matching, comments), strict=True)
        if like and comment
    ]
    if len(pairs) >= 20 and sum(comment > like for like, comment in pairs) > 0.9 * len(pairs):
        why = _("not read: comments exceed likes in nearly every row, so these headings cannot be right")
        for match in likes + comments:
            matching.decide(match, None, why, note=match.twin_of is None)


def _figures(matching: _Matching, twins: list[ColumnMatch]) -> list[Decimal | None]:
    best = next(match for match in twins if match.twin_of is None)
    return [_figure(cell) for cell in matching.glances[best.index].cells]


def _figure(cell: str) -> Decimal | None:
    try:
        return parse_figure(cell)
    except Unreadable:
        return None
