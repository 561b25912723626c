"""Reviews every so many days by stage (DOMAIN 5.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, VersionedRow
from lifecycle.models.stage import Stay
from profiles.models import Kol


class Review(VersionedRow):
    """One review of one KOL: due on a date until it is done; then its decision stands and the next one is opened."""

    class Decision(models.TextChoices):
        ADVANCE = "advance", _("Advance")
        STAY = "stay", _("Stay")
        STEP_BACK = "step_back", _("Step back")
        DEPART = "depart", _("Depart")

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="reviews")
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="reviews")
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    note = models.TextField(_("note"), blank=True)
    evidence = models.JSONField(default=dict, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kol"], condition=Q(done_at=None), name="one_open_review_per_kol"
            ),
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(decision=""), name="done_reviews_decide"),
        ]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(done_at=None), name="reviews_due")]

    def __str__(self):
        return f"{self.kol_id} {self.due_on}"


class ReviewNotice(Row):
    """A reminder that stands (RELIABILITY 1): its key names stay, due date, days before and role."""

    key = models.CharField(max_length=160, unique=True)
    review = models.ForeignKey(Review, models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on = models.DateField()  # the working day whose morning mail carries it
    send = models.ForeignKey("core.Send", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "on"], condition=Q(send=None), name="notices_to_gather")]

    def __str__(self):
        return self.key
