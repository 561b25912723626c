"""Users and the tree of teams they work in."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Versioned, VersionedRow
from kol_crm.core.zones import known_zone


class TeamQuerySet(models.QuerySet):
    def tree_of(self, team):
        """The team and all teams below it."""
        return self.filter(path__startswith=team.path)


class Team(VersionedRow):
    """A node of the team tree. ``path`` is the slash-separated chain of ids from the top."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=700, unique=True, editable=False)

    objects = TeamQuerySet.as_manager()

    def __str__(self):
        return self.name


class User(AbstractUser, Versioned):
    """Someone who works with the software; ``role`` and ``team`` decide what they may do (DOMAIN 2.1)."""

    class Role(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        MANAGER = "manager", _("Manager")
        FINANCE = "finance", _("Finance")
        ADMIN = "admin", _("Admin")

    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.OPERATOR)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="members")
    display_name = models.CharField(_("display name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    zone = models.CharField(_("time zone"), max_length=50, blank=True, validators=[known_zone])
    covers = models.BooleanField(default=False, editable=False)  # an absence of theirs or as deputy is on
    shares = models.BooleanField(default=False, editable=False)  # of Today, rows given away or taken
    signature = models.TextField(_("mail signature"), max_length=1000, blank=True)

    UNTOLD = frozenset(
        {"password", "last_login", "date_joined", "is_staff", "is_superuser"}
    )  # to the history
    REQUIRED_FIELDS = ["email", "role"]  # what createsuperuser asks for

    def __str__(self):
        return self.display_name or self.username

    @property
    def sees_beyond(self) -> bool:
        """Whether rows of others stand with them, or theirs with others: it may change by the day."""
        return self.covers or self.shares

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN

    @property
    def is_manager(self) -> bool:
        return self.role == self.Role.MANAGER

    @property
    def sight(self) -> tuple:
        """All of a user that decides which rows they see: of the same sight a query is the same."""
        tree = self.team.path if self.is_manager and self.team is not None else ""
        return self.pk, self.is_active, self.role, self.team_id, tree
