"""Forms of campaigns. What is wrong beyond a field's kind is said by the verbs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incentives.models import Campaign, Metric
from incentives.services.campaign import FACTS
from kol_crm.core.models import User
from lifecycle import tables
from profiles.forms.fields import PersonField
from profiles.forms.note import LONG, day_input
from profiles.models import Field, Kol
from profiles.services import access


class CampaignForm(forms.Form):
    """``user`` says who may own it; ``campaign`` is the one edited."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    type = forms.ChoiceField(label=_("Type"), choices=Campaign.Type)
    monetising = forms.BooleanField(
        label=_("Monetising"),
        required=False,
        help_text=_("It turns trust into money: the rhythm guard is asked of whoever joins."),
    )
    starts_on = forms.DateField(label=_("From"), widget=day_input())
    ends_on = forms.DateField(label=_("Until"), widget=day_input())
    field = forms.ModelChoiceField(
        label=_("Field"), queryset=Field.objects.none(), required=False, to_field_name="slug"
    )
    topic = forms.CharField(label=_("Topic"), max_length=120, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=2000, required=False, widget=LONG)
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=LONG)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), to_field_name="username")

    def __init__(self, data=None, *, user, campaign: Campaign | None = None):
        super().__init__(data, initial=_initial(user, campaign))
        also = [campaign.owner_id] if campaign else []
        owners = access.owners_for(user) | User.objects.filter(pk__in=[*also, user.pk], team__isnull=False)
        self.fields["owner"].queryset = owners.distinct().order_by("display_name", "username")
        offered = Field.objects.offered()
        if campaign is not None and campaign.field_id:
            offered = offered | Field.objects.filter(pk=campaign.field_id)
        self.fields["field"].queryset = offered.distinct()

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in FACTS}

    def refuse(self, error) -> None:
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)


def _initial(user, campaign: Campaign | None) -> dict:
    if campaign is None:
        return {"owner": user.username}
    facts = {name: getattr(campaign, name) for name in FACTS if name not in ("owner", "field")}
    field = campaign.field.slug if campaign.field else None
    return {**facts, "owner": campaign.owner.username, "field": field, "version": campaign.version}


class ParticipantForm(forms.Form):
    """Who joins; a manager is asked for a reason once the guard refuses."""

    kol = PersonField(label="KOL")
    reason = forms.CharField(
        label=_("Why in spite of the rhythm guard"),
        max_length=300,
        required=False,
        widget=forms.HiddenInput,
        help_text=_("A manager passes it with a reason, which is kept."),
    )

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.fields["kol"].user = user

    def ask_reason(self) -> None:
        self.fields["reason"].widget = forms.TextInput(attrs={"maxlength": 300})

    def clean_kol(self) -> Kol:
        file, _name = self.cleaned_data["kol"]
        if file is None:
            raise forms.ValidationError(_("Choose a file that you see."))
        return file


class IntoCampaignForm(forms.Form):
    """Which of the campaigns that one edits; a manager's reason goes for whoever the guard refuses."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=None)
    reason = forms.CharField(
        label=_("Why in spite of the rhythm guard"),
        max_length=300,
        required=False,
        help_text=_("For those whom it refuses; left empty, they are left out."),
    )

    def __init__(self, data=None, *, campaigns, may_pass: bool):
        super().__init__(data)
        self.fields["campaign"].queryset = campaigns
        if not may_pass:
            del self.fields["reason"]


class DeliverableForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    what = forms.CharField(label=_("What"), max_length=160)
    due_on = forms.DateField(label=_("Due"), required=False, widget=day_input())
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")


class DoneForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    on = forms.DateField(
        label=_("Done on"), required=False, widget=day_input(), help_text=_("Left empty: today.")
    )
    link = forms.URLField(
        label=_("Where it can be seen"), max_length=500, required=False, assume_scheme="https"
    )


class UnitValueForm(forms.Form):
    metric = forms.ChoiceField(label=_("Figure"), choices=Metric)
    amount = forms.DecimalField(label=_("Worth of one"), max_digits=14, decimal_places=4, min_value=0)
    since = forms.DateField(label=_("Since"), widget=day_input())


class RowsForm(forms.Form):
    """Rows as they are copied from a table, or the table itself; the first row names the columns."""

    rows = forms.CharField(
        label=_("Rows"),
        max_length=500_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Paste them with their headings, or choose a file."),
    )
    file = forms.FileField(
        label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})
    )

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("file") and not str(cleaned.get("rows") or "").strip():
            raise forms.ValidationError(_("Paste rows, or choose a file."))
        return cleaned

    def take(self, columns, verb):
        """What ``verb`` makes of its rows. Raises ``tables.Wrong``."""
        file = self.cleaned_data["file"]
        if file:
            return tables.take(file.name, file.read(), columns, verb)
        return tables.take("rows.txt", self.cleaned_data["rows"].encode(), columns, verb)


class DisputeForm(forms.Form):
    participant = forms.ModelChoiceField(
        label=_("Who disputes it"), queryset=None, required=False, empty_label=_("We ourselves")
    )
    says = forms.CharField(label=_("What they say"), max_length=500, widget=LONG)

    def __init__(self, data=None, *, participants):
        super().__init__(data)
        self.fields["participant"].queryset = participants


class SettleForm(forms.Form):
    counts = forms.TypedChoiceField(
        label=_("Ruling"),
        choices=(("1", _("It counts")), ("0", _("It does not count"))),
        coerce=lambda value: value == "1",
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=LONG)
