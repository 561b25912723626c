"""Forms of the programme and its candidates. What is wrong beyond a field's kind is said by the verbs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import User
from lifecycle.models import WORK, Candidate, Programme, Step
from lifecycle.services import candidate as candidates
from profiles.forms.fields import FileField
from profiles.forms.note import LONG, day_input
from profiles.models import Field, Kol, Stage
from profiles.services import access

FACTS = ("name", "purpose", "deeds", "success", "starts_on", "ends_on", "target", "owner")
NO_PURPOSE = (("", _("Not decided yet")),)


class ProgrammeForm(forms.Form):
    """``user`` says who may own it; ``programme`` is the one edited."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=[*NO_PURPOSE, *Programme.Purpose.choices]
    )
    fields_ = forms.ModelMultipleChoiceField(
        label=_("Fields"), queryset=Field.objects.none(), required=False, to_field_name="slug"
    )
    deeds = forms.CharField(
        label=_("Expected deeds"),
        required=False,
        widget=LONG,
        help_text=_("What the KOLs are to do. Outreach starts only with a purpose and expected deeds."),
    )
    success = forms.CharField(
        label=_("Seen by which figure"),
        max_length=200,
        required=False,
        help_text=_("The figure by which success will be seen."),
    )
    starts_on = forms.DateField(label=_("From"), required=False, widget=day_input())
    ends_on = forms.DateField(label=_("Until"), required=False, widget=day_input())
    target = forms.IntegerField(
        label=_("Target number of KOLs"), required=False, min_value=0, max_value=1_000_000
    )
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), to_field_name="username")

    def __init__(self, data=None, *, user, programme: Programme | None = None):
        self.programme = programme
        super().__init__(data, initial=_initial(user, programme))
        also = [programme.owner_id] if programme else []
        owners = access.owners_for(user) | User.objects.filter(pk__in=[*also, user.pk], team__isnull=False)
        self.fields["owner"].queryset = owners.distinct().order_by("display_name", "username")
        self.fields["fields_"].queryset = Field.objects.offered()

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in FACTS}

    @property
    def chosen(self) -> list[Field]:
        """The fields, those that stood already in their order."""
        rows = self.programme.programme_fields.select_related("field") if self.programme else ()
        standing = [row.field for row in rows]
        asked = list(self.cleaned_data["fields_"])
        return [one for one in standing if one in asked] + [one for one in asked if one not in standing]

    def refuse(self, error) -> None:
        for name, messages in error.message_dict.items():
            at = "fields_" if name == "fields" else name
            self.add_error(at if at in self.fields else None, messages)


def _initial(user, programme: Programme | None) -> dict:
    if programme is None:
        return {"owner": user.username}
    facts = {name: getattr(programme, name) for name in FACTS if name != "owner"}
    chosen = [row.field.slug for row in programme.programme_fields.select_related("field")]
    return {**facts, "owner": programme.owner.username, "fields_": chosen, "version": programme.version}


WHYS = ("why_oversupplied", "why_external")


class CandidateForm(forms.Form):
    """A file in introduction, not yet a candidate of this programme; reasons once they are asked for."""

    kol = FileField(
        label=_("KOL"),
        stage=Stage.INTRODUCTION,
        help_text=_("By name, pinyin, handle or phone: a file in introduction."),
    )
    source = forms.ChoiceField(label=_("Source"), choices=Candidate.Source)
    introducer = forms.CharField(label=_("Introduced by"), max_length=120, required=False)
    why_oversupplied = forms.CharField(
        label=_("Why in spite of enough KOLs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked where the field is oversupplied."),
    )
    why_external = forms.CharField(
        label=_("Why before the suggestions from own users"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked for other channels while own users are not reviewed."),
    )

    def __init__(self, data=None, *, user, kol: Kol | None = None):
        super().__init__(data, initial={"kol": kol.pk} if kol else None)
        if data is None:
            for name in WHYS:
                del self.fields[name]
        asked = self.fields["kol"]
        asked.user = user
        if kol is not None:
            asked.widget.attrs["data-person-name"] = kol.name


class CandidateOfForm(CandidateForm):
    """The same from the file: of which programme it becomes a candidate."""

    programme = forms.ModelChoiceField(
        label=_("Programme"),
        queryset=Programme.objects.none(),
        help_text=_("Programmes of your team in which this file is not yet."),
    )
    field_order = ("programme",)

    def __init__(self, data=None, *, user, kol: Kol):
        super().__init__(data, user=user)
        del self.fields["kol"]
        open_ones = Programme.objects.visible_to(user, WORK).exclude(state=Programme.State.CLOSED)
        self.fields["programme"].queryset = open_ones.exclude(candidates__kol=kol).order_by("name", "pk")


class StepForm(forms.Form):
    """Setting a candidate back: to an earlier step, with a reason."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    step = forms.ChoiceField(label=_("Back to"))
    why = forms.CharField(label=_("Why"), widget=LONG, required=False)

    def __init__(self, data=None, *, candidate: Candidate, to: str = ""):
        super().__init__(data, initial={"step": to, "version": candidate.version})
        here = candidates.rank_of(candidate.step)
        earlier = [(step.value, step.label) for step in Step if candidates.rank_of(step) < here]
        self.fields["step"].choices = earlier


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What became of them"),
        required=False,
        choices=[("", _("Open")), *Candidate.Outcome.choices],
    )
    note = forms.CharField(label=_("Note"), required=False, widget=LONG)


class TakeOnForm(forms.Form):
    """A suggested user becomes a file and a candidate."""

    name = forms.CharField(label=_("Name"), max_length=120)
    highlight = forms.CharField(
        label=_("Highlight to build on"),
        widget=LONG,
        required=False,
        help_text=_("What of theirs is worth showing: the start of their story."),
    )
    why_oversupplied = forms.CharField(
        label=_("Why in spite of enough KOLs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked where the field is oversupplied."),
    )
    insist = forms.BooleanField(
        label=_("It is somebody else"),
        required=False,
        help_text=_("Only where somebody like this is on file."),
    )


class RejectForm(forms.Form):
    why = forms.CharField(label=_("Why not"), required=False, widget=LONG)
    look_again_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=day_input(),
        help_text=_("Left empty: not suggested again until somebody takes it back."),
    )
