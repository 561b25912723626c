"""The closed lists of the domain. What managers edit (fields, types) are rows instead."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """DOMAIN 1.5. Declared here because lists sort and filter by it; its rules are in ``lifecycle``."""

    INTRODUCTION = "introduction", _("Introduction")
    INITIAL = "initial", _("Initial")
    MID_TERM = "mid_term", _("Mid-term")
    LATE = "late", _("Late")
    DEPARTED = "departed", _("Departed")


class Level(models.TextChoices):
    """DOMAIN 3.6; empty = no level (below 1,000 followers or nothing known)."""

    NANO = "nano", _("Nano")
    MICRO = "micro", _("Micro")
    MID = "mid", _("Mid")
    MACRO = "macro", _("Macro")
    MEGA = "mega", _("Mega")


class Verdict(models.TextChoices):
    """DOMAIN 3.7: own platform against other channels."""

    THRIVING = "thriving", _("Thriving")
    LOYAL = "loyal", _("Loyal")
    DRIFTING = "drifting", _("Drifting")
    FADING = "fading", _("Fading")
    UNKNOWN = "unknown", _("Unknown")


class Band(models.TextChoices):
    """Bands of bond and loss risk, named by their first number (DOMAIN 7.7)."""

    LOW = "0", "0–24"
    MIDDLE = "25", "25–49"
    HIGH = "50", "50–74"
    HIGHEST = "75", "75–100"

    @property
    def bounds(self) -> tuple[int, int]:
        low, _dash, high = str(self.label).partition("–")
        return int(low), int(high)


class Gender(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")


class Calendar(models.TextChoices):
    SOLAR = "solar", _("Solar")
    LUNAR = "lunar", _("Lunar")


class QuietCause(models.TextChoices):
    """DOMAIN 3.11: with a quiet mark the software never writes to the KOL."""

    MOURNING = "mourning", _("In mourning")
    OPTED_OUT = "opted_out", _("Opted out")
    DECEASED = "deceased", _("Deceased")
    BREACH = "breach", _("Departed by breach")


class StopMark(models.TextChoices):
    """Why nothing is granted or paid to a KOL (DOMAIN 5.6, 5.10): the gravest of the stops that stand."""

    SUSPENDED = "suspended", _("Suspended")
    BREACH = "breach", _("Stopped for breach")
    INCENTIVE = "incentive", _("Incentives stopped")


class Platform(models.TextChoices):
    """DOMAIN 3.3. ``own`` is the platform that runs this software."""

    OWN = "own", _("Own platform")
    WEIBO = "weibo", _("Weibo")
    DOUYIN = "douyin", _("Douyin")
    ZHIHU = "zhihu", _("Zhihu")
    BILIBILI = "bilibili", _("Bilibili")
    XIAOHONGSHU = "xiaohongshu", _("Xiaohongshu")
    WECHAT_OA = "wechat_oa", _("WeChat official account")
    KUAISHOU = "kuaishou", _("Kuaishou")
    YOUTUBE = "youtube", "YouTube"
    INSTAGRAM = "instagram", "Instagram"
    TIKTOK = "tiktok", "TikTok"
    X = "x", "X"
    TWITCH = "twitch", "Twitch"
    PODCAST = "podcast", _("Podcast")
    OTHER = "other", _("Other")


class Channel(models.TextChoices):
    """How a person is reached; these values are contact data (DOMAIN 2.3)."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    MAIL = "mail", _("Mail")
    ADDRESS = "address", _("Address")
