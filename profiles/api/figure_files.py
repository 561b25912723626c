"""Rows of figures that name the file as a source knows it, and the platform, in place of the account."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import serializers

from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from kol_crm.core.text import can_be_kept
from profiles.models import Account, ExternalId, Kol, Platform, Source

Errors = dict[str, list[str]]
Named = tuple[str, str, str]  # source, id there, platform


class FileName(StrictSerializer):
    """The file as ``kols/bulk/`` names it."""

    source = serializers.CharField(max_length=40, help_text="One of one's own.")
    external_id = serializers.CharField(max_length=120)


def named(raw: Mapping[str, Any]) -> Named | Errors:
    """What a row with ``file`` names, or what is wrong with the naming, by field."""
    file, platform = raw.get("file"), raw.get("platform")
    errors: Errors = {}
    if not isinstance(file, Mapping):
        return {"file": [_("Give source and external_id.")]}
    errors |= {
        f"file.{name}": ["There is no such field."] for name in file.keys() - {"source", "external_id"}
    }
    for name in ("source", "external_id"):
        if not isinstance(file.get(name), str) or not file[name] or not can_be_kept(file[name]):
            errors[f"file.{name}"] = [_("Give source and external_id.")]
    if not isinstance(platform, str) or platform not in Platform.values:
        errors["platform"] = [_("Say on which platform.")]
    return errors or (file["source"], file["external_id"], str(platform))


def accounts_of(user: User, rows: Sequence[Any]) -> dict[Named, UUID | Errors]:
    """The one account that each of these names, or why it is none (three queries, however many rows)."""
    asked = {
        name
        for raw in rows
        if isinstance(raw, Mapping) and "file" in raw and isinstance(name := named(raw), tuple)
    }
    if not asked:
        return {}
    slugs = {source for source, _id, _platform in asked}
    own = set(Source.objects.filter(slug__in=slugs, owner=user, retired=False).values_list("slug", flat=True))
    files = _files(user, {(source, known) for source, known, _platform in asked if source in own})
    accounts: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    found = Account.objects.filter(kol__in=set(files.values())).order_by()
    for kol, platform, pk in found.values_list("kol", "platform", "pk"):
        accounts[kol, platform].append(pk)
    return {name: _one(name, own, files, accounts) for name in asked}


def _files(user: User, asked: set[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Of the ids those whose file the user sees."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, known in asked:
        by_source[source].append(known)
    wanted = Q(pk__in=[])
    for source, ids in by_source.items():
        wanted |= Q(source__slug=source, external_id__in=ids)
    seen = ExternalId.objects.filter(wanted, kol__in=Kol.objects.visible_to(user)).order_by()
    return {
        (source, known): kol for source, known, kol in seen.values_list("source__slug", "external_id", "kol")
    }


def _one(
    name: Named,
    own: set[str],
    files: Mapping[tuple[str, str], UUID],
    accounts: Mapping[tuple[UUID, str], list[UUID]],
) -> UUID | Errors:
    source, known, platform = name
    if source not in own:
        return {"file.source": [_("There is no such source of yours.")]}
    if (source, known) not in files:
        return {"file.external_id": [_("There is no such row.")]}
    there = accounts.get((files[source, known], platform), [])
    if len(there) == 1:
        return there[0]
    if there:
        return {"platform": [_("The file has several accounts there: name the one by its id.")]}
    return {"platform": [_("The file has no account there.")]}
