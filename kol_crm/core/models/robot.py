"""Robots of group chats: whom else a team lets know that something waits for its people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models.base import Row, VersionedRow
from kol_crm.core.models.notice import Notice
from kol_crm.core.models.team import Team


class RobotKind(models.TextChoices):
    """The chat a robot lives in; each has its own words for a message and its own answers."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class Robot(VersionedRow):
    """A webhook of a group chat. Whoever has the address can post there: it is sealed as a secret.

    ``address`` is what may be shown of it: the host, the end, and a fingerprint that changes with either
    secret, by which the history tells that they were changed without keeping them.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("chat"), max_length=10, choices=RobotKind)
    address = models.CharField(_("address"), max_length=200, editable=False)
    sealed_url = models.TextField(editable=False)
    sealed_secret = models.TextField(blank=True, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("team"))
    kinds = models.JSONField(_("tells"), default=list)
    active = models.BooleanField(_("on"), default=True)

    UNTOLD = frozenset({"sealed_url", "sealed_secret"})

    def __str__(self):
        return self.name


class RobotNote(Row):
    """A notice that a robot tells; several make one message, linked to it as a morning mail links its own."""

    robot = models.ForeignKey(Robot, models.CASCADE, related_name="notes")
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    send = models.ForeignKey("core.Send", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["robot", "notice"], name="robot_tells_once")]
        indexes = [
            models.Index(fields=["robot"], condition=models.Q(send=None), name="robot_notes_waiting"),
            models.Index(fields=["send"], name="robot_notes_of_send"),
        ]

    def __str__(self):
        return f"{self.robot_id} {self.notice_id}"
