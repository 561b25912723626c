"""Campaigns: what KOLs do for the platform's users, who takes part, what they owe (DOMAIN 6.5)."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.kept import one_of
from kol_crm.core.models import Row, Team, User, VersionedRow
from profiles.models import Field, Kol
from profiles.models.querysets import VIEW


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Campaigns on which ``user`` may do ``action``: operators see their team's and edit their own;
        managers the team's and the teams' below; admins all; finance none (DOMAIN 2.1).
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
                return mine if action == VIEW else mine.filter(owner=user)
        return self.none()

    def open(self):
        """Those that can still be joined."""
        return self.exclude(state=Campaign.State.ENDED)

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("owner", "team", "field")


class Campaign(VersionedRow):
    """planned → running → ended. ``monetising`` asks the rhythm guard of whoever joins (DOMAIN 6.6)."""

    class Type(models.TextChoices):
        CONTEST = "contest", _("Invitation contest")
        TOPIC = "topic", _("Topic drive")
        ENDORSEMENT = "endorsement", _("Endorsement")
        CO_CREATION = "co_creation", _("Co-creation")
        EVENT = "event", _("Talk or sharing session")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("campaign", "Planned")
        RUNNING = "running", pgettext_lazy("campaign", "Running")
        ENDED = "ended", pgettext_lazy("campaign", "Ended")

    name = models.CharField(_("name"), max_length=120)
    type = models.CharField(_("type"), max_length=12, choices=Type)
    monetising = models.BooleanField(_("monetising"), default=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PLANNED, editable=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="campaigns", verbose_name=_("owner")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="campaigns", verbose_name=_("team"))
    field = models.ForeignKey(
        Field, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("field")
    )
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    created_at = models.DateTimeField(editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_ends_after_start")
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="campaigns_by_created"),
            models.Index(fields=["name", "id"], name="campaigns_by_name"),
            models.Index(fields=["starts_on", "id"], name="campaigns_by_start"),
            models.Index(fields=["ends_on", "id"], name="campaigns_by_end"),
            models.Index(fields=["team", "state"], name="campaigns_of_team"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("It ends before it begins.")})

    @property
    def is_contest(self) -> bool:
        return self.type == self.Type.CONTEST

    @property
    def is_ended(self) -> bool:
        return self.state == self.State.ENDED


class ParticipantQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Participants of campaigns on which ``user`` may do it, whose file they see, or the one into which
        it was merged.
        """
        campaigns, files = Campaign.objects.visible_to(user, action), Kol.objects.visible_to(user)
        return self.filter(Q(kol__in=files) | Q(kol__merged_into__in=files), campaign__in=campaigns)

    def of_files(self, kol_ids: Collection[UUID] | models.QuerySet):
        """Those of these files and of what was merged into them."""
        return self.filter(one_of(kol_ids, "kol") | one_of(kol_ids, "kol__merged_into"))

    def taking_part(self):
        return self.filter(left_on=None)

    def standing(self):
        """Those whose file is not archived, nor the one into which it was merged."""
        merged = Q(kol__merged_into__isnull=False, kol__merged_into__archived_at=None)
        return self.filter(Q(kol__archived_at=None) | merged)

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("campaign", "kol__owner", "kol__main_field", "passed_by")


class Participant(VersionedRow):
    """A KOL in a campaign. ``guard`` is what the rhythm guard said on the day they joined, empty where it
    was not asked; ``passed_by`` and ``pass_reason`` are of the manager who passed it all the same.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="participants")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="participations", verbose_name="KOL")
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    guard = models.JSONField(default=dict, blank=True)  # {"day", "passed", "checks": [...]}
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    pass_reason = models.CharField(_("why in spite of the rhythm guard"), max_length=300, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kol"],
                name="once_in_a_campaign",
                violation_error_message=_("This KOL takes part already."),
            )
        ]
        indexes = [
            models.Index(fields=["kol", "joined_on"], name="participations_of_kol"),
            models.Index(fields=["created_at", "id"], name="participants_by_created"),
        ]

    def __str__(self):
        return str(self.kol)

    @property
    def file_id(self) -> UUID:
        """Whose it is: the file, or the one into which it was merged."""
        return self.kol.merged_into_id or self.kol_id


class DeliverableQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        return self.filter(participant__in=Participant.objects.visible_to(user, action))

    def open(self):
        """Owed by whoever still takes part."""
        return self.filter(done_on=None, participant__left_on=None)

    def for_list(self):
        return self.select_related("participant__campaign", "participant__kol__owner")


class Deliverable(VersionedRow):
    """One thing a participant is to do; done with the day, and the address where it can be seen."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="deliverables")
    what = models.CharField(_("what"), max_length=160)
    due_on = models.DateField(_("due"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(done_on=None), name="deliverables_due")]

    def __str__(self):
        return self.what


class Metric(models.TextChoices):
    """What a campaign brings that is worth so much each (paid amounts are worth themselves)."""

    NEW_USERS = "new_users", _("New users")
    ACTIVE_USERS = "active_users", _("Active users")


class ResultQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        return self.filter(participant__in=Participant.objects.visible_to(user, action))

    def standing(self):
        """Not taken back, and taking nothing back."""
        return self.filter(takes_back=None, taken_back_by=None)

    def for_list(self):
        return self.select_related("participant__campaign", "participant__kol__owner", "user")


class Result(Row):
    """What a participant brought from–to. Append-only, held by the database: a later row takes it back.

    It counts on its last day: at that day's unit values and rates, in that day's month.
    """

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="results")
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    new_users = models.PositiveIntegerField(_("new users"), null=True, blank=True)
    active_users = models.PositiveIntegerField(_("active users"), null=True, blank=True)
    paid_amount = models.DecimalField(
        _("paid amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    source = models.CharField(_("source"), max_length=80, blank=True)
    takes_back = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="taken_back_by"
    )
    at = models.DateTimeField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["-last_on", "-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="result_ends_after_start"),
            models.CheckConstraint(
                condition=Q(paid_amount=None) | Q(paid_amount__gte=0), name="result_paid_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(paid_amount=None) | ~Q(currency=""), name="result_paid_has_a_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "last_on"], name="results_of_participant"),
            models.Index(fields=["last_on", "id"], name="results_by_day"),
        ]

    def __str__(self):
        return f"{self.first_on}–{self.last_on}"


class UnitValue(Row):
    """What one new or active user is worth from a day on. Append-only: the newest row of a day holds."""

    metric = models.CharField(_("figure"), max_length=12, choices=Metric)
    amount = models.DecimalField(_("worth"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    since = models.DateField(_("since"))
    at = models.DateTimeField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["metric", "-since", "-at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="unit_value_not_negative")]
        indexes = [models.Index(fields=["metric", "-since", "-at"], name="unit_values_of_metric")]

    def __str__(self):
        return f"{self.metric} {self.since} {self.amount}"
