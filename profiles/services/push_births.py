"""Items whose file is only to be made: twins on file and a no of earlier are told first, as by an import."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.making import make
from kol_crm.core.text import fold
from profiles.models import ContactPoint, ExternalId, Kol, Source
from profiles.models.attribute import PREFIX
from profiles.rules.naming import full_pinyin
from profiles.rules.twin import Card
from profiles.services import (
    access,
    attribute,
    creating,
    duplicate,
    external_id,
    many,
    many_fields,
    many_parts,
    no_go,
    note,
    push_judging,
    twin,
)
from profiles.services import kol as verbs
from profiles.services.contact_values import Checked
from profiles.services.many import STRENGTH, Birth, NewFile
from profiles.services.push_hanging import Hanging, key_of
from profiles.services.push_item import CONFLICT, CREATED, REFUSED, REJECTED, Case, Taken
from profiles.services.twin import Probe


def take_in(actor: Actor, whose: Source, cases: Sequence[Case], hanging: Hanging) -> set[int]:
    """Make the files; the places of items to be looked at again: somebody else just brought in their id, or
    another item of this push brings in perhaps the same person.
    """
    if not cases:
        return set()
    if not access.may_create(actor.person):
        for case in cases:
            words = {"external_id": [_("You may not create files.")]}
            case.refuse(REJECTED, "permission_denied", words)
        return set()
    _judge(actor, cases, hanging)
    births = {case.place: birth for case in cases if case.taken is None and (birth := _built(actor, case))}
    cards = {case.place: _card(case) for case in cases if case.taken is None}
    _tell(actor, [case for case in cases if case.taken is None], cards)
    later = _one_of_each_person([case for case in cases if case.taken is None], cards)
    wanted = [case for case in cases if case.taken is None and case.place not in later]
    fast = [case for case in wanted if not case.slow]
    _write(actor, [(case, births[case.place]) for case in fast])
    for case in wanted:
        if case.slow:
            _one(actor, case)
    made = [case for case in wanted if case.taken is None]
    _keep_ids(actor, whose, made)
    if over := [case.kol.pk for case in made if case.kol and case.rows.get("twins")]:
        duplicate.refresh(actor, over)
    return later | _brought_in_meanwhile(whose, cases)


def _judge(actor: Actor, cases: Sequence[Case], hanging: Hanging) -> None:
    """What the item says by itself, and its accounts that are on other files."""
    needed = attribute.required() if actor.door in attribute.PEOPLE else []
    given = [case.item.attributes for case in cases]
    judged = attribute.judge([(Kol(), one) for one in given]) if any(given) else [None] * len(cases)
    for case, attributes in zip(cases, judged, strict=True):
        item = case.item
        if attributes is not None:
            item.errors |= attributes.errors
        for one in needed:
            if item.attributes.get(one.key) in (None, ""):
                item.errors[one.field] = [_("This is required.")]
        if "name" not in item.facts and "name" not in item.errors:
            item.errors["name"] = [_("This field is required.")]
        _judge_contacts(case)
        _judge_fields(case)
        own = 0
        for place, entry in enumerate(item.accounts or ()):
            own += entry.get("platform") == "own"
            case.slow |= own > 1 or "id" in entry
            push_judging.find_holder(case, place, entry, None, hanging)


def _judge_contacts(case: Case) -> None:
    named: set[tuple[str, str]] = set()
    channels: set[str] = set()
    for place, entry in enumerate(case.item.contacts or ()):
        value, channel = entry.get("value"), entry.get("channel", "")
        if entry.get("id"):
            case.item.errors[f"contacts.{place}.id"] = [_("There is no such row on this file.")]
        elif not isinstance(value, Checked):
            words = _("This is a mask, not a value: type the whole value.")
            case.item.errors.setdefault(f"contacts.{place}.value", [words])
        elif (channel, value.digest) in named:
            case.item.errors[f"contacts.{place}.value"] = [_("This contact is on the file already.")]
        else:
            named.add((channel, value.digest))
            case.slow |= bool(entry.get("preferred")) and channel in channels
            channels.add(channel)


def _judge_fields(case: Case) -> None:
    fields = case.item.fields or []
    if len({one.pk for one, _said in fields}) < len(fields):
        case.item.errors["fields"] = [_("A field is named twice.")]
    for place, (_one, said) in enumerate(fields):
        if said is not None and (words := many_fields.wrong_with(said)):
            case.item.errors[f"fields.{place}.strength"] = words


def _built(actor: Actor, case: Case) -> Birth | None:
    """The file, checked; refused where it cannot be so. Its agency is set once nothing else is wrong."""
    item = case.item
    accounts: list[Any] = list(item.accounts or ()) or [None]
    account, *more = accounts
    facts = {name: value for name, value in item.facts.items() if name != "agency"}
    new = NewFile(
        facts,
        account,
        [one for one, _said in item.fields or ()],
        item.contacts or (),
        item.tags or (),
        item.attributes,
        more_accounts=more,
        strengths={one.pk: said for one, said in item.fields or () if said is not None},
    )
    birth = None
    if not item.errors:
        try:
            birth = many.build(actor, new)
        except ValidationError as error:
            item.errors |= {_at(name): words for name, words in error.message_dict.items()}
    if item.errors:
        case.refuse(REJECTED, "invalid", item.errors)
    return birth


def _at(name: str) -> str:
    return name.replace("account.", "accounts.0.", 1) if name.startswith("account.") else name


def _card(case: Case) -> Card:
    item = case.item
    contacts = [
        {**entry, "value": entry["value"].value}
        for entry in item.contacts or ()
        if isinstance(entry.get("value"), Checked)
    ]
    fields = [(one, said or STRENGTH) for one, said in item.fields or ()]
    return twin.card_of_values(item.facts, contacts=contacts, accounts=item.accounts or (), fields=fields)


def _tell(actor: Actor, cases: Sequence[Case], cards: dict[int, Card]) -> None:
    """Refuse items of somebody on file, or who said no, unless the item insists; told as one may know."""
    if not cases:
        return
    mine = [cards[case.place] for case in cases]
    twins = twin.find([Probe(card) for card in mine])
    known = no_go.find(mine)
    day = note.installation_day(actor)
    told_no = no_go.tell_all(actor.user, known, day) if any(known) else [[]] * len(cases)
    ids = {one.kol for found in twins for one in found}
    files = creating.known_to(actor.person, ids) if ids else creating.Known({}, set())
    for case, found, no_gos in zip(cases, twins, told_no, strict=True):
        case.rows["twins"] = found
        told = creating.Told(
            [
                creating.Shown(files.kols[one.kol], one.likeness.score)
                for one in found
                if one.kol in files.seen
            ],
            [files.kols[one.kol] for one in found if one.kol not in files.seen],
            no_gos,
        )
        if (told.has_twins or told.is_no_go) and not case.sent.insists:
            refusal = creating.TwinsFound(told)
            case.refuse(CONFLICT, refusal.code, {"item": [str(refusal.message)]}, **refusal.details)


def _brought_in_meanwhile(whose: Source, cases: Sequence[Case]) -> set[int]:
    """Places of the refused whose id another push made since their file was looked for: it is their own."""
    refused = [case for case in cases if case.taken is not None and case.taken.status in REFUSED]
    if not refused:
        return set()
    ids = [case.sent.external_id for case in refused]
    standing = set(
        ExternalId.objects.filter(source=whose, external_id__in=ids).values_list("external_id", flat=True)
    )
    later = [case for case in refused if case.sent.external_id in standing]
    for case in later:
        case.taken = None
    return {case.place for case in later}


def _one_of_each_person(cases: Sequence[Case], cards: dict[int, Card]) -> set[int]:
    """Items that share a contact, an account or a name with an earlier one wait until that is on file."""
    digests = {digest for case in cases for digest in cards[case.place].contacts}
    shared = set(
        ContactPoint.objects.filter(digest__in=digests, shared=True).values_list("digest", flat=True)
    )
    met: set[Any] = set()
    later = set()
    for case in cases:
        marks = set(_marks(case, cards[case.place])) - shared
        if marks & met:
            later.add(case.place)
        else:
            met |= marks
    return later


def _marks(case: Case, card: Card) -> Iterable[Any]:
    yield from card.contacts
    for entry in case.item.accounts or ():
        platform, external, handle = key_of(entry)
        yield from ((platform, word) for word in (external.casefold(), handle) if word)
    if card.fields or card.agency:
        for name in card.names:
            words = sorted(fold(full_pinyin(name.shown)).split())
            yield ("name", "".join(words))


def _write(actor: Actor, wanted: Sequence[tuple[Case, Birth]]) -> None:
    named = [(birth, name) for case, birth in wanted if (name := case.item.facts.get("agency"))]
    known = many_parts.agencies(actor, [name for _birth, name in named]) if named else {}
    for birth, name in named:
        birth.kol.agency = known[fold(name)]
    many.insert(actor, [birth for _case, birth in wanted])
    for case, birth in wanted:
        case.kol = birth.kol


def _one(actor: Actor, case: Case) -> None:
    """By the single verb, with what the set form cannot say."""
    item = case.item
    values = dict(item.facts) | {f"{PREFIX}{key}": value for key, value in item.attributes.items()}
    try:
        with transaction.atomic():
            case.kol = verbs.create(
                actor,
                values,
                contacts=item.contacts or (),
                accounts=item.accounts or (),
                fields=[(one, said or STRENGTH) for one, said in item.fields or ()],
                tags=item.tags or (),
            )
    except ValidationError as error:
        case.refuse(REJECTED, "invalid", error.message_dict)
    except Refused as refusal:
        case.refuse(REJECTED, refusal.code, {"item": [str(refusal.message)]})


def _keep_ids(actor: Actor, whose: Source, cases: Sequence[Case]) -> None:
    rows = []
    shared = [case.kol.pk for case in cases if case.kol and case.slow]
    versions = dict(Kol.objects.filter(pk__in=shared).values_list("pk", "version")) if shared else {}
    for case in cases:
        if case.kol is None:
            continue
        version = versions.get(case.kol.pk, case.kol.version)
        case.taken = Taken(CREATED, case.kol.pk, version)
        rows.append(
            make(
                ExternalId,
                kol=case.kol,
                source=whose,
                external_id=case.sent.external_id,
                digest=case.sent.digest,
                version=version,
            )
        )
    copying.insert(rows)
    history.record_many(actor, external_id.born(rows))
