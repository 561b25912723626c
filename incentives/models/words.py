"""The closed lists of incentives (DOMAIN 6.1, 6.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Kinds of incentive (DOMAIN 6.1)."""

    SPIRITUAL = "spiritual", _("Spiritual")
    MATERIAL = "material", _("Material")
    RESOURCES = "resources", _("Resources")
    KNOWLEDGE = "knowledge", _("Knowledge")
    IP_BUILDING = "ip_building", _("IP building")
    FAN_OPERATION = "fan_operation", _("Fan operation")
    PRIVILEGE = "privilege", _("Privilege")
    PROFIT_SHARE = "profit_share", _("Profit share")


class Pay(models.TextChoices):
    """How an item is paid (DOMAIN 6.2)."""

    BUYOUT = "buyout", _("Buyout")
    SHARE = "profit_share", _("Share")
    PER_RESULT = "per_result", _("Per result")
    CONTINUOUS = "continuous", _("Continuous")


class Period(models.TextChoices):
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
