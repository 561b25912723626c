"""Rules, violations and conflicts in the story of a file and before its review (DOMAIN 5.4, 5.10)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lifecycle import knowing
from lifecycle.evidence import Evidence, day_words
from lifecycle.models import Conflict, ConflictStep, RuleFact, Violation
from profiles.models import Kol
from profiles.timeline import Entry, Place, TimelineSource, older

KIND = "conduct"


def _facts(kol: Kol) -> QuerySet:
    return RuleFact.objects.standing().filter(kol=kol)


def _violations(kol: Kol, column: str) -> QuerySet:
    rows = Violation.objects.filter(kol=kol, **{f"{column}__isnull": False})
    return rows.annotate(at=F(column)).select_related("rule", "author", "decided_by", "answered_by")


def _load(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    found = [*_of_rules(kol, before, limit), *_of_violations(kol, before, limit)]
    found += _of_conflicts(kol, before, limit)
    found.sort(key=lambda entry: (entry.at, entry.id.hex), reverse=True)
    return found[:limit]


def _of_rules(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    words = {RuleFact.Kind.TOLD: _("Rule told"), RuleFact.Kind.ACKNOWLEDGED: _("Rule acknowledged")}
    for fact in older(_facts(kol).select_related("rule_version", "user"), before, limit):
        number = _("version %(n)d") % {"n": fact.rule_version.number}
        how = _("by their own link") if fact.link_id and fact.user_id is None else fact.get_channel_display()
        yield Entry(
            at=fact.at,
            id=fact.pk,
            kind=KIND,
            icon="scroll-text",
            title=words[RuleFact.Kind(fact.kind)],
            note=f"{how} · {number}",
            body=fact.rule_version.title,
            who=fact.user,
        )


def _of_violations(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    state = Violation.State
    acts: tuple[tuple[str, Any], ...] = (
        ("created_at", lambda row: (_("Violation recorded"), row.rule.title, row.what, row.author)),
        (
            "decided_at",
            lambda row: (
                _("Violation: %(penalty)s") % {"penalty": row.get_severity_display()}
                if row.severity
                else _("Violation unfounded"),
                row.rule.title,
                row.why,
                row.decided_by,
            ),
        ),
        ("appealed_at", lambda row: (_("Appeal"), row.rule.title, row.grounds, None)),
        (
            "answered_at",
            lambda row: (
                _("Penalty overturned") if row.state == state.OVERTURNED else _("Penalty upheld"),
                row.rule.title,
                row.answer,
                row.answered_by,
            ),
        ),
    )
    for column, words in acts:
        for row in older(_violations(kol, column), before, limit):
            title, note, body, who = words(row)
            url = reverse("lifecycle:violation-detail", args=[row.pk])
            yield Entry(row.at, row.pk, KIND, "gavel", title, note=note, body=body, who=who, url=url)


def _of_conflicts(kol: Kol, before: Place | None, limit: int) -> Iterator[Entry]:
    rows = Conflict.objects.filter(kol=kol).annotate(at=F("created_at")).select_related("author")
    for row in older(rows, before, limit):
        yield Entry(
            at=row.at,
            id=row.pk,
            kind=KIND,
            icon="swords",
            title=_("Conflict with users"),
            note=row.users,
            body=row.what,
            who=row.author,
            url=reverse("lifecycle:conflict-detail", args=[row.pk]),
        )
    steps = ConflictStep.objects.filter(conflict__kol=kol).select_related("conflict", "user")
    for step in older(steps, before, limit):
        yield Entry(
            at=step.at,
            id=step.pk,
            kind=KIND,
            icon="swords",
            title=_("Conflict: %(what)s") % {"what": step.conflict.what},
            note="" if step.next_on else _("closed"),
            body=step.text,
            who=step.user,
            url=reverse("lifecycle:conflict-detail", args=[step.conflict_id]),
        )


def _told(kol: Kol) -> list[QuerySet]:
    columns = ("created_at", "decided_at", "appealed_at", "answered_at")
    return [
        _facts(kol),
        *(Violation.objects.filter(kol=kol, **{f"{column}__isnull": False}) for column in columns),
        Conflict.objects.filter(kol=kol),
        ConflictStep.objects.filter(conflict__kol=kol),
    ]


STORY = TimelineSource(gettext_lazy("Conduct"), _load, _told)


def evidence(kol: Kol, day: date) -> list[Evidence]:
    """Violations and penalties, open conflicts, and rules not acknowledged, for a review."""
    rows = list(Violation.objects.filter(kol=kol).select_related("rule").order_by("-happened_at"))
    standing = [row for row in rows if row.state in Violation.STANDING]
    undecided = sum(row.due_on is not None for row in rows)
    lines = [
        Evidence(
            "violations",
            gettext_lazy("Violations"),
            _penalties(standing),
            " · ".join(
                part
                for part in (
                    f"{standing[0].rule.title}: {standing[0].get_severity_display()}, "
                    f"{day_words(standing[0].happened_at, day)}"
                    if standing
                    else "",
                    _("%(n)d to decide") % {"n": undecided} if undecided else "",
                )
                if part
            ),
            tone="bad" if standing or undecided else "",
        )
    ]
    if conflicts := list(Conflict.objects.filter(kol=kol).open().order_by("due_on")):
        told = {"users": conflicts[0].users, "what": conflicts[0].what}
        lines.append(
            Evidence(
                "conflicts",
                gettext_lazy("Open conflicts"),
                str(len(conflicts)),
                _("with %(users)s: %(what)s") % told,
                tone="bad",
            )
        )
    if lacking := knowing.missing(kol):
        lines.append(
            Evidence(
                "rules",
                gettext_lazy("Rules"),
                knowing.open_words(len(lacking)),
                "; ".join(one.title for one in lacking),
                tone="warn",
            )
        )
    return lines


def _penalties(rows: list[Violation]) -> str:
    if not rows:
        return _("none")
    return ngettext("%(n)d penalty", "%(n)d penalties", len(rows)) % {"n": len(rows)}
