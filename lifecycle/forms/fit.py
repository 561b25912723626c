"""The fit sheet as a form: a rating and its evidence for each criterion of the rubric in force."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lifecycle.rules.fit import BEST
from lifecycle.services.fit import name_of

VALUES = [("", "–"), *((str(value), str(value)) for value in range(BEST + 1))]


class Line(NamedTuple):
    """One criterion as the sheet draws it."""

    key: str
    label: Any
    weight: int
    red_line: bool
    value: Any
    evidence: Any

    @property
    def points(self) -> str:
        """Of its weight, by the rating that is chosen; the script keeps it up."""
        chosen = str(self.value.value() or "")
        return f"{self.weight * int(chosen) / BEST:g}" if chosen.isdecimal() else ""


class FitForm(forms.Form):
    """Fields ``<criterion>-value`` and ``<criterion>-evidence``."""

    def __init__(self, data=None, *, criteria: Mapping[str, Mapping[str, Any]], mine: Mapping[str, Any]):
        self.criteria = criteria
        initial = {}
        for key, rating in mine.items():
            initial |= {f"{key}-value": str(rating.value), f"{key}-evidence": rating.evidence}
        super().__init__(data, initial=initial)
        for key, criterion in criteria.items():
            name = name_of(criterion)
            self.fields[f"{key}-value"] = forms.ChoiceField(
                label=name, choices=VALUES, required=False, widget=forms.RadioSelect
            )
            self.fields[f"{key}-evidence"] = forms.CharField(
                label=_("Evidence for %(criterion)s") % {"criterion": name},
                required=False,
                max_length=2000,
            )

    def clean(self):
        """Evidence for no rating would be lost."""
        cleaned = super().clean()
        for key in self.criteria:
            if cleaned.get(f"{key}-evidence") and not cleaned.get(f"{key}-value"):
                self.add_error(f"{key}-value", _("Give a whole number from 0 to 5."))
        return cleaned

    @property
    def lines(self) -> list[Line]:
        return [
            Line(
                key,
                name_of(one),
                one["weight"],
                one["red_line"],
                self[f"{key}-value"],
                self[f"{key}-evidence"],
            )
            for key, one in self.criteria.items()
            if one["weight"] or one["red_line"]
        ]

    @property
    def given(self) -> dict[str, dict[str, Any]]:
        """As the verb takes it; what was left open and never rated is left out by it."""
        return {
            key: {
                "value": int(self.cleaned_data[f"{key}-value"])
                if self.cleaned_data[f"{key}-value"]
                else None,
                "evidence": self.cleaned_data[f"{key}-evidence"],
            }
            for key in self.criteria
        }

    def refuse(self, error: ValidationError) -> None:
        """What the verb refused, at its input: ``field`` or ``field.evidence``."""
        for name, messages in error.message_dict.items():
            key, _dot, part = name.partition(".")
            at = f"{key}-{part or 'value'}"
            self.add_error(at if at in self.fields else None, messages)
