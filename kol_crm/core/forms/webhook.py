"""A webhook: where to, and what it is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core import webhooks
from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.models import Webhook


class Names(forms.CharField):
    """Names separated by commas or white space, as a list."""

    def to_python(self, value) -> Any:
        if isinstance(value, list):
            return value
        return list(dict.fromkeys((value or "").replace(",", " ").split()))

    def prepare_value(self, value) -> str:
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value) -> None:
        super().validate(value)
        if any(len(name) > 60 for name in value):
            raise forms.ValidationError(_("A name has at most 60 characters."))


class WebhookForm(StaleForm):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    url = forms.CharField(
        label=_("Address"), max_length=500, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )
    events = Names(
        label=_("Events"),
        required=False,
        help_text=_("Such as kol.updated or contact.*, separated by commas. Empty: everything."),
    )
    fields_told = Names(
        label=_("Only these fields"),
        required=False,
        help_text=_("Such as stage, owner, level. Empty: all. What comes or goes is told all the same."),
    )
    skip_own = forms.BooleanField(label=_("Skip what I did myself by the API"), required=False, initial=True)
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, data=None, *, webhook: Webhook | None = None):
        initial = {}
        if webhook is not None:
            initial = {
                name: getattr(webhook, name)
                for name in ("name", "url", "events", "skip_own", "active", "version")
            } | {"fields_told": webhook.fields}
        super().__init__(data, initial=initial)
        if webhook is None:
            del self.fields["version"]
        events: Any = self.fields["events"].widget
        events.attrs["list"] = "webhook-events"

    @property
    def facts(self) -> dict[str, Any]:
        facts = super().facts
        facts["fields"] = facts.pop("fields_told")
        return facts

    @property
    def known_events(self) -> list[str]:
        """What can be written under events."""
        return webhooks.events()
