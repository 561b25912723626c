"""Rules, violations and conflicts in the story of a file and before its review (DOMAIN 5.4, 5.10)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lifecycle import knowing
from lifecycle.evidence import Evidence, day_words
from lifecycle.models import Conflict, ConflictStep, RuleFact, Violation
from profiles.acts import Act, Words, story
from profiles.models import Kol

KIND = "conduct"


def _facts(kol: Kol) -> QuerySet:
    return RuleFact.objects.standing().filter(kol=kol).select_related("rule_version", "user")


def _violations(kol: Kol) -> QuerySet:
    rows = Violation.objects.filter(kol=kol)
    return rows.select_related("rule", "author", "decided_by", "answered_by")


def _conflicts(kol: Kol) -> QuerySet:
    return Conflict.objects.filter(kol=kol).select_related("author")


def _steps(kol: Kol) -> QuerySet:
    return ConflictStep.objects.filter(conflict__kol=kol).select_related("conflict", "user")


def _fact(row: RuleFact) -> Words:
    words = {RuleFact.Kind.TOLD: _("Rule told"), RuleFact.Kind.ACKNOWLEDGED: _("Rule acknowledged")}
    number = _("version %(n)d") % {"n": row.rule_version.number}
    how = _("by their own link") if row.link_id and row.user_id is None else row.get_channel_display()
    return Words(words[RuleFact.Kind(row.kind)], f"{how} · {number}", row.rule_version.title, row.user)


def _of_violation(row: Violation, title: Any, body: str, who: Any) -> Words:
    return Words(title, row.rule.title, body, who, reverse("lifecycle:violation-detail", args=[row.pk]))


def _recorded(row: Violation) -> Words:
    return _of_violation(row, _("Violation recorded"), row.what, row.author)


def _decided(row: Violation) -> Words:
    penalty = _("Violation: %(penalty)s") % {"penalty": row.get_severity_display()}
    return _of_violation(row, penalty if row.severity else _("Violation unfounded"), row.why, row.decided_by)


def _appealed(row: Violation) -> Words:
    return _of_violation(row, _("Appeal"), row.grounds, None)


def _answered(row: Violation) -> Words:
    overturned = row.state == Violation.State.OVERTURNED
    title = _("Penalty overturned") if overturned else _("Penalty upheld")
    return _of_violation(row, title, row.answer, row.answered_by)


def _conflict(row: Conflict) -> Words:
    url = reverse("lifecycle:conflict-detail", args=[row.pk])
    return Words(_("Conflict with users"), row.users, row.what, row.author, url)


def _followed(row: ConflictStep) -> Words:
    title = _("Conflict: %(what)s") % {"what": row.conflict.what}
    url = reverse("lifecycle:conflict-detail", args=[row.conflict_id])
    return Words(title, "" if row.next_on else _("closed"), row.text, row.user, url)


STORY = story(
    KIND,
    gettext_lazy("Conduct"),
    (
        Act(_facts, "at", "scroll-text", _fact),
        Act(_violations, "created_at", "gavel", _recorded),
        Act(_violations, "decided_at", "gavel", _decided),
        Act(_violations, "appealed_at", "gavel", _appealed),
        Act(_violations, "answered_at", "gavel", _answered),
        Act(_conflicts, "created_at", "swords", _conflict),
        Act(_steps, "at", "swords", _followed),
    ),
)


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
