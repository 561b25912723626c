"""What was changed in a programme, its candidates and their ratings, in words (DOMAIN 3.12)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kol_crm.core.models import Change
from lifecycle.models import Candidate, Programme, ProgrammeField, Rating, Rubric
from lifecycle.services.fit import name_of

SHOWN = 200
MODELS = {model._meta.label_lower: model for model in (Programme, ProgrammeField, Candidate, Rating)}
NOT_TOLD = ("position", "team", "reviewed_at", "at")


class Told(NamedTuple):
    """One change: when, by whom, about whom, what, before and after."""

    at: Any
    by: Any
    about: str
    what: Any
    before: str
    after: str


def told(programme: Programme, user) -> list[Told]:
    """Newest first; of candidates only those whose file ``user`` sees."""
    seen = Candidate.objects.visible_to(user).filter(programme=programme)
    names = dict(seen.values_list("pk", "kol__name"))
    rows = Change.objects.filter(root__in=[programme.pk, *names]).exclude(field__in=NOT_TOLD)
    rows = rows.select_related("change_set__user").order_by("-at", "-pk")[:SHOWN]
    rubrics = {str(rubric.pk): rubric.criteria for rubric in Rubric.objects.all()}
    return [
        Told(
            change.at,
            change.change_set.user or _("System"),
            names.get(change.root, ""),
            _what(change),
            _value(change, change.before, rubrics),
            _value(change, change.after, rubrics),
        )
        for change in rows
    ]


def _what(change: Change) -> Any:
    model = MODELS.get(change.model)
    if model is None:
        return change.field
    if change.field:
        return model._meta.get_field(change.field).verbose_name
    words = {Programme: _("Programme"), ProgrammeField: _("Field"), Candidate: _("Candidate")}
    return words.get(model, _("Rating"))


def _value(change: Change, value: Any, rubrics: Mapping[str, Any]) -> str:
    """Choices by their words, linked rows by their name, a row that came or went by what tells of it."""
    model = MODELS.get(change.model)
    if isinstance(value, dict):
        if "label" in value:
            return str(value["label"])
        if model is Rating:
            criteria = rubrics.get(str(value.get("rubric", {}).get("id", "")), {})
            asked = criteria.get(value.get("criterion"))
            criterion = name_of(asked) if asked else value.get("criterion", "")
            return f"{criterion} {value.get('value', 0)} · {value.get('evidence', '')}"
        if model is ProgrammeField:
            return str(value.get("field", {}).get("label", ""))
        return str(value.get("name") or value.get("highlight") or "")
    if model is not None and change.field:
        choices = dict(getattr(model._meta.get_field(change.field), "flatchoices", ()))
        if value in choices:
            return str(choices[value])
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
    return str(value)
