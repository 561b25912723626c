"""Attributes: facts that an admin adds to the file without code (DOMAIN 1.3)."""

from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row, VersionedRow
from kol_crm.core.text import can_be_kept
from profiles.models.kol import Kol

PREFIX = "attr_"  # of the names by which forms, filters and the history call an attribute


class AttributeKind(models.TextChoices):
    TEXT = "text", pgettext_lazy("attribute", "Text")
    NUMBER = "number", _("Number")
    DATE = "date", pgettext_lazy("attribute", "Date")
    CHOICE = "choice", _("Choice")
    LINK = "link", _("Link")
    YES_NO = "yes_no", _("Yes or no")


COLUMNS = {
    AttributeKind.TEXT: "text",
    AttributeKind.NUMBER: "number",
    AttributeKind.DATE: "day",
    AttributeKind.CHOICE: "text",
    AttributeKind.LINK: "text",
    AttributeKind.YES_NO: "flag",
}


class AttributeQuerySet(models.QuerySet["Attribute"]):
    def standing_by_key(self, keys: Iterable[str]) -> dict[str, "Attribute"]:
        """Those of these keys that are asked for; no database is asked for a key that none can hold."""
        asked = [key for key in keys if can_be_kept(key)]
        return {one.key: one for one in self.filter(key__in=asked, retired_at=None)} if asked else {}


class Attribute(VersionedRow):
    """What may be known of every KOL. Retired, it is no longer asked for; its values stay.

    ``choices``: ``[{"key", "name_en", "name_zh", "retired"}]``. Values hold the key, so that renaming a
    choice keeps the rows that have it, and one that is retired is still read where it stands.
    """

    class Group(models.TextChoices):
        PERSONAL = "personal", _("Personal")
        BUSINESS = "business", _("Business")

    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Small letters, digits and _, a letter first."))],
    )
    name_en = models.CharField(_("name in English"), max_length=60)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=AttributeKind)
    group = models.CharField(_("group"), max_length=8, choices=Group, default=Group.PERSONAL)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    required = models.BooleanField(_("required"), default=False)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = AttributeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]

    def __str__(self):
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def field(self) -> str:
        return f"{PREFIX}{self.key}"

    @property
    def column(self) -> str:
        """Which column of its values holds them."""
        return COLUMNS[AttributeKind(self.kind)]

    def choice_names(self) -> dict[str, str]:
        """The words of every choice, retired ones too, by key."""
        chinese = (get_language() or "").startswith("zh")
        return {one["key"]: str(one["name_zh" if chinese else "name_en"]) for one in self.choices}

    def offered(self) -> list[tuple[str, str]]:
        """The choices that may still be given."""
        names = self.choice_names()
        return [(one["key"], names[one["key"]]) for one in self.choices if not one.get("retired")]


class AttributeValue(Row):
    """What is known of one KOL; no row where nothing is known.

    One table with a column of each type, each indexed behind its attribute: a filter is one index range, as
    on a column of the file. JSON on the file's row would need an index for each attribute that an admin adds,
    made while people work; a table of texts alone would put 9 after 10.
    """

    kol = models.ForeignKey(Kol, models.CASCADE, related_name="attribute_values")
    attribute = models.ForeignKey(Attribute, models.PROTECT, related_name="values")
    text = models.CharField(max_length=500, blank=True)
    number = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    day = models.DateField(null=True)
    flag = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kol", "attribute"], name="one_value_per_attribute")]
        indexes = [
            models.Index(fields=["attribute", "text", "kol"], name="attribute_by_text"),
            models.Index(fields=["attribute", "number", "kol"], name="attribute_by_number"),
            models.Index(fields=["attribute", "day", "kol"], name="attribute_by_day"),
            models.Index(fields=["attribute", "flag", "kol"], name="attribute_by_flag"),
        ]

    def __str__(self):
        return f"{self.attribute_id}"

    @property
    def value(self) -> Any:
        return getattr(self, self.attribute.column)

    @value.setter
    def value(self, value: Any) -> None:
        setattr(self, self.attribute.column, value)
