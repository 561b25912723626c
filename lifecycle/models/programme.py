"""Programmes: why and for whom KOLs are brought in, and who is looked at for it (DOMAIN 4.3, 4.11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, Team, User, VersionedRow
from profiles.models import Field, Kol
from profiles.models.querysets import VIEW

WORK = "work"  # add candidates, rate them, look through suggestions


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Programmes on which ``user`` may do ``action``: view, work (candidates, fit), edit.

        Operators see and work on their team's and edit their own; managers the team's and the teams' below;
        admins all; finance none (DOMAIN 2.1).
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        match user.role:
            case User.Role.ADMIN:
                return self.all()
            case User.Role.MANAGER if user.team_id:
                return self.filter(team__in=Team.objects.tree_of(user.team))
            case User.Role.OPERATOR if user.team_id:
                mine = self.filter(team=user.team_id)
                return mine if action in (VIEW, WORK) else mine.filter(owner=user)
        return self.none()

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("owner", "team").prefetch_related("programme_fields__field")


class Programme(VersionedRow):
    """A plan for bringing KOLs in: draft until its outreach starts, live until it is closed."""

    class Purpose(models.TextChoices):
        ACQUISITION = "acquisition", _("Acquisition")
        ACTIVATION = "activation", _("Activation")
        CONVERSION = "conversion", _("Conversion")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        CLOSED = "closed", _("Closed")

    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, blank=True)
    deeds = models.TextField(_("expected deeds"), blank=True)
    success = models.CharField(_("seen by which figure"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    target = models.PositiveIntegerField(_("target number"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="programmes", verbose_name=_("owner")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="programmes", verbose_name=_("team"))
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DRAFT, editable=False)
    created_at = models.DateTimeField(editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    fields = models.ManyToManyField(Field, through="ProgrammeField", related_name="+")

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message=_("The period ends before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | ~Q(purpose=""), name="live_programmes_have_a_purpose"
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | ~Q(deeds=""), name="live_programmes_have_deeds"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="programme_by_created"),
            models.Index(fields=["name", "id"], name="programme_by_name"),
            models.Index(fields=["team", "state"], name="programme_of_team"),
        ]

    def __str__(self):
        return self.name


class ProgrammeField(Row):
    """A field that a programme brings KOLs in for."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="programme_fields")
    field = models.ForeignKey(Field, models.PROTECT, related_name="+", verbose_name=_("field"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "field"], name="one_field_once_per_programme")
        ]

    def __str__(self):
        return str(self.field)


class Step(models.TextChoices):
    """Steps inside introduction; they follow facts (DOMAIN 4.11)."""

    IDENTIFIED = "identified", _("Identified")
    CONTACTED = "contacted", _("Contacted")
    IN_TALKS = "in_talks", _("In talks")
    AGREED = "agreed", _("Agreed")


class CandidateQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Candidates of programmes on which ``user`` may do it, whose file they see."""
        programmes = Programme.objects.visible_to(user, action)
        return self.filter(programme__in=programmes, kol__in=Kol.objects.visible_to(user))

    def open(self):
        """Of which it is not yet said what became of them."""
        return self.filter(outcome="")

    def standing(self):
        """Those whose file is not archived."""
        return self.filter(kol__archived_at=None)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("programme", "kol__owner", "kol__main_field", "entered_by")


class Candidate(VersionedRow):
    """A KOL file looked at for a programme: a KOL in several programmes is in one live outreach only."""

    class Source(models.TextChoices):
        INTERNAL = "internal", _("Own platform")
        EXTERNAL = "external", _("Other channels")

    class Outcome(models.TextChoices):
        WON = "won", _("Won")
        REFUSED = "refused", _("Refused")
        UNREACHABLE = "unreachable", _("Unreachable")
        REJECTED = "rejected", _("Rejected by us")
        LATER = "later", _("Kept for later")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="candidates")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="candidacies")
    source = models.CharField(_("source"), max_length=8, choices=Source)
    introducer = models.CharField(_("introduced by"), max_length=120, blank=True)
    highlight = models.TextField(_("highlight to build on"), blank=True)
    why_oversupplied = models.TextField(_("why in spite of enough KOLs"), blank=True)
    why_external = models.TextField(_("why before the suggestions from own users"), blank=True)
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    pace = models.JSONField(default=dict, editable=False)  # of its fields on the day it was entered
    reviewed_at = models.DateTimeField(null=True, editable=False)  # first rated, or given an outcome
    step = models.CharField(_("step"), max_length=10, choices=Step, default=Step.IDENTIFIED, editable=False)
    step_since = models.DateTimeField(editable=False)
    # Today asks for a next step from that day on, while nobody writes to them
    lead_on_by = models.DateField(null=True, editable=False)
    in_outreach = models.BooleanField(default=False, editable=False)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome, blank=True, editable=False)
    outcome_note = models.TextField(_("note"), blank=True)
    outcome_at = models.DateTimeField(null=True, editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kol"],
                name="once_a_candidate_of_a_programme",
                violation_error_message=_("This KOL is a candidate of the programme already."),
            ),
            models.UniqueConstraint(
                fields=["kol"], condition=Q(in_outreach=True), name="one_live_outreach_per_kol"
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(in_outreach=False), name="outcomes_end_outreach"
            ),
        ]
        indexes = [
            models.Index(fields=["kol", "-entered_at"], name="candidacies_of_kol"),
            models.Index(fields=["programme", "step", "step_since"], name="candidates_on_board"),
            models.Index(fields=["entered_at", "id"], name="candidate_by_entered"),
        ]

    def __str__(self):
        return str(self.kol)


class CandidateStep(Row):
    """When a candidate came to a step, by which fact; set back by hand only. Append-only (DOMAIN 4.11)."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="steps")
    from_step = models.CharField(max_length=10, choices=Step, blank=True)
    to_step = models.CharField(max_length=10, choices=Step)
    fact = models.CharField(max_length=40, blank=True)  # entered, attempt, answer, plan; empty: by hand
    why = models.TextField(_("why"), blank=True)
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["candidate", "at"], name="steps_of_candidate")]

    def __str__(self):
        return f"{self.from_step} → {self.to_step}"
