"""What was changed in a programme, its candidates and their ratings, in words (DOMAIN 3.12)."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core import trail
from kol_crm.core.models import Change
from lifecycle.models import Candidate, Programme, ProgrammeField, Rating, Rubric
from lifecycle.services.fit import name_of

SHOWN = 200
MODELS = {model._meta.label_lower: model for model in (Programme, ProgrammeField, Candidate, Rating)}
NOT_TOLD = ("position", "team", "reviewed_at", "at")


def told(programme: Programme, user) -> list[trail.Told]:
    """Newest first; of candidates only those whose file ``user`` sees."""
    seen = Candidate.objects.visible_to(user).filter(programme=programme)
    names = dict(seen.values_list("pk", "kol__name"))
    rows = Change.objects.filter(root__in=[programme.pk, *names]).exclude(field__in=NOT_TOLD)
    rubrics = {str(rubric.pk): rubric.criteria for rubric in Rubric.objects.all()}
    return trail.newest(rows, SHOWN, names, _what, partial(_value, rubrics))


def _what(change: Change) -> Any:
    model = MODELS.get(change.model)
    if model is None:
        return change.field
    if change.field:
        return model._meta.get_field(change.field).verbose_name
    words = {Programme: _("Programme"), ProgrammeField: _("Field"), Candidate: _("Candidate")}
    return words.get(model, _("Rating"))


def _value(rubrics: Mapping[str, Any], change: Change, value: Any) -> str:
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
    return trail.plain(model, change.field, value)
