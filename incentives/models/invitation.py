"""Invitation contests: codes, who came by them, disputes and how they were settled (DOMAIN 6.5)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incentives.models.campaign import Campaign, Participant
from kol_crm.core.models import Row
from profiles.models.querysets import VIEW


class InvitationCode(Row):
    """A participant's code, unique whatever its case: stored in capitals."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=24, unique=True)
    created_at = models.DateTimeField(editable=False)

    def __str__(self):
        return self.code


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        return self.filter(code__participant__in=Participant.objects.visible_to(user, action))

    def left_out(self):
        return self.exclude(left_out="")

    def counted(self, ripe_before: datetime):
        """Registered before then and not left out."""
        return self.filter(left_out="", registered_at__lt=ripe_before)

    def pending(self, ripe_before: datetime):
        """Not left out, not long enough there."""
        return self.filter(left_out="", registered_at__gte=ripe_before)

    def for_list(self):
        return self.select_related("code__participant__kol__owner")


class Invitation(Row):
    """A user of the platform who came by a code. ``left_out`` says why they do not count, empty where they
    do once they stayed long enough; only an intake and a ruling write it. No user counts twice in a campaign:
    the database holds it.
    """

    class LeftOut(models.TextChoices):
        SELF = "self", _("Invited themselves")
        DOUBLE = "double", _("Counted already")
        RULED = "ruled", _("Left out by a ruling")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="invitations")
    code = models.ForeignKey(InvitationCode, models.PROTECT, related_name="invitations")
    user_ref = models.CharField(_("user on the own platform"), max_length=120)
    registered_at = models.DateTimeField(_("registered"))
    left_out = models.CharField(_("left out"), max_length=6, choices=LeftOut, blank=True)
    at = models.DateTimeField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "user_ref"], name="once_by_a_code"),
            models.UniqueConstraint(
                fields=["campaign", "user_ref"], condition=Q(left_out=""), name="a_user_counts_once"
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "left_out", "registered_at"], name="invitations_counted"),
            models.Index(fields=["code", "left_out", "registered_at"], name="invitations_of_code"),
            models.Index(fields=["registered_at", "id"], name="invitations_by_day"),
        ]

    def __str__(self):
        return self.user_ref


class Dispute(Row):
    """Who disputes whether an invitation counts, and why. Append-only; open until a ruling hangs on it."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="disputes")
    # who disputes it; empty: we ourselves
    participant = models.ForeignKey(
        Participant, models.CASCADE, null=True, blank=True, related_name="disputes"
    )
    says = models.CharField(_("what they say"), max_length=500)
    at = models.DateTimeField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.says


class Ruling(Row):
    """How a manager settled a dispute, and what it changed. Append-only."""

    dispute = models.OneToOneField(Dispute, models.CASCADE, related_name="ruling")
    counts = models.BooleanField(_("it counts"))
    reason = models.CharField(_("reason"), max_length=500)
    before = models.CharField(max_length=6, choices=Invitation.LeftOut, blank=True)
    after = models.CharField(max_length=6, choices=Invitation.LeftOut, blank=True)
    # the invitation that counted in its place until now
    instead_of = models.ForeignKey(Invitation, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    def __str__(self):
        return self.reason
