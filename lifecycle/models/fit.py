"""The fit sheet: a rubric that keeps its versions, and what raters found (DOMAIN 4.4)."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from lifecycle.models.programme import Candidate


class Rubric(Row):
    """One version of the rubric as policy stood when somebody first rated by it; never edited.

    ``criteria`` is the value of the policy: ``{key: {"name_en", "name_zh", "weight", "red_line", "place"}}``.
    """

    number = models.PositiveIntegerField(unique=True)
    criteria = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self):
        return f"v{self.number}"


class Rating(Row):
    """What one rater gave one criterion of one version, with the evidence for it."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="ratings", editable=False)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="ratings")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=20)
    value = models.PositiveSmallIntegerField(_("rating"), validators=[MaxValueValidator(5)])
    evidence = models.TextField(_("evidence"))
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "rubric", "rater", "criterion"], name="one_rating_per_criterion"
            ),
            models.CheckConstraint(condition=Q(value__lte=5), name="rating_0_to_5"),
        ]

    def __str__(self):
        return f"{self.criterion} {self.value}"
