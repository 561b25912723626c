"""One's own facts."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.zones import zone_choices


def language_choices():
    return [("", _("As the installation")), *settings.LANGUAGES]


class OwnForm(StaleForm):
    display_name = forms.CharField(
        label=_("Display name"), max_length=80, help_text=_("How colleagues and KOLs read you.")
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=language_choices)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=zone_choices,
        widget=forms.Select(attrs={"data-tom": True, "placeholder": _("As the installation")}),
        help_text=_("Times are shown in it, and your Today turns at its midnight."),
    )
    signature = forms.CharField(
        label=_("Mail signature"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands under the mails that go to KOLs in your name."),
    )
