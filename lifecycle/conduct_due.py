"""What conduct offers for Today: rules, violations to decide, open conflicts (DOMAIN 5.10, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.due import DueRow, DueSource
from lifecycle import knowing
from lifecycle.models import Conflict, RuleFact, RuleVersion, Violation
from profiles.models import Kol

RULES, VIOLATION, CONFLICT = "rules", "violation", "conflict"
LONGEST_WHY = 90


def _bound(user, until: date, without: Collection[str] = ()) -> QuerySet:
    files = knowing.due_files(Kol.objects.active().filter(owner=user), until)
    return files.exclude(pk__in=without) if without else files


def _rule_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    kols = list(_bound(user, until, without).for_today().order_by("rules_since", "id")[:limit])
    versions = list(RuleVersion.objects.current())
    known = set(
        RuleFact.objects.standing()
        .filter(kol__in=kols, kind=RuleFact.Kind.ACKNOWLEDGED)
        .values_list("kol", "rule_version")
    )
    rules = policy.current()
    return [
        DueRow(
            key=f"{RULES}:{kol.pk}",
            kind=RULES,
            icon="scroll-text",
            kind_label=_("Rules"),
            subject=kol,
            why=knowing.open_words(sum((kol.pk, one.pk) not in known for one in versions)),
            due=knowing.due_on(kol, rules),
            action=_("Tell them"),
            detail_url=reverse("lifecycle:rule-known", args=[kol.pk]),
        )
        for kol in kols
    ]


def _violations(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = Violation.objects.due_for(user).open().filter(due_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def violation_why(row: Violation) -> str:
    """To decide: bought followers; or that they appeal."""
    if row.state == Violation.State.APPEALED:
        return _("They appeal: %(grounds)s") % {"grounds": row.grounds}
    return _("A violation to decide: %(what)s") % {"what": row.what}


def _violation_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _violations(user, until, without).select_related("kol").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{VIOLATION}:{row.pk}",
            kind=VIOLATION,
            icon="gavel",
            kind_label=_("Violation"),
            subject=row.kol,
            why=Truncator(violation_why(row)).chars(LONGEST_WHY),
            due=row.due_on,
            action=_("Decide"),
            detail_url=reverse("lifecycle:violation-detail", args=[row.pk]),
        )
        for row in found
    ]


def _conflicts(user, until: date, without: Collection[str] = ()) -> QuerySet:
    rows = Conflict.objects.due_for(user).open().filter(due_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def conflict_why(row: Conflict) -> str:
    """Conflict with two readers: a copied recipe."""
    return _("Conflict with %(users)s: %(what)s") % {"users": row.users, "what": row.what}


def _conflict_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _conflicts(user, until, without).select_related("kol").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{CONFLICT}:{row.pk}",
            kind=CONFLICT,
            icon="swords",
            kind_label=_("Conflict"),
            subject=row.kol,
            why=Truncator(conflict_why(row)).chars(LONGEST_WHY),
            due=row.due_on,
            action=_("Follow up"),
            detail_url=reverse("lifecycle:conflict-detail", args=[row.pk]),
        )
        for row in found
    ]


SOURCES = {
    RULES: DueSource(label=gettext_lazy("Rules"), rows=_rule_rows, waiting=_bound),
    VIOLATION: DueSource(label=gettext_lazy("Violations"), rows=_violation_rows, waiting=_violations),
    CONFLICT: DueSource(label=gettext_lazy("Conflicts"), rows=_conflict_rows, waiting=_conflicts),
}
