"""The editor of a cooperation plan: its facts and a row per part; its steps (DOMAIN 4.7)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kol_crm.core import money
from kol_crm.core.wording import babel_locale
from lifecycle.models import Candidate, CooperationPart, CooperationPlan, PayModel
from lifecycle.services.cooperation_parts import MOST
from profiles.models import Kol, Need, TouchChannel

BLANK_INDEX = "new"  # of the empty row that the script copies
FACTS = ("title", "candidate", "starts_on", "ends_on", "keeps", "keeps_how", "why_not", "note")
NEED = "need:"


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class CooperationForm(forms.ModelForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = CooperationPlan
        fields = FACTS
        widgets = {"note": forms.Textarea({"rows": 3}), "starts_on": _day(), "ends_on": _day()}

    def __init__(self, data=None, *, kol: Kol, user, initial=None):
        super().__init__(data, initial=initial, use_required_attribute=False)
        mine = Candidate.objects.visible_to(user).filter(kol=kol).select_related("programme")
        self.fields["candidate"].queryset = mine
        self.fields["candidate"].label_from_instance = lambda one: str(one.programme)

    def _post_clean(self):
        """What the rows say together is the verb's to check."""


class PartForm(forms.Form):
    """One part; ``answers`` is a kind of need, or ``need:`` and the id of one on file."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    side = forms.ChoiceField(label=_("Side"), choices=CooperationPart.Side)
    what = forms.CharField(label=_("What"), max_length=300)
    answers = forms.ChoiceField(label=_("Which need it answers"), required=False)
    pay_model = forms.ChoiceField(
        label=_("Pay model"), required=False, choices=[("", _("no money")), *PayModel.choices]
    )
    amount = forms.DecimalField(label=_("Amount"), required=False, max_digits=14, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), required=False, initial=money.USUAL[0])
    due_on = forms.DateField(label=_("Due"), required=False, widget=_day())
    exclusive = forms.BooleanField(label=_("Exclusive"), required=False)

    def __init__(self, *args, index: str, needs, **options):
        super().__init__(*args, prefix=f"parts-{index}", use_required_attribute=False, **options)
        self.index = index
        self.fields["currency"].choices = money.choices(babel_locale())
        on_file = [(f"{NEED}{need.pk}", need.what) for need in needs]
        self.fields["answers"].choices = [
            ("", "–"),
            *([(_("Needs on file"), on_file)] if on_file else []),
            (_("Kind of need"), list(Need.Kind.choices)),
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        values = dict(self.cleaned_data)
        answers = values.pop("answers")
        if answers.startswith(NEED):
            values["need"] = answers.removeprefix(NEED)
        else:
            values |= {"answers": answers, "need": None}
        if values.get("amount") is None:
            values["currency"] = ""
        return values


class CooperationEditor:
    """The forms of one plan, bound when ``data`` is given; its ``parts`` lists the rows' indexes in order."""

    def __init__(
        self, data=None, *, kol: Kol, user, plan: CooperationPlan | None = None, candidate: str = ""
    ):
        """``candidate``: for whom of the file's candidacies a new plan is."""
        self.kol, self.user = kol, user
        self.needs = list(Need.objects.filter(kol=kol).open().order_by("due_on", "id"))
        names = (*FACTS, "version")
        initial = {name: getattr(plan, name) for name in names} if plan else {"candidate": candidate}
        self.form = CooperationForm(data, kol=kol, user=user, initial=initial)
        if data is not None:
            indexes = data.getlist("parts")[: MOST + 1]  # one too many is for the verb to refuse
            self.part_forms = [self._row(data, index=index) for index in indexes]
        elif plan is not None:
            self.part_forms = [
                self._row(index=str(place), initial=_as_initial(part))
                for place, part in enumerate(plan.parts.all())
            ]
        else:
            self.part_forms = [
                self._row(index=str(place), initial={"side": side})
                for place, side in enumerate(CooperationPart.Side.values)
            ]
        self.blank = self._row(index=BLANK_INDEX)

    def _row(self, data=None, **options) -> PartForm:
        return PartForm(data, needs=self.needs, **options)

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in (self.form, *self.part_forms)]
        return all(found)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in FACTS}

    @property
    def parts(self) -> list[dict[str, Any]]:
        return [form.values for form in self.part_forms]

    @property
    def version(self) -> int | None:
        return self.form.cleaned_data["version"]

    def rebased_on(self, current: CooperationPlan) -> "CooperationEditor":
        """What was typed, on top of what somebody saved meanwhile; parts that went come as new ones."""
        data = self.form.data.copy()
        data["version"] = str(current.version)
        standing = {str(pk) for pk in current.parts.values_list("pk", flat=True)}
        for form in self.part_forms:
            if data.get(form.add_prefix("id")) not in standing:
                data[form.add_prefix("id")] = ""
        return CooperationEditor(data, kol=self.kol, user=self.user)

    def add_error(self, error: ValidationError) -> None:
        """What the verb refused, back at the field it names: ``title``, ``parts.0.amount``."""
        for key, messages in error.message_dict.items():
            where, _dot, rest = key.partition(".")
            place, _dot, name = rest.partition(".")
            if where == "parts" and place.isdecimal():
                form = self.part_forms[int(place)]
                name = "answers" if name == "need" else name
                form.add_error(name if name in form.fields else None, messages)
            else:
                self.form.add_error(where if where in self.form.fields else None, messages)


def _as_initial(part: CooperationPart) -> dict[str, Any]:
    names = ("side", "what", "answers", "pay_model", "amount", "currency", "exclusive", "due_on")
    values = {name: getattr(part, name) for name in names}
    if part.need_id:
        values["answers"] = f"{NEED}{part.need_id}"
    if part.amount is None:
        values.pop("currency")
    return {"id": part.pk, **values}


class StepForm(forms.Form):
    """The version that the page showed; without it nothing is done."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class SendForm(StepForm):
    channel = forms.ChoiceField(label=_("Sent by"), choices=TouchChannel, initial=TouchChannel.WECHAT)
    voice_reason = forms.CharField(label=_("Why a second one of us writes"), required=False, max_length=300)


class RefuseForm(StepForm):
    cause = forms.CharField(label=_("Why they refuse"), max_length=300)
    evidence = forms.CharField(
        label=_("What was said"), required=False, max_length=5000, widget=forms.Textarea({"rows": 2})
    )
    look_again_on = forms.DateField(
        label=_("Look again on (after half a year, if empty)"), required=False, widget=_day()
    )
