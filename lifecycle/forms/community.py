"""Communities, joining and leaving, the single contact (DOMAIN 5.7)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecycle.models import Community, Medium
from lifecycle.services import community as verbs
from profiles.forms.fields import PersonField
from profiles.models import Kol, KolType
from profiles.services import access

FACTS = ("name", "type", "channel", "link", "host", "capacity", "spoke_percent", "spoke_on", "note")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CommunityForm(forms.Form):
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the community"), max_length=120)
    type = forms.ModelChoiceField(
        label=_("Type of KOL"), queryset=KolType.objects.none(), required=False, to_field_name="slug"
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Medium)
    link = forms.URLField(label=_("Link"), required=False, max_length=300, assume_scheme="https")
    host = forms.ModelChoiceField(label=_("Host"), queryset=None, to_field_name="username")
    capacity = forms.IntegerField(label=_("Capacity"), required=False, min_value=1, max_value=1_000_000)
    spoke_percent = forms.IntegerField(
        label=_("Spoke in 30 days (%)"), required=False, min_value=0, max_value=100
    )
    spoke_on = forms.DateField(
        label=_("As of"), required=False, widget=_day(), help_text=_("Left empty: today.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data=None, *, user, community: Community | None = None):
        initial = {"host": user.username, "channel": Medium.WECHAT}
        if community is not None:
            initial = {name: getattr(community, name) for name in (*FACTS, "version")}
            initial |= {"host": community.host.username, "type": community.type and community.type.slug}
        super().__init__(data, initial=initial)
        hosts = verbs.hosts_for(user)
        if community is not None:
            hosts = hosts | hosts.model.objects.filter(pk=community.host_id)
        self.fields["host"].queryset = hosts.distinct()
        self.fields["type"].queryset = KolType.objects.offered(community and community.type_id)
        if community is None:
            del self.fields["version"]

    @property
    def facts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class JoinForm(forms.Form):
    """From the community: a KOL by name."""

    kol = PersonField(label="KOL")
    on = forms.DateField(label=_("Joined (today, if empty)"), required=False, widget=_day())

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.fields["kol"].user = user

    def clean_kol(self) -> Kol:
        file, _name = self.cleaned_data["kol"]
        if file is None:
            raise forms.ValidationError(_("Choose a file that you see."))
        return file


class EnterForm(forms.Form):
    """From the file: a community that the user sees."""

    community = forms.ModelChoiceField(label=_("Community"), queryset=Community.objects.none())
    on = forms.DateField(label=_("Joined (today, if empty)"), required=False, widget=_day())

    def __init__(self, data=None, *, kol: Kol, user):
        super().__init__(data)
        rows = Community.objects.visible_to(user).living()
        inside = kol.memberships.filter(left_on=None).values("community")
        self.fields["community"].queryset = rows.exclude(pk__in=inside).order_by("name", "pk")


class LeaveForm(forms.Form):
    on = forms.DateField(label=_("Left (today, if empty)"), required=False, widget=_day())


class ContactForm(forms.Form):
    user = forms.ModelChoiceField(
        label=_("Single contact"),
        queryset=None,
        required=False,
        to_field_name="username",
        empty_label=_("Nobody"),
    )

    def __init__(self, data=None, *, kol: Kol, user=None):
        super().__init__(data, initial={"user": user and user.username})
        self.fields["user"].queryset = access.readers_of(kol)
