"""An attribute of each kind with a value, for the tests of attributes."""

from datetime import date
from decimal import Decimal

from profiles.models import Attribute
from profiles.services import attribute as verbs

CHOICES = [{"name_en": "Small", "name_zh": "小"}, {"name_en": "Large", "name_zh": "大"}]
KINDS = {
    "motto": ("text", "slow is smooth"),
    "shoe": ("number", Decimal("42.5")),
    "signed": ("date", date(2026, 3, 1)),
    "shirt": ("choice", "large"),
    "shop": ("link", "https://mail.example/shop"),
    "studio": ("yes_no", True),
}


def make(chief, key: str, kind: str = "text", **more) -> Attribute:
    values = {"key": key, "name_en": key.title(), "name_zh": f"{key}（中）", "kind": kind, **more}
    if kind == "choice":
        values.setdefault("choices", CHOICES)
    return verbs.create(chief.again(), values)


def given() -> dict:
    return {f"attr_{key}": value for key, (_kind, value) in KINDS.items()}


def held(kol) -> dict:
    return verbs.values_of([kol.pk])[kol.pk]
