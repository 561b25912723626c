"""Figures that come in by hand: of an account, and of the fans (DOMAIN 3.4, 3.8)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.importing.cells import Unreadable, parse_figure
from profiles.models import Account, FanReport, Kol, Snapshot
from profiles.rules import audience
from profiles.rules import metric as m
from profiles.services import figures

SOURCE = "hand"


def _day(label, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


def _figure(text: str) -> Decimal:
    try:
        value = parse_figure(text)
    except Unreadable as error:
        raise ValidationError(_("This is not a figure.")) from error
    if value is None:
        raise ValidationError(_("This is not a figure."))
    return value


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
        return _figure(self.cleaned_data["value"])

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


class RefreshForm(forms.Form):
    """The new value of a figure: a stock as of a day, a flow since the last one ended. Nothing need be known
    yet: of an account's first figure there is no day.
    """

    value = forms.CharField(label=_("New figure"), max_length=30)
    start = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end = _day(_("On, or until"))

    def __init__(self, figure: Snapshot, data=None, *, today: date):
        self.today = today
        self.is_flow = m.KINDS[figure.metric] == m.FLOW
        start = min(figure.end + timedelta(days=1), today) if figure.end else today
        name = f"{figure.account_id}-{figure.metric}"
        super().__init__(data, initial={"end": today, "start": start}, auto_id=f"{name}-%s")
        if not self.is_flow:
            del self.fields["start"]

    def clean_value(self):
        return _figure(self.cleaned_data["value"])

    def clean_end(self):
        if self.cleaned_data["end"] > self.today:
            raise ValidationError(_("A figure cannot lie in the future."))
        return self.cleaned_data["end"]

    def clean(self):
        cleaned = super().clean()
        if self.is_flow and "start" in cleaned and cleaned["start"] is None:
            self.add_error("start", _("This figure covers days: say from when."))
        if not self.is_flow:
            cleaned["start"] = cleaned.get("end")
        return cleaned


class AudienceField(forms.CharField):
    """Names with their shares, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value):
        try:
            return audience.read(super().clean(value))
        except ValueError as error:
            raise ValidationError(
                _("This line is not understood: %(line)s. Write a name and its share, as Shanghai 40%%.")
                % {"line": str(error)[:60]}
            ) from error


class FanForm(forms.ModelForm):
    """DOMAIN 3.8: what is known of the fans as of a day."""

    class Meta:
        model = FanReport
        fields = ("on", "portability", "reason", "loyalty", "fake_share", "fake_source")
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "reason": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, label in audience.DIMENSIONS.items():
            self.fields[f"audience.{name}"] = AudienceField(
                label=label, required=False, max_length=2000, help_text=_("A name and its share a line.")
            )

    def values(self) -> dict[str, Any]:
        """As the verb takes it."""
        cleaned = dict(self.cleaned_data)
        shares = {name: cleaned.pop(f"audience.{name}", {}) for name in audience.DIMENSIONS}
        return {**cleaned, "audience": {name: found for name, found in shares.items() if found}}

    def _post_clean(self):
        """The verb checks the row."""
