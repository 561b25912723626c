"""What one wants to be told, where and when: a table of kinds and channels, and the hours."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.models import NoticeSettings
from kol_crm.core.notice_rules import CHANNELS
from kol_crm.core.services.notice_settings import Offered

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
PREFIX = "channels."


def _hour(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=HOURS, coerce=int, help_text=help_text)


class NoticeSettingsForm(StaleForm):
    morning_hour = _hour(_("Morning mail at"), _("One mail for all that is chosen above, by your clock."))
    working_days = forms.BooleanField(
        label=_("Mails on working days only"),
        required=False,
        help_text=_("What comes on another day is told on the next working day."),
    )
    quiet_from = _hour(_("No mail at once from"))
    quiet_until = _hour(_("until"), _("The same hour twice: there are no quiet hours."))

    def __init__(self, data=None, *, row: NoticeSettings, offered: Sequence[Offered]):
        names = ("morning_hour", "working_days", "quiet_from", "quiet_until", "version")
        super().__init__(data, initial={name: getattr(row, name) for name in names})
        self.offered = offered
        for one in offered:
            self.fields[f"{PREFIX}{one.key}"] = forms.MultipleChoiceField(
                label=one.label,
                required=False,
                choices=[(name, CHANNELS[name]) for name in one.channels],
                initial=sorted(row.channels.get(one.key, one.usual)),
            )

    @property
    def asked(self) -> dict[str, Any]:
        """As the verb takes it: the kinds together."""
        plain = {name: value for name, value in self.facts.items() if not name.startswith(PREFIX)}
        chosen = {one.key: self.cleaned_data[f"{PREFIX}{one.key}"] for one in self.offered}
        return plain | {"channels": chosen}

    @property
    def table(self) -> list[dict[str, Any]]:
        """Rows for the template: kind, and per channel a box, or None where it cannot go there."""
        rows = []
        for one in self.offered:
            field = self[f"{PREFIX}{one.key}"]
            chosen = set(field.value() or ())
            boxes = [
                {"name": field.html_name, "value": name, "label": label, "checked": name in chosen}
                if name in one.channels
                else None
                for name, label in CHANNELS.items()
            ]
            rows.append({"kind": one, "boxes": boxes, "errors": field.errors})
        return rows
