"""Communities by type, who is in them, and single contacts (DOMAIN 1.4, 5.7)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, Team, User, VersionedRow
from lifecycle.models.rule import OfFileQuerySet
from profiles.models import Kol, KolType
from profiles.models.querysets import VIEW


class Medium(models.TextChoices):
    """Where a community meets."""

    WECHAT = "wechat", _("WeChat group")
    QQ = "qq", _("QQ group")
    PLATFORM = "platform", _("Group on the own platform")
    DISCORD = "discord", "Discord"
    TELEGRAM = "telegram", "Telegram"
    WHATSAPP = "whatsapp", "WhatsApp"
    OFFLINE = "offline", _("In person")
    OTHER = "other", _("Other")


class CommunityQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Communities on which ``user`` may do ``action``: operators see the team's and edit those that they
        host; managers the team's and the teams' below; admins all; finance none (DOMAIN 2.1).
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
                return mine if action == VIEW else mine.filter(host=user)
        return self.none()

    def living(self):
        return self.filter(closed_at=None)

    def for_list(self):
        """What a row of a list needs, in one query."""
        inside = Count("members", filter=Q(members__left_on=None))
        return self.select_related("type", "host", "team").annotate(members_now=inside)


class Community(VersionedRow):
    """A place where KOLs of a type are together with a host of ours."""

    name = models.CharField(_("name"), max_length=120)
    type = models.ForeignKey(
        KolType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("type")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Medium, default=Medium.WECHAT)
    link = models.URLField(_("link"), max_length=300, blank=True)
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="communities", verbose_name=_("host")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="communities", verbose_name=_("team"))
    capacity = models.PositiveIntegerField(
        _("capacity"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    # as entered: the share of members who spoke in the 30 days before that day
    spoke_percent = models.PositiveSmallIntegerField(
        _("spoke in 30 days (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    spoke_on = models.DateField(_("as of"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    created_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True)

    objects = CommunityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(spoke_percent=None) | Q(spoke_percent__lte=100), name="spoke_at_most_100"
            ),
            models.CheckConstraint(
                condition=Q(spoke_percent=None, spoke_on=None)
                | Q(spoke_percent__isnull=False, spoke_on__isnull=False),
                name="spoke_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="communities_by_created"),
            models.Index(fields=["name", "id"], name="communities_by_name"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if (self.spoke_percent is None) != (self.spoke_on is None):
            missing = "spoke_on" if self.spoke_on is None else "spoke_percent"
            raise ValidationError({missing: _("A share needs its day, and a day its share.")})


class MemberQuerySet(OfFileQuerySet):
    def inside(self):
        return self.filter(left_on=None, community__closed_at=None)


class Member(Row):
    """A KOL's time in a community; the open one has no end."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="members")
    kol = models.ForeignKey(Kol, models.CASCADE, related_name="memberships")
    joined_on = models.DateField(_("joined"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "kol"], condition=Q(left_on=None), name="one_membership_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="left_after_joined"
            ),
        ]
        indexes = [
            models.Index(fields=["kol"], condition=Q(left_on=None), name="memberships_of_kol"),
            models.Index(fields=["community", "joined_on", "id"], name="members_of_community"),
        ]

    def __str__(self):
        return str(self.community)


class SingleContact(Row):
    """A colleague is the one contact of a KOL, from–to; the open one has no end."""

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="single_contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("single contact")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = OfFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kol"], condition=Q(until=None), name="one_single_contact"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="contact_ends_after_start"
            ),
        ]

    def __str__(self):
        return str(self.user)
