"""Addresses that are told what changed, and what each was told (Standard Webhooks)."""

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row, VersionedRow
from kol_crm.core.models.history import ChangeSet
from kol_crm.core.models.outbox import Send


class Webhook(VersionedRow):
    """One address of one user. It is told no more than its user may see.

    ``secrets``: sealed, the newest first; an older one signs beside it until its end. ``events``:
    "contact.updated", "contact.*"; empty: everything. ``fields``: only changes of these; empty: of all.
    """

    UNTOLD = ("secrets",)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhooks", editable=False
    )
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, validators=[URLValidator(schemes=["http", "https"])])
    events = models.JSONField(_("events"), default=list, blank=True)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    skip_own = models.BooleanField(_("skip what I did myself by the API"), default=True)
    secrets = models.JSONField(default=list, editable=False)
    active = models.BooleanField(_("active"), default=True)
    gone_at = models.DateTimeField(_("gone"), null=True, editable=False)  # it answered 410
    stopped_at = models.DateTimeField(null=True, editable=False)  # nothing arrived for days
    failing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)  # in a row
    retry_at = models.DateTimeField(null=True, editable=False)  # until then nothing is tried
    created_at = models.DateTimeField(editable=False)

    class Meta:
        indexes = [models.Index(fields=["user", "created_at"], name="webhooks_of_user")]

    def __str__(self):
        return self.name


class Delivery(Row):
    """One message: what one act changed of one row. Its words are made when it is sent."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    change_set = models.ForeignKey(ChangeSet, models.PROTECT, null=True, related_name="+")  # None: a test
    root = models.UUIDField(null=True)
    row = models.UUIDField(null=True)
    event = models.CharField(_("event"), max_length=80)
    send = models.OneToOneField(Send, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "change_set", "row"], name="one_message_per_change")
        ]
        indexes = [models.Index(fields=["webhook", "-created_at", "-id"], name="deliveries_newest")]

    def __str__(self):
        return self.event
