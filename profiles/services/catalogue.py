"""Fields and types: added, renamed, ordered, retired; what stands on a file stays (DOMAIN 1.3, 1.4)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kol_crm.core import history, rights
from kol_crm.core.actor import Actor
from profiles.models.catalogue import Named

FACTS = frozenset({"name_en", "name_zh", "retired"})


def add(actor: Actor, kind: type[Named], name_en: str, name_zh: str) -> Named:
    """A new entry at the end of its list; its key comes from the English name and stays."""
    _demand(actor)
    slug = slugify(name_en)[:40]
    if not slug:
        raise ValidationError({"name_en": _("Give it an English name with letters or digits.")})
    _demand_new(kind, name_en, name_zh)
    if kind._default_manager.filter(slug=slug).exists():
        raise ValidationError({"name_en": _("There is one of this name.")})
    with transaction.atomic():
        last = kind._default_manager.aggregate(last=Max("position"))["last"]
        row = kind(slug=slug, name_en=name_en, name_zh=name_zh, position=0 if last is None else last + 1)
        return history.create(actor, row)


def edit(actor: Actor, row: Named, changes: Mapping[str, Any], version: int | None) -> Named:
    """Rename, retire, bring back. Raises ``Conflict``, ``ValidationError`` keyed by field."""
    _demand(actor)
    history.only_facts(changes, FACTS)
    names = {name: changes.get(name, getattr(row, name)) for name in ("name_en", "name_zh")}
    _demand_new(type(row), **names, but=row)
    return history.save(actor, row, changes, version)


def move(actor: Actor, row: Named, steps: int) -> None:
    """Change places with the neighbour above (-1) or below (1)."""
    _demand(actor)
    with transaction.atomic():
        rows = list(type(row)._default_manager.select_for_update().order_by("position", "slug"))
        place = next(index for index, one in enumerate(rows) if one.pk == row.pk)
        wanted = min(max(place + steps, 0), len(rows) - 1)
        rows.insert(wanted, rows.pop(place))
        for position, one in enumerate(rows):
            if one.position != position:
                history.save(actor, one, {"position": position}, None)


def refusals(given: Iterable[Named], held: Collection[Any] = ()) -> list[str]:
    """Of entries that a file is to have those that are retired, in words; what it holds already stays."""
    return [
        _("“%(name)s” is no longer given.") % {"name": one}
        for one in given
        if one.retired and one.pk not in held
    ]


def demand_offered(name: str, given: Iterable[Named | None], held: Collection[Any] = ()) -> None:
    """Raises ``ValidationError`` keyed ``name`` where a file is given what is retired."""
    if wrong := refusals([one for one in given if one is not None], held):
        raise ValidationError({name: wrong})


def _demand_new(kind: type[Named], name_en: str, name_zh: str, but: Named | None = None) -> None:
    others = kind._default_manager.exclude(pk=but.pk) if but else kind._default_manager.all()
    errors = {
        name: _("There is one of this name.")
        for name, value in (("name_en", name_en), ("name_zh", name_zh))
        if others.filter(**{f"{name}__iexact": value}).exists()
    }
    if errors:
        raise ValidationError(errors)


def _demand(actor: Actor) -> None:
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_policy)
