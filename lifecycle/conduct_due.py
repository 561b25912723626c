"""What conduct offers for Today: rules, violations to decide, open conflicts (DOMAIN 5.10, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.due import DueRow, DueSource, narrowed
from lifecycle import knowing
from lifecycle.due_rows import of_files, page_of
from lifecycle.models import Conflict, RuleFact, RuleVersion, Violation
from profiles.models import Kol

RULES, VIOLATION, CONFLICT = "rules", "violation", "conflict"


def _bound(user, until: date, without: Collection[str] = ()) -> QuerySet:
    files = knowing.due_files(Kol.objects.active().filter(owner=user), until)
    return narrowed(files, without)


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


def violation_why(row: Violation, _day: date) -> str:
    """To decide: bought followers; or that they appeal."""
    if row.state == Violation.State.APPEALED:
        return _("They appeal: %(grounds)s") % {"grounds": row.grounds}
    return _("A violation to decide: %(what)s") % {"what": row.what}


def conflict_why(row: Conflict, _day: date) -> str:
    """Conflict with two readers: a copied recipe."""
    return _("Conflict with %(users)s: %(what)s") % {"users": row.users, "what": row.what}


SOURCES = {
    RULES: DueSource(label=gettext_lazy("Rules"), rows=_rule_rows, waiting=_bound),
    VIOLATION: of_files(
        VIOLATION,
        gettext_lazy("Violations"),
        "gavel",
        rows=lambda user: Violation.objects.due_for(user).open(),
        column="due_on",
        why=violation_why,
        action=gettext_lazy("Decide"),
        page=page_of("lifecycle:violation-detail"),
        kind_label=gettext_lazy("Violation"),
    ),
    CONFLICT: of_files(
        CONFLICT,
        gettext_lazy("Conflicts"),
        "swords",
        rows=lambda user: Conflict.objects.due_for(user).open(),
        column="due_on",
        why=conflict_why,
        action=gettext_lazy("Follow up"),
        page=page_of("lifecycle:conflict-detail"),
        kind_label=gettext_lazy("Conflict"),
    ),
}
