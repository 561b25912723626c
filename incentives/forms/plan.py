"""The editor of a plan: its facts and a row per item, each row under an index of its own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incentives.models import IncentivePlan, Kind, PlanItem
from incentives.services.plan_items import FACTS as ITEM_FACTS
from incentives.services.plan_items import MOST
from kol_crm.core import money
from kol_crm.core.wording import babel_locale

BLANK_INDEX = "new"  # of the empty row that the script copies


class PlanForm(forms.ModelForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = IncentivePlan
        fields = ("title", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}


class ItemForm(forms.Form):
    """One item; what is wrong beyond its form is said by the verb."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    what = forms.CharField(label=_("What"), max_length=160)
    amount = forms.DecimalField(label=_("Amount"), required=False, max_digits=14, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), required=False, initial=money.USUAL[0])
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, index: str, **options):
        super().__init__(*args, prefix=f"items-{index}", use_required_attribute=False, **options)
        self.index = index
        self.fields["currency"].choices = money.choices(babel_locale())

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes. Without an amount there is no currency, though the menu always shows one."""
        values = dict(self.cleaned_data)
        if values.get("amount") is None:
            values["currency"] = ""
        return values


class PlanEditor:
    """The forms of one plan, bound when ``data`` is given; its ``items`` lists the rows' indexes in order."""

    def __init__(self, data=None, *, plan: IncentivePlan | None = None):
        names = ("title", "note", "version")
        self.form = PlanForm(data, initial={name: getattr(plan, name) for name in names} if plan else None)
        if data is not None:
            indexes = data.getlist("items")[: MOST + 1]  # one too many is for the verb to refuse
            self.item_forms = [ItemForm(data, index=index) for index in indexes]
        elif plan is not None:
            self.item_forms = [
                ItemForm(index=str(place), initial=_as_initial(item))
                for place, item in enumerate(plan.items.all())
            ]
        else:
            self.item_forms = [ItemForm(index="0")]
        self.blank = ItemForm(index=BLANK_INDEX)

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in (self.form, *self.item_forms)]
        return all(found)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in PlanForm.Meta.fields}

    @property
    def items(self) -> list[dict[str, Any]]:
        return [form.values for form in self.item_forms]

    @property
    def version(self) -> int | None:
        return self.form.cleaned_data["version"]

    def rebased_on(self, current: IncentivePlan) -> "PlanEditor":
        """What was typed, now on top of what somebody saved meanwhile; items that went come as new ones."""
        data = self.form.data.copy()
        data["version"] = str(current.version)
        standing = {str(pk) for pk in current.items.values_list("pk", flat=True)}
        for form in self.item_forms:
            if data.get(form.add_prefix("id")) not in standing:
                data[form.add_prefix("id")] = ""
        return PlanEditor(data)

    def add_error(self, error: ValidationError) -> None:
        """What the verb refused, back at the field it names: ``title``, ``items.0.amount``."""
        for key, messages in error.message_dict.items():
            where, _dot, rest = key.partition(".")
            place, _dot, name = rest.partition(".")
            if where == "items" and place.isdecimal():
                form = self.item_forms[int(place)]
                form.add_error(name if name in form.fields else None, messages)
            else:
                self.form.add_error(where if where in self.form.fields else None, messages)


def _as_initial(item: PlanItem) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in ITEM_FACTS}
    if item.amount is None:
        values.pop("currency")
    return {"id": item.pk, **values}
