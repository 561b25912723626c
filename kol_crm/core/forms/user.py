"""Users, their absences and what becomes of what they hold."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.forms.me import language_choices
from kol_crm.core.forms.stale import StaleForm
from kol_crm.core.models import Team, User
from kol_crm.core.services import absence, user
from kol_crm.core.zones import zone_choices


class TeamField(forms.ModelChoiceField):
    """A team, indented by its depth."""

    def label_from_instance(self, team):
        return "\u2003" * (team.path.count("/") - 1) + team.name


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Mail address"), max_length=254)
    username = forms.RegexField(
        r"^[\w.@+-]+$",
        label=_("User name"),
        max_length=150,
        help_text=_("Letters, digits and . @ + - _; it stays."),
    )
    display_name = forms.CharField(label=_("Display name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=User.Role.choices, initial=User.Role.OPERATOR)
    team = TeamField(label=_("Team"), queryset=Team.objects.order_by("path"), required=False, empty_label="–")
    language = forms.ChoiceField(label=_("Language"), required=False, choices=language_choices)
    zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=zone_choices,
        widget=forms.Select(attrs={"data-tom": True, "placeholder": _("As the installation")}),
    )


ALONG, GIVE = "along", "give"


class UserForm(StaleForm, InviteForm):
    """``files`` is asked only where the user holds something."""

    def __init__(self, data=None, *, person: User, holds: bool):
        names = ("email", "username", "display_name", "role", "team", "language", "zone", "version")
        super().__init__(data, initial={name: getattr(person, name) for name in names})
        del self.fields["username"]
        if holds:
            self.fields["files"] = forms.ChoiceField(
                label=_("If team or role change"),
                required=False,
                choices=[(ALONG, _("their files go along")), (GIVE, _("their files go to somebody else"))],
                widget=forms.RadioSelect,
            )
            self.fields["receiver"] = ReceiverField(person, required=False)

    @property
    def facts(self):
        return {key: value for key, value in super().facts.items() if key not in ("files", "receiver")}

    @property
    def along(self) -> bool | None:
        return {ALONG: True, GIVE: False}.get(self.cleaned_data.get("files", ""))

    @property
    def receiver(self) -> User | None:
        return self.cleaned_data.get("receiver")


class ReceiverField(forms.ModelChoiceField):
    def __init__(self, person: User, **options):
        super().__init__(
            queryset=user.receivers(person),
            label=_("Who takes over"),
            empty_label="–",
            widget=forms.Select(attrs={"data-tom": True}),
            **options,
        )

    def label_from_instance(self, person):
        return f"{person} · {person.team}"


class DeactivateForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data=None, *, person: User, holds: bool):
        super().__init__(data, initial={"version": person.version})
        if holds:
            self.fields["receiver"] = ReceiverField(person)


class AbsenceForm(forms.Form):
    starts_on = forms.DateField(label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}))
    deputy = forms.ModelChoiceField(label=_("Who stands in"), queryset=User.objects.none(), empty_label="–")

    def __init__(self, data=None, *, person: User):
        super().__init__(data)
        deputy: Any = self.fields["deputy"]
        deputy.queryset = absence.deputies_for(person)
