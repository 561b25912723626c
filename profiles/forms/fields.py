"""Form fields of a file: words, time zones, agencies."""

import re
import zoneinfo
from datetime import UTC, datetime
from functools import lru_cache

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from profiles.facts import offset_words
from profiles.models import Agency

SEPARATORS = re.compile(r"[,，、;；\n]")
LONGEST_WORD = 80
AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class WordsField(forms.CharField):
    """A list of short words, written with commas between them (Chinese ones too)."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        words = (" ".join(word.split()) for word in SEPARATORS.split(super().to_python(value)))
        return list(dict.fromkeys(word for word in words if word))

    def validate(self, value):
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if any(len(word) > LONGEST_WORD for word in value):
            raise ValidationError(_("A word has at most 80 characters."))

    def run_validators(self, value):
        """Those of the text are for one string, not for a list."""

    def has_changed(self, initial, data):
        return self.to_python(initial or "") != self.to_python(data or "")


@lru_cache(maxsize=1)
def _zones() -> tuple[tuple[str, str], ...]:
    now = datetime.now(UTC)
    known = sorted(name for name in zoneinfo.available_timezones() if name.partition("/")[0] in AREAS)
    return tuple(
        (name, f"{name} · {offset_words(now.astimezone(zoneinfo.ZoneInfo(name)))}") for name in known
    )


def zone_choices() -> list[tuple[str, str]]:
    """Time zones by area and city, with their present offset."""
    return [("", "–"), *_zones()]


class AgencyField(forms.CharField):
    """The name of an agency; one that is not known yet is made by the verb. Its value is the name."""

    def prepare_value(self, value):
        if value and not isinstance(value, str):
            known = Agency.objects.filter(pk=value).first()
            return known.name if known else ""
        return value
