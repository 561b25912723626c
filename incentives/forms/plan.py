"""The editor of a plan: its facts and a row per item, each row under an index of its own."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.forms import plan_merge
from incentives.forms.editor import ItemsEditor
from incentives.models import IncentivePlan, Kind, Pay, Period, PlanItem
from incentives.services import plan_terms
from incentives.services.plan_items import FACTS as ITEM_FACTS
from incentives.services.plan_items import MOST
from kol_crm.core import money
from kol_crm.core.versioned import BasedForm, Clash
from kol_crm.core.wording import babel_locale
from profiles.models import Kol, Need

BLANK_INDEX = "new"  # of the empty row that the script copies
BASE = "items-base"  # ids of the items that the page showed
FACTS = ("title", "note")


def _of_the_model(name: str, **options) -> Any:
    return IncentivePlan._meta.get_field(name).formfield(**options)  # type: ignore[union-attr]


class PlanForm(BasedForm):
    untracked = ("version",)
    title = _of_the_model("title")
    note = _of_the_model("note", widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ItemForm(BasedForm):
    """One item; what is wrong beyond its form is said by the verb."""

    untracked = ("id",)
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind)
    what = forms.CharField(label=_("What"), max_length=160)
    pay = forms.ChoiceField(label=_("Pay model"), required=False, choices=Pay)
    amount = forms.DecimalField(label=_("Amount"), required=False, max_digits=14, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), required=False, initial=money.USUAL[0])
    due_on = forms.DateField(
        label=_("Due"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    rate = forms.DecimalField(label=_("Rate in %"), required=False, max_digits=6, decimal_places=3)
    base = forms.CharField(label=_("Share of what"), required=False, max_length=80)
    floor = forms.DecimalField(
        label=pgettext_lazy("share terms", "At least"), required=False, max_digits=14, decimal_places=2
    )
    cap = forms.DecimalField(
        label=pgettext_lazy("share terms", "At most"), required=False, max_digits=14, decimal_places=2
    )
    expected = forms.IntegerField(
        label=_("Results expected"), required=False, min_value=0, max_value=1_000_000
    )
    period = forms.ChoiceField(label=_("Paid each"), required=False, choices=[("", "–"), *Period.choices])
    ends_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    need = forms.UUIDField(label=_("Answers the need"), required=False, widget=forms.Select)

    first: tuple[str, ...] = ("kind", "what", "pay", "amount", "currency", "due_on")
    further: tuple[str, ...] = (*("rate", "base", "floor", "cap", "expected", "period", "ends_on", "need"),)

    def __init__(self, *args, index: str, needs: Any = (), **options):
        super().__init__(*args, prefix=f"items-{index}", use_required_attribute=False, **options)
        self.index = index
        if "need" in self.fields:
            need: Any = self.fields["need"].widget
            need.choices = [("", "–"), *needs]
        self.shown = [self[name] for name in self.first]
        self.terms = [self[name] for name in self.further if name != "need" or needs]
        self.note = ""  # what others did to it meanwhile
        currency: Any = self.fields["currency"]
        currency.choices = money.choices(babel_locale())

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes: of the pay models only what belongs to the chosen one, and no currency where
        there is no amount, though the page shows it all.
        """
        values = dict(self.cleaned_data)
        pay = Pay.SHARE if values.get("kind") == Kind.PROFIT_SHARE else values.get("pay") or Pay.BUYOUT
        values["pay"] = pay
        for name in plan_terms.OF_A_MODEL:
            if name not in plan_terms.belonging(pay):
                values[name] = None if name not in ("base", "period") else ""
        if all(values.get(name) is None for name in plan_terms.AMOUNTS):
            values["currency"] = ""
        return values


class PlanEditor(ItemsEditor):
    """The forms of one plan, bound when ``data`` is given; its ``items`` lists the rows' indexes in order.

    An editor as ``merging.save`` takes it: a stale save is put on top of what stands, field by field.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        plan: IncentivePlan | None = None,
        kol: Kol | None = None,
        begun: Any = None,
    ):
        """``begun``: facts and items (``(facts, [values])``) that a new plan starts with."""
        names = (*FACTS, "version")
        initial = {name: getattr(plan, name) for name in names} if plan else None
        self.data = data
        self.kol = plan.kol if plan else kol
        needs = needs_of(self.kol) if self.kol else []
        if begun and data is None:
            initial = begun[0]
        self.form = PlanForm(data, initial=initial, use_required_attribute=False)
        self.clashes: list[Clash] = []
        self.asks = False  # about an item that one side removed and the other changed
        self.base = ""
        if data is not None:
            indexes = data.getlist("items")[: MOST + 1]  # one too many is for the verb to refuse
            self.item_forms = [ItemForm(data, index=index, needs=needs) for index in indexes]
            self.base = data.get(BASE, "")
        elif plan is not None:
            items = list(plan.items.all())
            self.item_forms = [
                ItemForm(index=str(place), initial=as_initial(item), needs=needs)
                for place, item in enumerate(items)
            ]
            self.base = ",".join(str(item.pk) for item in items)
        else:
            given = begun[1] if begun else [{}]
            self.item_forms = [
                ItemForm(index=str(place), initial=values, needs=needs) for place, values in enumerate(given)
            ]
        self.blank = ItemForm(index=BLANK_INDEX, needs=needs)

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in (self.form, *self.item_forms)]
        return all(found)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in FACTS}

    @property
    def items(self) -> list[dict[str, Any]]:
        return [form.values for form in self.item_forms]

    @property
    def base_version(self) -> int:
        """0 for a page that named none: no plan has it, so such a save is never passed over."""
        return self.form.cleaned_data.get("version") or 0

    @property
    def clashing(self) -> set[str]:
        return {clash.name for clash in self.clashes}

    @property
    def needs_choice(self) -> bool:
        return bool(self.clashes) or self.asks

    def on(self, current: IncentivePlan) -> "PlanEditor":
        """What was typed, now on top of what somebody saved meanwhile."""
        merged = plan_merge.on_top_of(self, current, fresh=as_initial)
        editor = PlanEditor(merged.data, kol=self.kol)
        editor.is_valid()
        editor.clashes, editor.asks = merged.clashes, merged.asks
        for form in editor.item_forms:
            form.note = merged.notes.get(form.index, "")
        return editor


def as_initial(item: PlanItem) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in ITEM_FACTS if name != "need"}
    if not item.currency:
        values.pop("currency")
    return {"id": item.pk, "need": item.need_id, **values}


def needs_of(kol: Kol) -> list[tuple[str, str]]:
    """What the KOL wants: open needs first, those met or declined after them."""
    rows = sorted(Need.objects.filter(kol=kol), key=lambda row: (not row.is_open, row.created_at))
    return [(str(row.pk), f"{row.get_kind_display()}: {row.what}") for row in rows]
