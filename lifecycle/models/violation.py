"""Violations of a rule: evidence, the penalty, the appeal; one row, one story (DOMAIN 5.10)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lifecycle.models.proof import Proof, web_links
from lifecycle.models.rule import Rule, RuleVersion, Severity
from lifecycle.models.stage import Move
from profiles.models import Attachment, Kol, Level, Note
from profiles.models.note import NoteQuerySet


class ViolationQuerySet(NoteQuerySet):
    def open(self):
        """What somebody has to decide: a violation, or the appeal against its penalty."""
        return self.filter(due_on__isnull=False)

    def penalised(self):
        """Those with a penalty that stands: an overturned one is none."""
        return self.filter(state__in=Violation.STANDING)

    def decided(self):
        """Those with a penalty, whatever became of it."""
        return self.filter(severity__isnull=False)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        people = ("author", "decided_by", "answered_by")
        return self.select_related("kol__owner", "rule", "told", *people).prefetch_related("files")


class Violation(Note):
    """open → unfounded, or penalised → appealed → upheld or overturned."""

    class State(models.TextChoices):
        OPEN = "open", _("To decide")
        UNFOUNDED = "unfounded", _("Unfounded")
        PENALISED = "penalised", _("Penalised")
        APPEALED = "appealed", _("Appealed")
        UPHELD = "upheld", _("Penalty upheld")
        OVERTURNED = "overturned", _("Penalty overturned")

    STANDING = (State.PENALISED, State.APPEALED, State.UPHELD)

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="violations", verbose_name="KOL")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="violations", verbose_name=_("rule"))
    # of the rule, what this KOL had been told by then; none: nothing can be penalised
    told = models.ForeignKey(RuleVersion, models.PROTECT, null=True, related_name="+", editable=False)
    happened_at = models.DateTimeField(_("when it happened"))
    what = models.CharField(_("what happened"), max_length=300)
    evidence = models.TextField(_("evidence in words"), max_length=5000, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True, validators=[web_links])
    attachments = models.ManyToManyField(Attachment, through="ViolationFile", related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, editable=False)
    due_on = models.DateField(_("to decide by"), null=True, editable=False)

    severity = models.PositiveSmallIntegerField(_("penalty"), choices=Severity, null=True, blank=True)
    why = models.TextField(_("why so"), max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # of the day of the decision: what an ordinary user got, what the ladder proposed, the KOL's level
    ordinary = models.PositiveSmallIntegerField(choices=Severity, null=True, editable=False)
    proposed = models.PositiveSmallIntegerField(choices=Severity, null=True, editable=False)
    level = models.CharField(max_length=5, choices=Level, blank=True, editable=False)
    # the departure that the penalty started, so that an appeal can take it back
    move = models.OneToOneField(Move, models.PROTECT, null=True, related_name="+", editable=False)

    grounds = models.TextField(_("grounds of the appeal"), max_length=5000, blank=True)
    appealed_at = models.DateTimeField(_("appealed"), null=True, blank=True)
    answer = models.TextField(_("answer to the appeal"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__range=(1, 5)), name="penalty_severity_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(ordinary__isnull=False, severity__gte=F("ordinary")),
                name="never_lighter_for_a_kol",
            ),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(told__isnull=False), name="only_what_was_told_is_penalised"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("decided_by")),
                name="appeals_are_decided_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="violations_by_created"),
            models.Index(fields=["happened_at", "id"], name="violations_by_day"),
            models.Index(fields=["kol", "-created_at"], name="violations_of_kol"),
            models.Index(fields=["due_on", "id"], condition=Q(due_on__isnull=False), name="violations_open"),
            models.Index(fields=["rule", "level"], name="violations_of_rule"),
        ]

    def __str__(self):
        return self.what

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class ViolationFile(Proof):
    """An attachment of the file that proves a violation."""

    violation = models.ForeignKey(Violation, models.CASCADE, related_name="files")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["violation", "attachment"], name="one_attachment_once_as_evidence"
            )
        ]
