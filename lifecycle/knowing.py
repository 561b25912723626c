"""Which rules a KOL knows: told, acknowledged, open; the gate's check, what is due (DOMAIN 5.3, 5.10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateField, Exists, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import installation, policy
from kol_crm.core.shapes import Number
from lifecycle.gates import MANDATORY, Asked, CheckKind, Finding
from lifecycle.models import RuleFact, RuleLink, RuleVersion
from profiles.models import Kol, QuietCause, Stage

Kind = RuleFact.Kind
CONDUCT = policy.Section("conduct", gettext_lazy("Conduct"), 26)
ASK_AFTER = policy.declare(
    "rules_days",
    7,
    gettext_lazy("Rules are to be acknowledged within"),
    gettext_lazy("days"),
    section=CONDUCT,
    shape=Number(1, 90),
    help=gettext_lazy("After them they stand on Today of whoever owns the file, until it is done."),
)
BOUND = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)  # whom the rules bind
LEFT_ALONE = (QuietCause.MOURNING, QuietCause.DECEASED)
GATE = "rules_acknowledged"


@dataclass(frozen=True)
class Known:
    """A version in force and what this KOL knows of it: the standing facts, None where there is none."""

    version: RuleVersion
    told: RuleFact | None
    acknowledged: RuleFact | None


def of(kol: Kol) -> list[Known]:
    """Every rule in force, in their order: three queries."""
    facts: dict[tuple, RuleFact] = {}
    standing = RuleFact.objects.standing().filter(kol=kol).select_related("user", "link__user")
    for fact in standing.order_by("-at", "-id"):
        facts[fact.rule_version_id, fact.kind] = fact  # the first time counts
    versions = RuleVersion.objects.current().select_related("rule")
    return [
        Known(one, facts.get((one.pk, Kind.TOLD)), facts.get((one.pk, Kind.ACKNOWLEDGED))) for one in versions
    ]


def missing(kol: Kol) -> list[RuleVersion]:
    """The versions in force that this KOL has not acknowledged."""
    return list(RuleVersion.objects.current().without(kol.pk, Kind.ACKNOWLEDGED))


def told_by(kol: Kol, rule_id: UUID, at: datetime) -> RuleVersion | None:
    """The latest version of a rule that this KOL had been told at that moment."""
    facts = RuleFact.objects.standing().filter(
        kol=kol, rule_version__rule=rule_id, kind=Kind.TOLD, at__lte=at
    )
    fact = facts.select_related("rule_version").order_by("-rule_version__number").first()
    return fact and fact.rule_version


def in_force_at(rule_id: UUID, at: datetime) -> RuleVersion | None:
    """The version of a rule that held at that moment."""
    return RuleVersion.objects.filter(rule=rule_id, at__lte=at).order_by("-number").first()


def open_link(kol: Kol, now: datetime) -> RuleLink | None:
    """The one-time link that is still good, if there is one."""
    links = RuleLink.objects.filter(kol=kol, used_at=None, closed_at=None, expires_at__gt=now)
    return links.select_related("user", "send").order_by("-at").first()


def acknowledged(asked: Asked, _parameters: Mapping[str, Any]) -> Finding | None:
    """Every rule in force acknowledged. Without any rule there is nothing to ask."""
    every = RuleVersion.objects.current().count()
    if not every:
        return None
    lacking = missing(asked.kol)
    words = _("open: %(rules)s") % {"rules": "; ".join(one.title for one in lacking)} if lacking else ""
    return Finding(not lacking, every - len(lacking), every, words)


ACKNOWLEDGED = CheckKind(
    gettext_lazy("Current rules acknowledged"),
    acknowledged,
    {Stage.INITIAL: MANDATORY},
    page="lifecycle:rule-known",
)


def due_files(files: QuerySet, until: date) -> QuerySet:
    """Of these files those bound by a rule in force that they should have acknowledged by ``until``.

    Each carries ``rules_due``: the policy's days after the rule came into force, or they entered their stage.
    """
    days = policy.current().get(ASK_AFTER)
    return _bound(files).filter(rules_since__lte=until - timedelta(days=days))


def _bound(files: QuerySet) -> QuerySet:
    """Those of these files that have a rule to acknowledge; ``rules_since``: from which day they should."""
    open_versions = (
        RuleVersion.objects.current()
        .without(OuterRef(OuterRef("pk")), Kind.ACKNOWLEDGED)
        .order_by()
        .values("rule__retired")
        .annotate(first=Min("at"))
        .values("first")
    )
    # Asked once and for all files: where there are no rules, nobody is looked at one by one.
    there_are_rules = Exists(RuleVersion.objects.current())
    bound = files.filter(there_are_rules, stage__in=BOUND, stage_since__isnull=False)
    bound = bound.exclude(quiet_cause__in=LEFT_ALONE)
    since = bound.annotate(rules_open=Subquery(open_versions))
    from_day = Greatest(
        TruncDate("rules_open", tzinfo=ZoneInfo(installation.zone())), Cast(F("stage_since"), DateField())
    )
    return since.filter(rules_open__isnull=False).annotate(rules_since=from_day)


def due_on(kol, rules: policy.Policy) -> date:
    """When a file of ``due_files`` should have acknowledged."""
    return kol.rules_since + timedelta(days=rules.get(ASK_AFTER))


def due_dates(files: QuerySet) -> QuerySet:
    """When each of these files should acknowledge the rules in force, as rows (file, day)."""
    days = timedelta(days=policy.current().get(ASK_AFTER))
    due = _bound(files).annotate(due=Cast(F("rules_since") + days, DateField()))
    return due.order_by().values_list("pk", "due")


def open_words(lacking: int) -> str:
    words = ngettext("%(n)d rule not acknowledged", "%(n)d rules not acknowledged", lacking)
    return words % {"n": lacking}
