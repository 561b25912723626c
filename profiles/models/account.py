"""Accounts on the own platform and on other channels, and their figures (DOMAIN 3.3–3.5)."""

from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from profiles import platforms
from profiles.models.figures import AccountQuerySet, SnapshotQuerySet
from profiles.models.kol import Kol
from profiles.models.words import Platform
from profiles.rules import metric


class Account(Row):
    """One account, unique by external id or folded handle on its platform.

    ``kol`` is the present holder, None while nobody on file holds it. ``held_since`` is the day from which
    figures are the present holder's, empty for the first one, whose are all figures from the beginning.
    """

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="accounts", null=True)
    held_since = models.DateField(null=True, editable=False)
    platform = models.CharField(_("platform"), max_length=12, choices=Platform)
    external_id = models.CharField(_("id there"), max_length=120, blank=True)
    handle = models.CharField(_("handle"), max_length=120, blank=True)
    handle_folded = models.CharField(max_length=120, blank=True, editable=False)
    title = models.CharField(_("name there"), max_length=160, blank=True)
    url = models.URLField(_("link"), max_length=300, blank=True)
    followers = models.BigIntegerField(null=True, editable=False)  # the latest standing figure
    followers_on = models.DateField(null=True, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = [models.Case(models.When(platform="own", then=0), default=1), "platform", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "external_id"],
                condition=~Q(external_id=""),
                name="one_account_per_external_id",
            ),
            models.UniqueConstraint(
                fields=["platform", "handle_folded"],
                condition=~Q(handle_folded=""),
                name="one_account_per_handle",
            ),
            models.UniqueConstraint(
                fields=["kol"],
                condition=Q(platform=Platform.OWN),
                name="one_own_account_per_kol",
                violation_error_message=_("A KOL has one account on the own platform."),
            ),
            models.CheckConstraint(
                condition=~Q(external_id="") | ~Q(handle_folded=""),
                name="account_has_an_identity",
                violation_error_message=_("An account needs its id or its handle."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(followers=None, kol__isnull=False), name="unentered_accounts"
            )
        ]

    def get_platform_display(self) -> str:  # type: ignore[no-redef]
        """Django makes none where there is one."""
        return platforms.label(self.platform)

    def __str__(self):
        return f"{self.get_platform_display()} {self.handle or self.title or self.external_id}"

    @property
    def holder(self) -> Kol:
        """Who holds it. Raises ``ValueError`` while nobody does."""
        if self.kol is None:
            raise ValueError("Nobody holds this account.")
        return self.kol

    @property
    def holder_id(self) -> UUID:
        """The id of who holds it. Raises ``ValueError`` while nobody does."""
        if self.kol_id is None:
            raise ValueError("Nobody holds this account.")
        return self.kol_id


class Holding(Row):
    """Who held an account from when to when: accounts change hands (DOMAIN 3.3).

    ``until`` is the first day of whoever came after. ``first``: figures from before ``since`` are theirs too.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="holdings")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="holdings")
    since = models.DateField()
    until = models.DateField(null=True)
    first = models.BooleanField(default=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(until=None), name="one_holder_at_a_time"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="holding_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["kol", "account"], condition=Q(until__isnull=False), name="former_holders")
        ]

    def __str__(self):
        return f"{self.account_id} {self.since}"


class Snapshot(Row):
    """One figure of one account (DOMAIN 3.4). Append-only; corrected by a later row that takes the earlier
    back.

    ``standing`` is false once a later row took it back: bookkeeping that lets the database hold to one
    standing figure per (account, metric, from, to, source). So is ``newest``: the standing figure of its
    account and metric that is known for the latest day, which is what grows stale (DOMAIN 3.5).
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="snapshots")
    metric = models.CharField(max_length=24)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    start = models.DateField()
    end = models.DateField()
    source = models.CharField(max_length=40)
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    takes_back = models.OneToOneField("self", models.PROTECT, null=True, related_name="taken_back_by")
    standing = models.BooleanField(default=True)
    newest = models.BooleanField(default=False)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "metric"], condition=Q(newest=True), name="one_newest_figure"
            ),
            models.UniqueConstraint(
                fields=["account", "metric", "start", "end", "source"],
                condition=Q(standing=True),
                name="one_standing_figure",
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="figure_ends_after_start"),
        ]
        indexes = [
            models.Index(
                fields=["account", "metric", "-end"], condition=Q(standing=True), name="figures_of_account"
            ),
            models.Index(fields=["end", "id"], condition=Q(newest=True), name="newest_by_age"),
        ]

    def __str__(self):
        return f"{self.metric} {self.value} {self.end}"

    @property
    def label(self):
        """What it counts, in words."""
        return metric.LABELS[self.metric]


class Median(Row):
    """Interactions per post at the median of a level on a side, fixed by the nightly job (DOMAIN 3.7, 3.13).

    ``level`` is empty for the median over all.
    """

    on = models.DateField()
    side = models.CharField(max_length=5)  # own, other
    level = models.CharField(max_length=5, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    kols = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "side", "level"], name="one_median_a_day")]

    def __str__(self):
        return f"{self.side} {self.level} {self.on}"


class FanReport(Row):
    """Fan quality (DOMAIN 3.8), as known on a day. Append-only: the newest row holds."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="fan_reports")
    on = models.DateField(_("as of"))
    portability = models.PositiveSmallIntegerField(
        _("fans who would follow a move (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    estimator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("why"), blank=True)
    loyalty = models.PositiveSmallIntegerField(
        _("loyalty (0–5)"), null=True, blank=True, validators=[MaxValueValidator(5)]
    )
    audience = models.JSONField(
        _("audience"), default=dict, blank=True
    )  # {"region": {...}, "age": {...}, ...} in %
    fake_share = models.PositiveSmallIntegerField(
        _("judged fake (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    fake_source = models.CharField(_("source of that"), max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(portability=None) | Q(portability__lte=100), name="portability_0_to_100"
            ),
            models.CheckConstraint(
                condition=Q(fake_share=None) | Q(fake_share__lte=100), name="fake_share_0_to_100"
            ),
            models.CheckConstraint(condition=Q(loyalty=None) | Q(loyalty__lte=5), name="loyalty_0_to_5"),
        ]

    def __str__(self):
        return f"{self.kol_id} {self.on}"
