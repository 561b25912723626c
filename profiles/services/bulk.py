"""One change to many files, and its undoing: set forms of ``kol.edit``, ``quiet``, ``archive`` (HOUSE, 5).

Same rules, same history, same listeners as file by file; the number of statements does not grow with the
files. A test feeds both the same and compares.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Team, User
from kol_crm.core.text import fold
from profiles.models import Agency, Field, Kol, KolTag, KolType, Tag
from profiles.models.attribute import PREFIX
from profiles.models.querysets import CLAIM, EDIT
from profiles.rules.attribute import plain
from profiles.services import access, attribute, catalogue, many
from profiles.services import kol as verbs
from profiles.services.many_fields import fields_diff, in_order, in_words, replace_fields

FACTS = ("owner", "type", "agency", "language", "city", "touch_interval", "quiet_cause")
ARCHIVED, OVER = "archived_at", "trash_over"
COLUMNS = (*FACTS, "team", ARCHIVED, OVER)
LINKED: dict[str, type[models.Model]] = {"owner": User, "team": Team, "type": KolType, "agency": Agency}
TAG_LENGTH = 40
Strengths = list[tuple[Field, int]]


@dataclass(frozen=True)
class Changes:
    """What is changed alike in every file. A tag or field that is not named stays as each file has it.

    Attributes are facts too, named ``attr_<key>``.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    archive: bool = False
    tags_add: Sequence[str] = ()
    tags_remove: Sequence[str] = ()
    fields_add: Sequence[tuple[Field, int]] = ()
    fields_remove: Sequence[Field] = ()

    def __bool__(self):
        return any(
            (
                *(self.facts, self.archive, self.tags_add, self.tags_remove),
                *(self.fields_add, self.fields_remove),
            )
        )


@dataclass(frozen=True)
class Target:
    """What one file is to become: columns and attributes, and whole lists where they are given."""

    kol: Kol
    columns: Mapping[str, Any]
    tags: Sequence[str] | None = None
    fields: Strengths | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def check(actor: Actor, changes: Changes) -> None:
    """Refuse what no file could take. Raises ``ValidationError`` keyed by field."""
    facts, attributes = attribute.split(changes.facts)
    history.only_facts(facts, FACTS)
    if not changes:
        raise ValidationError(_("Nothing is to be changed."))
    attribute.check(attributes)
    catalogue.demand_offered("type", [facts.get("type")])
    catalogue.demand_offered("fields_add", [one for one, _strength in changes.fields_add])
    if "owner" in facts:
        access.demand_owner(actor.user, facts["owner"])
    if any(len(word.strip()) > TAG_LENGTH for word in changes.tags_add):
        raise ValidationError({"tags_add": _("A tag has at most %(n)d characters.") % {"n": TAG_LENGTH}})
    if both := {fold(word) for word in changes.tags_add} & {fold(word) for word in changes.tags_remove}:
        raise ValidationError({"tags_add": _("To be added and removed: %(word)s.") % {"word": min(both)}})
    if {one for one, _strength in changes.fields_add} & set(changes.fields_remove):
        raise ValidationError({"fields_add": _("A field cannot be added and removed.")})
    plain = {name: value for name, value in facts.items() if not Kol._meta.get_field(name).is_relation}
    many.check(Kol(**plain), set(plain))


def allowed(actor: Actor, kol_ids: Collection[UUID], changes: Changes) -> list[Kol]:
    """Those that the actor may change so, locked. A file of nobody may be claimed (DOMAIN 3.14).

    None goes to the colleague who is its KOL: they do not see it (DOMAIN 2.1).
    """
    files = Kol.objects.filter(pk__in=kol_ids)
    if owner := changes.facts.get("owner"):
        files = files.exclude(staff_user=owner)
    right = Q(pk__in=files.visible_to(actor.user, EDIT).values("pk"))
    if changes.facts.get("owner") == actor.person:
        right |= Q(pk__in=files.visible_to(actor.user, CLAIM).values("pk"))
    return locked(files.filter(right))


def locked(files: models.QuerySet[Kol]) -> list[Kol]:
    """The files with what they are compared by, locked in one order."""
    rows = files.select_related("owner__team", "type", "agency", "team").order_by("pk")
    rows = rows.prefetch_related("kol_fields__field", "kol_tags__tag")
    return list(rows.select_for_update(of=("self",)))


def apply(actor: Actor, kols: Sequence[Kol], changes: Changes) -> list[UUID]:
    """Change these locked files alike; the ids of those in which anything differed.

    Call inside the transaction that locked them, after ``check``.
    """
    facts, attributes = attribute.split(changes.facts)
    columns = facts | ({ARCHIVED: actor.at} if changes.archive else {})
    return write(
        actor,
        [Target(kol, columns, _tags(kol, changes), _fields(kol, changes), attributes) for kol in kols],
    )


def _tags(kol: Kol, changes: Changes) -> list[str] | None:
    if not changes.tags_add and not changes.tags_remove:
        return None
    gone = {fold(word) for word in changes.tags_remove}
    names = {row.tag.folded: row.tag.name for row in kol.kol_tags.all() if row.tag.folded not in gone}
    for word in changes.tags_add:
        names.setdefault(fold(word), word.strip())
    return list(names.values())


def _fields(kol: Kol, changes: Changes) -> Strengths | None:
    if not changes.fields_add and not changes.fields_remove:
        return None
    kept = {row.field: row.strength for row in in_order(kol) if row.field not in changes.fields_remove}
    for one, strength in changes.fields_add:
        kept.setdefault(one, strength)
    return list(kept.items())


def write(actor: Actor, targets: Sequence[Target]) -> list[UUID]:
    """Make the locked files what is said of them; the ids of those in which anything differed."""
    of_kols: dict[UUID, many.Diffs] = {}
    for one in targets:
        diffs = history.put(one.kol, _with_team(one))
        diffs |= fields_diff(one.kol, one.fields) if one.fields is not None else {}
        diffs |= _tags_diff(one.kol, one.tags) if one.tags is not None else {}
        if diffs:
            of_kols[one.kol.pk] = diffs
    given = [(one.kol, one.attributes) for one in targets if one.attributes]
    for pk in attribute.put_many(actor, given) if given else ():
        of_kols.setdefault(pk, {})
    changed = [one for one in targets if one.kol.pk in of_kols]
    if not changed:
        return []
    _replace_tags([one for one in changed if "tags" in of_kols[one.kol.pk]])
    replace_fields([(one.kol, one.fields or []) for one in changed if "fields" in of_kols[one.kol.pk]])
    kols = [one.kol for one in changed]
    for kol in kols:
        kol.version += 1
    written = {name for diffs in of_kols.values() for name in diffs} & set(COLUMNS)
    copying.update(kols, [*sorted(written), "main_field", "version"])
    history.record_many(actor, ((kol.pk, kol, of_kols[kol.pk]) for kol in kols if of_kols[kol.pk]))
    many.after_giving(actor, many.given_by(kols, of_kols))
    moved = [
        kol.pk for kol in kols if verbs.SHIFTING & set(of_kols[kol.pk]) and "owner" not in of_kols[kol.pk]
    ]
    if moved:
        verbs.tell(actor, moved)
    return [kol.pk for kol in kols]


def _with_team(target: Target) -> Mapping[str, Any]:
    """Another owner takes the file along into the own team, as in ``kol.edit``."""
    owner = target.columns.get("owner")
    if owner is None or owner == target.kol.owner or "team" in target.columns or not owner.team_id:
        return target.columns
    return {**target.columns, "team": owner.team}


def _tags_diff(kol: Kol, words: Sequence[str]) -> many.Diffs:
    before = sorted(row.tag.name for row in kol.kol_tags.all())
    present = {row.tag.folded for row in kol.kol_tags.all()}
    return {"tags": (before, sorted(words))} if {fold(word) for word in words} != present else {}


def _replace_tags(targets: Iterable[Target]) -> None:
    """Tags are words of the team that a file stands in (DOMAIN 3.2)."""
    gone: list[UUID] = []
    come: list[tuple[Kol, str, str]] = []
    for one in targets:
        wanted = {fold(word): word for word in one.tags or ()}
        present = {row.tag.folded: row for row in one.kol.kol_tags.all()}
        gone += [row.pk for folded, row in present.items() if folded not in wanted]
        come += [(one.kol, folded, wanted[folded]) for folded in sorted(wanted.keys() - present.keys())]
    KolTag.objects.filter(pk__in=gone).delete()
    tags = _tags_of_teams({(kol.team_id, folded): word for kol, folded, word in come})
    KolTag.objects.bulk_create(
        [KolTag(kol=kol, tag=tags[kol.team_id, folded]) for kol, folded, _word in come]
    )


def _tags_of_teams(words: Mapping[tuple[UUID, str], str]) -> dict[tuple[UUID, str], Tag]:
    Tag.objects.bulk_create(
        [Tag(team_id=team, folded=folded, name=word[:TAG_LENGTH]) for (team, folded), word in words.items()],
        ignore_conflicts=True,
    )
    found = Tag.objects.filter(team__in={team for team, _f in words}, folded__in={f for _team, f in words})
    return {(tag.team_id, tag.folded): tag for tag in found}


def take_back(actor: Actor, kols: Sequence[Kol], acts: Collection[Change]) -> dict[UUID, set[str]]:
    """Put back what these changes, of one act, made of the locked files; what was changed since stays.

    The fields that were left as they are now, by file. Call inside the transaction that locked them.
    """
    linked, held = _Linked(acts), Held(kols, acts)
    left: dict[UUID, set[str]] = {}
    targets = []
    for kol in kols:
        columns: dict[str, Any] = {}
        attributes: dict[str, Any] = {}
        tags = fields = None
        for change in (one for one in acts if one.root == kol.pk and one.row == kol.pk):
            if change.field.startswith(PREFIX):
                if held.may_go_back(kol, change):
                    attributes[change.field.removeprefix(PREFIX)] = change.before
                else:
                    left.setdefault(kol.pk, set()).add(change.field)
            elif not _stands(kol, change):
                left.setdefault(kol.pk, set()).add(change.field)
            elif change.field == "tags":
                tags = change.before or []
            elif change.field == "fields":
                fields = linked.strengths(change.before or [])
            elif change.field in COLUMNS:
                columns[change.field] = linked.value(change)
        if ARCHIVED in columns:
            columns[OVER] = False
        targets.append(Target(kol, columns, tags, fields, attributes))
    write(actor, targets)
    return left


def _stands(kol: Kol, change: Change) -> bool:
    """Whether the file still is as the change left it."""
    if change.field == "tags":
        return sorted(row.tag.name for row in kol.kol_tags.all()) == change.after
    if change.field == "fields":
        return in_words((row.field, row.strength) for row in in_order(kol)) == change.after
    column = Kol._meta.get_field(change.field)
    now = getattr(kol, change.field)
    if isinstance(column, models.DateTimeField):
        return now == column.to_python(change.after)
    now = history.as_json(now)
    if isinstance(now, dict) and isinstance(change.after, dict):
        return now["id"] == change.after["id"]
    return now == change.after


class Held:
    """The attributes that these changes made, as the files have them now (two queries)."""

    def __init__(self, kols: Collection[Kol], acts: Collection[Change]):
        keys = {one.field.removeprefix(PREFIX) for one in acts if one.field.startswith(PREFIX)}
        standing = attribute.standing() if keys else []
        self.known = {one.key: one for one in standing if one.key in keys}
        self.values = attribute.values_of([kol.pk for kol in kols]) if keys else {}

    def may_go_back(self, kol: Kol, change: Change) -> bool:
        """Whether it still is as the change left it, and may be what it was before."""
        key = change.field.removeprefix(PREFIX)
        now = plain(self.values[kol.pk].get(key))
        return now == change.after and attribute.may_stand(self.known, key, change.before)


class _Linked:
    """The rows that kept values name, in one query for each table."""

    def __init__(self, acts: Collection[Change]):
        self.rows = {}
        for name in LINKED:
            ids = {one.before["id"] for one in acts if one.field == name and one.before}
            self.rows[name] = {str(row.pk): row for row in LINKED[name]._base_manager.filter(pk__in=ids)}
        self.fields = {one.slug: one for one in Field.objects.all()} if self._has_fields(acts) else {}

    @staticmethod
    def _has_fields(acts: Collection[Change]) -> bool:
        return any(one.field == "fields" for one in acts)

    def value(self, change: Change) -> Any:
        if change.field in self.rows:
            return self.rows[change.field].get(change.before["id"]) if change.before else None
        column = Kol._meta.get_field(change.field)
        return column.to_python(change.before) if isinstance(column, models.Field) else None

    def strengths(self, entries: Sequence[Mapping[str, Any]]) -> Strengths:
        return [
            (self.fields[row["field"]], row["strength"]) for row in entries if row["field"] in self.fields
        ]
