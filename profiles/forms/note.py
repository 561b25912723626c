"""Forms of notes. Their fields are the columns of the verbs; what is left empty takes the usual day."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.forms.fields import PersonField
from profiles.models import Calendar, Kol, Need, Promise, Tie
from profiles.services import access, festival

LONG = forms.Textarea(attrs={"rows": 3})


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NoteForm(forms.Form):
    """``kol`` and ``user`` say which choices there are; ``version`` is posted when a note is changed."""

    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data=None, *, kol: Kol, user, initial=None):
        super().__init__(data, initial=initial)
        self.kol, self.user = kol, user
        if not (initial or {}).get("version"):
            del self.fields["version"]

    def clean(self):
        cleaned = super().clean()
        if "version" in self.fields and cleaned.get("version") is None:
            raise forms.ValidationError(_("The page was incomplete. Reload it and save again."))
        return cleaned

    def facts(self) -> dict:
        """What the verb takes: the usual day where none is given."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: value for name, value in given.items() if not (name == "due_on" and value is None)}


class NeedForm(NoteForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Need.Kind)
    what = forms.CharField(label=_("What they need"), max_length=300)
    due_on = forms.DateField(
        label=_("Come back to it on"),
        required=False,
        widget=day_input(),
        help_text=_("Left empty: in as many days as the policy says."),
    )


class PromiseForm(NoteForm):
    by = forms.ChoiceField(label=_("Who promised"), choices=Promise.By, initial=Promise.By.US)
    what = forms.CharField(label=_("What was promised"), max_length=300)
    due_on = forms.DateField(label=_("Due"), widget=day_input())


class RequestForm(NoteForm):
    what = forms.CharField(label=_("What they ask"), max_length=2000, widget=LONG)
    taker = forms.ModelChoiceField(
        label=_("Who takes it"), queryset=None, required=False, empty_label=_("Whoever owns the file")
    )
    due_on = forms.DateField(
        label=_("Answer due"),
        required=False,
        widget=day_input(),
        help_text=_("Left empty: in as many working days as the policy says."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["taker"].queryset = access.readers_of(self.kol)


class WhenForm(NoteForm):
    """A day as far as it is known."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=1901, max_value=2099)
    month = forms.IntegerField(label=_("Month"), required=False, min_value=1, max_value=12)
    day = forms.IntegerField(
        label=pgettext_lazy("of a month", "Day"), required=False, min_value=1, max_value=31
    )
    calendar = forms.ChoiceField(label=_("Calendar"), choices=Calendar, initial=Calendar.SOLAR)
    leap = forms.BooleanField(label=_("In a leap month"), required=False)


class DateForm(WhenForm):
    festival = forms.ChoiceField(
        label=_("Festival they keep"), required=False, help_text=_("It brings its name and its day.")
    )
    what = forms.CharField(label=_("What day it is"), max_length=120, required=False)
    yearly = forms.BooleanField(label=_("Every year"), required=False, initial=True)
    greet = forms.BooleanField(label=_("Greet on that day"), required=False, initial=True)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=LONG)
    field_order = ("version", "festival", "what")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kept = (self.initial or {}).get("festival")
        known = dict(festival.choices())
        if kept and kept not in known:
            known[kept] = (self.initial or {}).get("what") or kept
        self.fields["festival"].choices = [("", _("None: a day of their own")), *known.items()]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("festival") and not cleaned.get("what") and "what" not in self.errors:
            self.add_error("what", _("This field is required."))
        return cleaned


class EventForm(WhenForm):
    what = forms.CharField(label=_("What happens"), max_length=200)
    gift_idea = forms.CharField(label=_("Gift idea"), required=False, max_length=200)
    greet = forms.BooleanField(label=_("Greet on that day"), required=False, initial=True)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=LONG)
    field_order = ("version", "what")


class TieForm(NoteForm):
    kind = forms.ChoiceField(label=_("What they are"), choices=Tie.Kind)
    name = PersonField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Choose a file, or write the name of somebody who has none."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=LONG)
    ended_on = forms.DateField(label=_("Ended on"), required=False, widget=day_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "version" in self.fields:  # the other end stays; a name may be written better
            self.fields["name"] = forms.CharField(label=_("Name"), required=False, max_length=120)
        else:
            self.fields["name"].user, self.fields["name"].without = self.user, self.kol.pk

    def facts(self) -> dict:
        facts = super().facts()
        if "version" in self.fields:
            return facts if self.initial.get("name") else {**facts, "name": ""}
        other, name = facts.pop("name")
        return {**facts, "name": name} | ({"other_id": other.pk} if other else {})


class DeclineForm(NoteForm):
    outcome = forms.CharField(label=_("Why it is declined"), max_length=2000, widget=LONG)


class BreakForm(NoteForm):
    make_good = forms.CharField(label=_("How it is made good"), max_length=2000, widget=LONG)


ANSWERED = (("", _("Not known yet")), ("yes", _("Satisfied")), ("no", _("Not satisfied")))


class JudgeForm(NoteForm):
    satisfied = forms.TypedChoiceField(
        label=_("Was the KOL satisfied?"),
        required=False,
        choices=ANSWERED,
        empty_value=None,
        coerce=lambda word: word == "yes",
    )


class AnswerForm(JudgeForm):
    answer = forms.CharField(label=_("How it was answered"), max_length=5000, widget=LONG)
    field_order = ("version", "answer", "satisfied")
