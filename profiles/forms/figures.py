"""Figures that come in by hand: of an account, and of the fans (DOMAIN 3.4, 3.8)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.importing.cells import Unreadable, parse_figure
from profiles.models import Account, FanReport, Kol
from profiles.rules import metric as m
from profiles.services import figures

SOURCE = "hand"


def _day(label, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class FigureForm(forms.Form):
    """One figure. A stock holds on one day; a flow covers days, so it needs its first day as well."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=Account.objects.none(), empty_label=None)
    metric = forms.ChoiceField(
        label=pgettext_lazy("figure", "What"), choices=list(m.LABELS.items()), initial=m.FOLLOWERS
    )
    value = forms.CharField(label=_("Figure"), max_length=30, help_text=_("12,345 · 1.2万 · 409.8K"))
    end = _day(_("On, or until"))
    start = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Only for what covers several days, such as posts."),
    )

    def __init__(self, data=None, *, kol: Kol, initial=None):
        super().__init__(data, initial=initial)
        self.fields["account"].queryset = kol.accounts.all()

    def clean_value(self):
        try:
            value = parse_figure(self.cleaned_data["value"])
        except Unreadable as error:
            raise ValidationError(_("This is not a figure.")) from error
        if value is None:
            raise ValidationError(_("This is not a figure."))
        return value

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        start = cleaned["start"] or cleaned["end"]
        if m.KINDS[cleaned["metric"]] == m.FLOW and not cleaned["start"]:
            raise ValidationError({"start": _("This figure covers days: say from when.")})
        cleaned["figure"] = figures.NewFigure(
            cleaned["account"].pk, cleaned["metric"], cleaned["value"], start, cleaned["end"], SOURCE
        )
        figures.validate(cleaned["figure"])
        return cleaned


class FanForm(forms.ModelForm):
    """DOMAIN 3.8: what is known of the fans as of a day."""

    class Meta:
        model = FanReport
        fields = ("on", "portability", "reason", "loyalty", "fake_share", "fake_source")
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reason": forms.Textarea(attrs={"rows": 2}),
        }

    def _post_clean(self):
        """The verb checks the row."""
