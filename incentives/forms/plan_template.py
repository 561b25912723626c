"""The editor of a plan template: its facts and a row per item, with days instead of dates."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incentives.forms.editor import ItemsEditor
from incentives.forms.plan import BLANK_INDEX, ItemForm
from incentives.models import PlanTemplate
from incentives.services.plan_items import MOST
from incentives.services.plan_template import FARTHEST, ITEM
from profiles.models import KolType, Stage

FACTS = ("title", "note", "stage", "kol_type")


class TemplateForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea({"rows": 2}))
    stage = forms.ChoiceField(
        label=_("For stage"), required=False, choices=[("", _("Any stage")), *Stage.choices]
    )
    kol_type = forms.ModelChoiceField(
        label=_("For type"), required=False, queryset=KolType.objects.all(), empty_label=_("Any type")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TemplateItemForm(ItemForm):
    due_on = None
    ends_on = None
    need = None
    after_days = forms.IntegerField(
        label=_("Days after the start"), required=False, min_value=0, max_value=FARTHEST
    )
    lasts_days = forms.IntegerField(label=_("Lasts days"), required=False, min_value=0, max_value=FARTHEST)

    first = ("kind", "what", "pay", "amount", "currency", "after_days")
    further = ("rate", "base", "floor", "cap", "expected", "period", "lasts_days")

    @property
    def values(self) -> dict[str, Any]:
        values = {name: value for name, value in super().values.items() if name in ITEM}
        return {name: value for name, value in values.items() if value not in (None, "")}


class TemplateEditor(ItemsEditor):
    """The forms of one template, bound when ``data`` is given."""

    def __init__(self, data: QueryDict | None = None, *, template: PlanTemplate | None = None):
        names = (*FACTS, "version")
        initial = {name: getattr(template, name) for name in names} if template else None
        self.data = data
        self.form = TemplateForm(data, initial=initial, use_required_attribute=False)
        if data is not None:
            indexes = data.getlist("items")[: MOST + 1]
            self.item_forms = [TemplateItemForm(data, index=index) for index in indexes]
        else:
            given = template.items if template else [{}]
            self.item_forms = [
                TemplateItemForm(index=str(place), initial=values) for place, values in enumerate(given)
            ]
        self.blank = TemplateItemForm(index=BLANK_INDEX)

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in (self.form, *self.item_forms)]
        return all(found)

    @property
    def facts(self) -> dict[str, Any]:
        facts = {name: self.form.cleaned_data[name] for name in FACTS}
        return facts | {"items": [form.values for form in self.item_forms]}

    @property
    def version(self) -> int:
        return self.form.cleaned_data.get("version") or 0
