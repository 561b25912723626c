"""Rules of conduct: versioned text in both languages, told and acknowledged per version (DOMAIN 5.10)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, Send, VersionedRow
from profiles.models import Kol, TouchChannel
from profiles.models.querysets import VIEW


class Severity(models.IntegerChoices):
    """How hard a penalty is, from the lightest."""

    WARNING = 1, _("Warning")
    PRIVILEGE = 2, _("Privilege withdrawn")
    INCENTIVE = 3, _("Incentive stopped")
    SUSPENDED = 4, _("Suspended")
    TERMINATED = 5, _("Terminated")


CONTENT = ("title_en", "title_zh", "text_en", "text_zh", "severity")


class RuleText(models.Model):
    """What a rule says, in both languages, and what an ordinary user gets for breaking it."""

    title_en = models.CharField(_("English title"), max_length=120)
    title_zh = models.CharField(_("Chinese title"), max_length=120)
    text_en = models.TextField(_("English text"), max_length=10_000)
    text_zh = models.TextField(_("Chinese text"), max_length=10_000)
    severity = models.PositiveSmallIntegerField(_("what an ordinary user gets"), choices=Severity)

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return self.title_zh if _reads_chinese() else self.title_en

    @property
    def text(self) -> str:
        return self.text_zh if _reads_chinese() else self.text_en


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")


class RuleQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(retired=False)


class Rule(RuleText, VersionedRow):
    """A rule as it stands now; ``number`` is that of the version in force."""

    number = models.PositiveIntegerField(default=1, editable=False)
    retired = models.BooleanField(_("retired"), default=False)
    created_at = models.DateTimeField(editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__range=(1, 5)), name="rule_severity_1_to_5"),
        ]


class RuleVersionQuerySet(models.QuerySet):
    def current(self):
        """The version in force of each rule that is."""
        return self.filter(rule__retired=False, number=models.F("rule__number"))

    def without(self, kol, kind: str):
        """Those of which this file (an id, or an outer reference) has no standing fact of this kind."""
        facts = RuleFact.objects.standing().filter(kol=kol, kind=kind, rule_version=OuterRef("pk"))
        return self.filter(~Exists(facts))


class RuleVersion(RuleText, Row):
    """A rule as it stood from a moment on. Append-only."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        ordering = ["rule__created_at", "rule", "number"]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="one_rule_version_per_number")]


class OfFileQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Rows of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))


class RuleLink(Row):
    """A one-time address at which a KOL reads the rules and acknowledges them; of it only a hash is kept."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="rule_links")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(_("used"), null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True
    )  # a later link took its place, or it was called back
    # the mail by which it goes; without one it is copied by hand
    send = models.OneToOneField(Send, models.PROTECT, null=True, blank=True, related_name="+")
    voice_reason = models.CharField(_("why a second voice"), max_length=300, blank=True)

    objects = OfFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["kol", "-at"], name="rule_links_of_kol")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d}"

    def is_open(self, now) -> bool:
        return self.used_at is None and self.closed_at is None and now < self.expires_at


class RuleFactQuerySet(OfFileQuerySet):
    def standing(self):
        """Facts that were not taken back; the rows that take back are none."""
        return self.filter(takes_back=None, taken_back_by=None)


class RuleFact(Row):
    """A version of a rule was told to a KOL, or acknowledged by them: when, how, by whom. Append-only."""

    class Kind(models.TextChoices):
        TOLD = "told", _("told")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="rule_facts")
    rule_version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="facts")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("when"))
    channel = models.CharField(_("how"), max_length=10, choices=TouchChannel, blank=True)
    link = models.ForeignKey(RuleLink, models.PROTECT, null=True, related_name="facts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="taken_back_by", editable=False
    )

    objects = RuleFactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kol", "rule_version", "kind"], name="rule_facts_of_version"),
            models.Index(fields=["kol", "-at", "-id"], name="rule_facts_of_kol"),
        ]

    def __str__(self):
        return f"{self.rule_version} {self.kind}"
