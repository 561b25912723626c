"""Reviews every so many days by stage (DOMAIN 5.4)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, User, VersionedRow
from lifecycle.models.stage import Stay
from profiles.models import Kol
from profiles.models.querysets import VIEW


class ReviewQuerySet(models.QuerySet):
    def awaiting(self):
        """Reviews that are still to be done."""
        return self.filter(done_at=None)

    def visible_to(self, user, action: str = VIEW):
        """Reviews of the files on which ``user`` may do ``action``."""
        return self.filter(kol__in=Kol.objects.visible_to(user, action))

    def for_list(self):
        """What a row of a list needs, in one query."""
        return self.select_related("kol__owner", "kol__main_field", "stay", "user")


class Review(VersionedRow):
    """One review of one KOL: due until it is done; then its decision stands and the next one is opened."""

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

    objects = ReviewQuerySet.as_manager()

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


class ReviewNoticeQuerySet(models.QuerySet["ReviewNotice"]):
    def to_gather(self, reader, day: date, of=None) -> list["ReviewNotice"]:
        """What the reader's mail of that morning carries: unsent notices up to that day that still stand,
        one's own or those ``of`` the users whose queue one has.

        Dropped are those whose review is done or redated, whose KOL moved, is archived or no longer theirs.
        """
        rows = (
            self.filter(user__in=[reader] if of is None else of, on__lte=day, send=None, review__done_at=None)
            .filter(review__kol__in=Kol.objects.active().visible_to(reader))
            .select_related("review__kol")
            .order_by("on", "pk")
        )
        return [notice for notice in rows if notice.stands]


class ReviewNotice(Row):
    """A reminder that stands (RELIABILITY 1): its key names stay, due date, days before and role."""

    key = models.CharField(max_length=160, unique=True)
    review = models.ForeignKey(Review, models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on = models.DateField()  # the working day whose morning mail carries it
    send = models.ForeignKey("core.Send", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = ReviewNoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "on"], condition=Q(send=None), name="notices_to_gather")]

    def __str__(self):
        return self.key

    @property
    def role(self) -> str:
        """operator or manager, as the key says."""
        return self.key.rsplit(":", 1)[1].split(".")[0]

    @property
    def stands(self) -> bool:
        """Whether its review is still the one it was planned for, and its user the one to tell."""
        _kind, stay, due_on, *_rest = self.key.split(":")
        review = self.review
        same = stay == str(review.stay_id) and due_on == review.due_on.isoformat()
        return same and (self.role != User.Role.OPERATOR or review.kol.owner_id == self.user_id)
