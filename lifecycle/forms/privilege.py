"""Kinds of privileges, granting and withdrawing, platform roles (DOMAIN 5.8)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.stale import StaleForm
from lifecycle import privilege_words
from lifecycle.forms.growing import VersionForm
from lifecycle.models import PlatformRole, PrivilegeKind
from lifecycle.models.privilege import STAGES
from profiles.models import Level


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class KindForm(StaleForm):
    sort = forms.ChoiceField(label=_("What it is"), choices=PrivilegeKind.Sort)
    name_en = forms.CharField(label=_("English name"), max_length=80)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=80)
    levels = forms.MultipleChoiceField(
        label=_("Levels"), choices=Level.choices, widget=forms.CheckboxSelectMultiple
    )
    stages = forms.MultipleChoiceField(
        label=_("Stages"),
        choices=[(stage.value, stage.label) for stage in STAGES],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data=None, *, kind: PrivilegeKind | None = None):
        names = (*(name for name in self.base_fields if name != "version"), "version")
        super().__init__(data, initial={name: getattr(kind, name) for name in names} if kind else {})
        if kind is None:
            del self.fields["version"]

    def on_top_of(self, current) -> None:
        """All that was ticked stays ticked."""
        ticked = {name: self.data.getlist(name) for name in ("levels", "stages")}
        super().on_top_of(current)
        self.data = {**self.data, **ticked}


class RetireForm(VersionForm):
    """No longer granted, or granted again."""


class GrantForm(forms.Form):
    """Kinds that this KOL may hold; of the others it says why not."""

    kind = forms.ModelChoiceField(label=_("Privilege"), queryset=PrivilegeKind.objects.none())
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, data=None, *, kol):
        super().__init__(data)
        held = kol.privileges.filter(withdrawn_at=None).values("kind")
        self.fields["kind"].queryset = PrivilegeKind.objects.offered().exclude(pk__in=held)
        refusals = [privilege_words.refusal(kind, kol) for kind in self.fields["kind"].queryset]
        self.fields["kind"].help_text = " ".join(filter(None, refusals))


class WithdrawForm(VersionForm):
    reason = forms.CharField(label=_("Why"), max_length=300)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=PlatformRole.Role)
    since = forms.DateField(label=_("From (today, if empty)"), required=False, widget=_day())
    until = forms.DateField(label=_("Last day (open, if empty)"), required=False, widget=_day())
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class ExtendForm(VersionForm):
    until = forms.DateField(label=_("New last day (open, if empty)"), required=False, widget=_day())


class EndForm(VersionForm):
    reason = forms.CharField(
        label=_("Why it ends"),
        required=False,
        max_length=300,
        help_text=_("Needed where it ends before its last day."),
    )
