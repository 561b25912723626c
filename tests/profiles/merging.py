"""Two files with something of everything on them, and what stands on files, for the tests of merging."""

from django.apps import apps
from django.db import models

from incentives.models import Greeting
from kol_crm.core.actor import Actor
from lifecycle.services import review as reviews
from profiles.models import Kol
from profiles.services import attribute, follow, next_due
from profiles.services import contact as contacts
from profiles.services import kol as files
from profiles.services import tie as ties
from tests.factories import NOW, make_kol
from tests.permissions.world import full_file

OWN = {"own_account": "survivor"}
THEIR_OWN = {"own_account": "merged"}


def make_pair(operator):
    """Each with rows of every kind; they share a phone, a third file and a follower."""
    one = full_file(operator, "onemark", "13711110001")
    other = full_file(operator, "othermark", "13711110004")
    contacts.add(Actor(operator, "page", NOW), other.kol, {"channel": "phone", "value": "13711110001"})
    Greeting.objects.filter(kol=other.kol).update(year=2025)
    reviews.complete(Actor(operator, "page", NOW), other.review, "stay", "othermark note")
    _people_and_attributes(operator, one.kol, other.kol)
    next_due.refresh([one.kol.pk, other.kol.pk])  # the world's greetings were not made by a verb
    return one, other


def _people_and_attributes(operator, one, other) -> None:
    """Ties to and from a third file, from each to the other; one follower of both; attributes."""
    actor = Actor(operator, "page", NOW)
    third = make_kol(operator, "thirdmark name")
    for kol, end in ((one, other), (other, one), (other, third), (third, other), (third, one)):
        ties.add(actor.again(), kol, {"kind": "friend", "other": end})
    for key in ("motto", "origin"):
        attribute.create(actor.again(), {"key": key, "name_en": key, "name_zh": key, "kind": "text"})
    files.edit(actor.again(), one, {"attr_motto": "onemark motto"}, None)
    files.edit(actor.again(), other, {"attr_motto": "othermark motto", "attr_origin": "othermark"}, None)
    for kol in (one, other):
        follow.follow(actor.again(), kol)
        kol.refresh_from_db()


def dump(*kols) -> dict:
    """Every row on these files and what hangs on those, all columns but versions, found by this test."""
    ids = [kol.pk for kol in kols]
    found = {("Kol", row["id"]): row for row in Kol.objects.filter(pk__in=ids).values()}
    keys = {}
    for model, _column, rows in _linked(Kol, ids):
        keys.setdefault(model, set()).update(row["id"] for row in rows)
        found |= {(model.__name__, row["id"]): row for row in rows}
    for parent, pks in keys.items():
        for model, _column, rows in _linked(parent, pks):
            found |= {(model.__name__, row["id"]): row for row in rows}
    return {
        key: {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
        | {"version": None}
        for key, row in found.items()
    }


def _linked(target, ids):
    for model in apps.get_models(include_auto_created=True):
        if model.__name__ in ("Duplicate", "Merge", "MergedRow", "Kol"):
            continue
        for column in model._meta.concrete_fields:
            if isinstance(column, models.ForeignKey) and column.related_model is target:
                yield model, column, list(model._base_manager.filter(**{f"{column.name}__in": ids}).values())


def differing(one: dict, other: dict) -> dict:
    """What two dumps differ in, column by column."""
    keys = one.keys() | other.keys()
    return {
        (key[0], name): (one.get(key, {}).get(name), other.get(key, {}).get(name))
        for key in keys
        for name in {*one.get(key, {}), *other.get(key, {})}
        if one.get(key, {}).get(name) != other.get(key, {}).get(name)
    }


def on(model, kol) -> int:
    return model.objects.filter(kol=kol).count()
