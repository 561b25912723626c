"""System checks: nothing is stored of which nobody said what it is for (RELIABILITY 5)."""

from collections import Counter

from django.apps import apps
from django.core.checks import Error, register

from kol_crm.core import personal


@register("privacy")
def every_field_is_classified(**_options) -> list[Error]:
    """A field without a class, one named twice, and an entry whose field or model is gone."""
    declared = personal.declared()
    problems = [
        problem
        for model in apps.get_models()
        for problem in _problems_of(model, declared.pop(model._meta.label, None))
    ]
    stale = (f"{label} is classified but there is no such model." for label in declared)
    return problems + [Error(message, hint="Take it out of privacy.py.", id="core.E002") for message in stale]


def _problems_of(model, entries: list[personal.Entry] | None) -> list[Error]:
    stored = personal.stored_fields(model)
    if entries is None:
        return [_missing(model, "*")]
    if [entry.fields for entry in entries] == [personal.EVERY_FIELD]:
        return []
    named = Counter(name for entry in entries for name in entry.fields.split())
    return (
        [_missing(model, name) for name in stored if name not in named]
        + [_stale(model, f"{name} does not exist.") for name in named if name not in stored]
        + [_stale(model, f"{name} is classified twice.") for name, times in named.items() if times > 1]
    )


def _missing(model, name: str) -> Error:
    return Error(
        f"{model._meta.label}.{name} has no class of personal data.",
        hint=f"Say in the privacy.py of {model._meta.app_label} what it is and what it is held for.",
        obj=model,
        id="core.E001",
    )


def _stale(model, what: str) -> Error:
    return Error(f"{model._meta.label}: {what}", hint="Correct privacy.py.", obj=model, id="core.E002")
