"""A way of looking at a list, kept under a name; and the tabs that each user has made of such views."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.models.base import Row, VersionedRow
from kol_crm.core.models.team import Team, User

VIEW, EDIT = "view", "edit"


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Own views, and those shared with everybody or with the team; managers see those of teams below.

        A shared view is changed by its owner, by managers of its team and by admins; a private one by its
        owner alone.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        shared = ~Q(sharing=SavedView.Sharing.PRIVATE)
        if user.role == User.Role.ADMIN:
            reach = shared
        elif user.role == User.Role.MANAGER and user.team_id:
            reach = shared & Q(team__in=Team.objects.tree_of(user.team))
        else:
            reach = Q(pk__in=[])
        if action == VIEW:
            reach |= Q(sharing=SavedView.Sharing.ALL)
            if user.team_id:
                reach |= shared & Q(team=user.team_id)
        return self.filter(Q(owner=user) | reach)

    def standing(self):
        """Not deleted."""
        return self.filter(deleted_at=None)


class SavedView(VersionedRow):
    """Filters and order as ``query``, columns, layout and grouping of the list named ``of_list``."""

    class Sharing(models.TextChoices):
        PRIVATE = "private", pgettext_lazy("view", "Only me")
        TEAM = "team", pgettext_lazy("view", "My team")
        ALL = "all", pgettext_lazy("view", "Everybody")

    class Layout(models.TextChoices):
        TABLE = "table", _("Table")
        COMPACT = "compact", _("Compact")

    of_list = models.CharField(max_length=40, editable=False)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", editable=False
    )
    sharing = models.CharField(_("seen by"), max_length=7, choices=Sharing, default=Sharing.PRIVATE)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    query = models.CharField(_("filters and order"), blank=True, max_length=4000)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    layout = models.CharField(_("layout"), max_length=7, choices=Layout, default=Layout.TABLE)
    grouping = models.CharField(_("grouped by"), max_length=40, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()
    place: int | None  # among its reader's tabs, where view_bar.seen() asked for it

    class Meta:
        indexes = [models.Index(fields=["of_list", "owner"], name="views_of_list")]

    def __str__(self):
        return self.name

    @property
    def is_private(self) -> bool:
        return self.sharing == self.Sharing.PRIVATE

    @property
    def params(self) -> QueryDict:
        """The state that an address says, without where it comes from."""
        params = QueryDict(self.query, mutable=True)
        for name, value, usual in (
            ("columns", ",".join(self.columns), ""),
            ("layout", self.layout, self.Layout.TABLE),
            ("group", self.grouping, ""),
        ):
            if value != usual:
                params[name] = value
        return params


class ViewPin(Row):
    """A view that stands among a user's tabs, and where."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="pins")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "view"], name="one_pin_per_view")]

    def __str__(self):
        return f"{self.position}"
