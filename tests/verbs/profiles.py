"""What each verb of profiles does in the small world (tests/permissions/world.py)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import HandedRow, Work
from profiles.models import (
    KolType,
    Request,
)
from profiles.rules import metric
from profiles.services import (
    agency,
    attachment,
    attribute,
    bulk,
    bulk_work,
    catalogue,
    contact,
    creating,
    date,
    duplicate,
    event,
    exports,
    external_id,
    fans,
    figure_intake,
    figures,
    follow,
    handed_row,
    holder,
    import_errors,
    level,
    listed,
    many,
    merge,
    need,
    no_go,
    pasting,
    picture,
    pin,
    promise,
    push,
    quiet,
    restoring,
    source,
    staff,
    tie,
    touch,
    touched,
    trash,
    unmerge,
)
from profiles.services import kol as kols
from profiles.services import request as requests
from profiles.services.figures import NewFigure
from profiles.services.push_item import Item, Sent
from tests import samples
from tests.factories import NOW, kol_type
from tests.permissions.world import DAY, World

NEW_PHONE = {"channel": "phone", "value": "13500001111"}
NO = {"kind": "rejected", "cause": "x", "evidence": "y", "look_again_on": DAY + timedelta(days=90)}


def _handed(by: Actor, world: World) -> HandedRow:
    """The touch of the world's file, in the hand of a colleague."""
    kol = world.file.kol
    return handed_row.hand(by, f"touch:{kol.pk}", kol, kol.owner, world.users["colleague"], "x")


def _note(world: World, name: str) -> Any:
    return world.file.notes[name]


def _answered(actor: Actor, world: World) -> Request:
    return requests.answer(actor.again(), _note(world, "request"), "Done.")


def _row_of_figures(w: World) -> figure_intake.Given:
    return figure_intake.Given(w.file.account.pk, DAY, DAY, "api", {metric.FOLLOWERS: Decimal(4321)})


def _figure(world: World) -> NewFigure:
    return NewFigure(world.file.account.pk, metric.FOLLOWERS, Decimal(99), DAY, DAY, "hand")


def _pasted(world: World) -> pasting.Preview:
    grid = [["date", "followers"], [DAY.isoformat(), "98"]]
    account, owner = world.file.account, world.users["owner"]
    return pasting.of_account(grid, account, owner, DAY, span="day", metric=metric.FOLLOWERS)


def _edited(actor: Actor, world: World) -> Work:
    changes = bulk.Changes(facts={"city": "Suzhou"})
    return works.run_one(bulk_work.start(actor.again(), changes, ids=[world.file.kol.pk]))


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "profiles.services.no_go.record": lambda by, w: no_go.record(by, NO, kol=w.file.kol),
    "profiles.services.no_go.edit": lambda by, w: no_go.edit(
        by, w.file.introduced["no-go"], {"cause": "Other"}
    ),
    "profiles.services.no_go.lift": lambda by, w: no_go.lift(by, w.file.introduced["no-go"], "They called"),
    "profiles.services.kol.create": lambda by, w: kols.create(by, {"name": "New", "city": "Suzhou"}),
    "profiles.services.kol.edit": lambda by, w: kols.edit(
        by,
        w.file.kol,
        {"city": "Suzhou", "likes": ["tea"]},
        None,
        tags=["new"],
        quotes=[{"what": "video", "amount": Decimal(900), "currency": "CNY", "on": DAY}],
    ),
    "profiles.services.kol.archive": lambda by, w: kols.archive(by, w.file.kol, None),
    "profiles.services.kol.restore": lambda by, w: kols.restore(by, w.trashed),
    "profiles.services.kol.claim": lambda by, w: kols.claim(by, w.unowned),
    "profiles.services.kol.claim_many": lambda by, w: kols.claim_many(by, [w.unowned.pk]),
    "profiles.services.creating.create": lambda by, w: creating.create(by, {"name": "New", "city": "Suzhou"}),
    "profiles.services.duplicate.put_aside": lambda by, w: duplicate.put_aside(by, w.pair),
    "profiles.services.duplicate.look_again": lambda by, w: duplicate.look_again(
        by, duplicate.put_aside(by.again(), w.pair)
    ),
    "profiles.services.merge.merge": lambda by, w: merge.merge(
        by, w.file.kol.pk, w.second.kol.pk, {"own_account": "merged", "city": "merged"}
    ),
    "profiles.services.unmerge.unmerge": lambda by, w: unmerge.unmerge(by, w.merge),
    "profiles.services.attachment.add": lambda by, w: attachment.add(by, w.file.kol, "note.txt", b"hello"),
    "profiles.services.attachment.remove": lambda by, w: attachment.remove(by, w.file.attachment),
    "profiles.services.attachment.restore": lambda by, w: attachment.restore(
        by, attachment.remove(by.again(), w.file.attachment)
    ),
    "profiles.services.attribute.create": lambda by, w: attribute.create(
        by, {"key": "new", "name_en": "New", "name_zh": "新", "kind": "text"}
    ),
    "profiles.services.attribute.edit": lambda by, w: attribute.edit(
        by, w.attribute, {"name_en": "Saying", "required": True}, None
    ),
    "profiles.services.attribute.retire": lambda by, w: attribute.retire(by, w.attribute),
    "profiles.services.attribute.take_up": lambda by, w: attribute.take_up(
        by, attribute.retire(by.again(), w.attribute)
    ),
    "profiles.services.attribute.put_many": lambda by, w: attribute.put_many(
        by, [(w.file.kol, {"motto": "other"}), (w.second.kol, {"motto": "new"})]
    ),
    "profiles.services.picture.put": lambda by, w: picture.put(by, w.file.kol, samples.picture(), None),
    "profiles.services.picture.remove": lambda by, w: picture.remove(by, w.file.kol, None),
    "profiles.services.picture.put_back": lambda by, w: picture.put_back(by, w.file.kol, None, None),
    "profiles.services.listed.put": lambda by, w: listed.put(by, w.file.kol, "contacts", NEW_PHONE, None),
    "profiles.services.listed.remove": lambda by, w: listed.remove(
        by, w.file.kol, "contacts", w.file.phone.pk, None
    ),
    "profiles.services.trash.restore_many": lambda by, w: trash.restore_many(by, [w.trashed.pk]),
    "profiles.services.contact.add": lambda by, w: contact.add(
        by, w.file.kol, {"channel": "phone", "value": "13500001111"}
    ),
    "profiles.services.contact.change": lambda by, w: contact.change(
        by, w.file.phone, {"value": "13500001111", "label": "home"}
    ),
    "profiles.services.contact.remove": lambda by, w: contact.remove(by, w.file.phone),
    "profiles.services.contact.reveal": lambda by, w: contact.reveal(by, w.file.phone, own=True),
    "profiles.services.contact.mark_dead": lambda by, w: contact.mark_dead(by, w.file.mail, DAY),
    "profiles.services.holder.pass_on": lambda by, w: holder.pass_on(by, w.file.account, None),
    "profiles.services.pasting.take_in": lambda by, w: pasting.take_in(by, _pasted(w)),
    "profiles.services.many.create": lambda by, w: many.create(
        by, [many.NewFile({"name": "New"}, {"platform": "bilibili", "handle": "new"})]
    ),
    "profiles.services.many.edit": lambda by, w: many.edit(
        by, [many.Edit(w.file.kol, w.file.account, {"city": "Suzhou"}, {"title": "Other"})]
    ),
    "profiles.services.agency.named": lambda by, w: agency.named(by, "New agency"),
    "profiles.services.agency.create": lambda by, w: agency.create(by, {"name": "New"}, [NEW_PHONE]),
    "profiles.services.agency.edit": lambda by, w: agency.edit(
        by, w.file.agency, {"city": "Suzhou"}, None, [NEW_PHONE]
    ),
    "profiles.services.handed_row.hand": lambda by, w: _handed(by, w),
    "profiles.services.handed_row.take_back": lambda by, w: handed_row.take_back(by, _handed(by.again(), w)),
    "profiles.services.need.add": lambda by, w: need.add(by, w.file.kol, {"kind": "data", "what": "Figures"}),
    "profiles.services.need.edit": lambda by, w: need.edit(by, _note(w, "need"), {"what": "Other"}, None),
    "profiles.services.need.meet": lambda by, w: need.meet(by, _note(w, "need")),
    "profiles.services.need.decline": lambda by, w: need.decline(by, _note(w, "need"), "too dear"),
    "profiles.services.need.reopen": lambda by, w: need.reopen(by, need.meet(by.again(), _note(w, "need"))),
    "profiles.services.need.remove": lambda by, w: need.remove(by, _note(w, "need")),
    "profiles.services.promise.add": lambda by, w: promise.add(by, w.file.kol, {"what": "x", "due_on": DAY}),
    "profiles.services.promise.edit": lambda by, w: promise.edit(
        by, _note(w, "promise"), {"by": "kol"}, None
    ),
    "profiles.services.promise.keep": lambda by, w: promise.keep(by, _note(w, "promise")),
    "profiles.services.promise.break_": lambda by, w: promise.break_(by, _note(w, "promise"), "a book"),
    "profiles.services.promise.reopen": lambda by, w: promise.reopen(
        by, promise.keep(by.again(), _note(w, "promise"))
    ),
    "profiles.services.promise.remove": lambda by, w: promise.remove(by, _note(w, "promise")),
    "profiles.services.request.add": lambda by, w: requests.add(by, w.file.kol, {"what": "x"}),
    "profiles.services.request.edit": lambda by, w: requests.edit(
        by, _note(w, "request"), {"taker": w.users["colleague"]}, None
    ),
    "profiles.services.request.answer": lambda by, w: requests.answer(by, _note(w, "request"), "Done."),
    "profiles.services.request.judge": lambda by, w: requests.judge(by, _answered(by, w), satisfied=True),
    "profiles.services.request.reopen": lambda by, w: requests.reopen(by, _answered(by, w)),
    "profiles.services.request.remove": lambda by, w: requests.remove(by, _note(w, "request")),
    "profiles.services.date.add": lambda by, w: date.add(by, w.file.kol, {"what": "x", "month": 5}),
    "profiles.services.date.edit": lambda by, w: date.edit(by, _note(w, "date"), {"day": 2}, None),
    "profiles.services.date.attend": lambda by, w: date.attend(by, _note(w, "date")),
    "profiles.services.date.reopen": lambda by, w: date.reopen(by, date.attend(by.again(), _note(w, "date"))),
    "profiles.services.date.remove": lambda by, w: date.remove(by, _note(w, "date")),
    "profiles.services.event.add": lambda by, w: event.add(by, w.file.kol, {"what": "x", "month": 5}),
    "profiles.services.event.edit": lambda by, w: event.edit(by, _note(w, "life-event"), {"month": 3}, None),
    "profiles.services.event.attend": lambda by, w: event.attend(by, _note(w, "life-event")),
    "profiles.services.event.reopen": lambda by, w: event.reopen(
        by, event.attend(by.again(), _note(w, "life-event"))
    ),
    "profiles.services.event.remove": lambda by, w: event.remove(by, _note(w, "life-event")),
    "profiles.services.tie.add": lambda by, w: tie.add(
        by, w.file.kol, {"kind": "friend", "other_id": w.second.kol.pk}
    ),
    "profiles.services.tie.edit": lambda by, w: tie.edit(by, _note(w, "tie"), {"kind": "rival"}, None),
    "profiles.services.tie.remove": lambda by, w: tie.remove(by, _note(w, "tie")),
    "profiles.services.level.override": lambda by, w: level.override(by, w.file.kol, "mega", "known to all"),
    "profiles.services.staff.set_person": lambda by, w: staff.set_person(
        by, w.file.kol, w.users["colleague"]
    ),
    "profiles.services.quiet.set_mark": lambda by, w: quiet.set_mark(by, w.file.kol, "mourning"),
    "profiles.services.quiet.clear": lambda by, w: quiet.clear(
        by, quiet.set_mark(by.again(), w.file.kol, "mourning")
    ),
    "profiles.services.bulk_work.start": lambda by, w: works.run_one(
        bulk_work.start(by, bulk.Changes(facts={"city": "Suzhou"}), ids=[w.file.kol.pk])
    ),
    "profiles.services.bulk_work.undo": lambda by, w: works.run_one(bulk_work.undo(by, _edited(by, w))),
    "profiles.services.quiet.put": lambda by, w: quiet.put(by, w.file.kol, "mourning"),
    "profiles.services.restoring.restore": lambda by, w: restoring.restore(
        by, w.file.kol, w.file.change, w.file.kol.version
    ),
    "profiles.services.figures.record": lambda by, w: figures.record(by, [_figure(w)]),
    "profiles.services.figure_intake.take_in": lambda by, w: figure_intake.take_in(by, [_row_of_figures(w)]),
    "profiles.services.figures.withdraw": lambda by, w: figures.withdraw(by, w.file.names["snapshot"]),
    "profiles.services.figures.take_back": lambda by, w: figures.take_back(
        by, list(w.file.account.snapshots.filter(metric=metric.FOLLOWERS))
    ),
    "profiles.services.import_errors.written": lambda by, w: import_errors.written(by, w.imported),
    "profiles.services.exports.start": lambda by, w: exports.start(by, QueryDict("stage=initial"), "csv"),
    "profiles.services.exports.again": lambda by, w: exports.again(by, w.exported),
    "profiles.services.fans.report": lambda by, w: fans.report(by, w.file.kol, {"loyalty": 3}),
    "profiles.services.follow.follow": lambda by, w: follow.follow(by, w.file.kol),
    "profiles.services.follow.unfollow": lambda by, w: follow.unfollow(
        by, follow.follow(by.again(), w.file.kol).kol
    ),
    "profiles.services.pin.put": lambda by, w: pin.put(by, w.file.kol, "move", w.file.move.pk, NOW),
    "profiles.services.pin.take_off": lambda by, w: pin.take_off(by, w.file.kol, w.file.touch.pk),
    "profiles.services.touched.log": lambda by, w: touched.log(
        by, w.file.kol, {"channel": "phone", "began": "us"}, {"kind": "need-data", "what": "Figures"}
    ),
    "profiles.services.touch.log": lambda by, w: touch.log(by, w.file.kol, channel="phone", began="us"),
    "profiles.services.touch.take_back": lambda by, w: touch.take_back(by, w.file.touch),
    "profiles.services.source.add": lambda by, w: source.add(
        by, {"slug": "new", "name": "New", "owner": w.users["owner"]}
    ),
    "profiles.services.source.edit": lambda by, w: source.edit(by, w.known.source, {"name": "Other"}, None),
    "profiles.services.external_id.add": lambda by, w: external_id.add(
        by, w.file.kol, w.known.source, "2", None
    ),
    "profiles.services.external_id.remove": lambda by, w: external_id.remove(by, w.known, None),
    "profiles.services.push.take_in": lambda by, w: push.take_in(
        by, w.known.source, [Sent({}, "9", "")], lambda _sent: [Item({"name": "Pushed"})]
    ),
    "profiles.services.catalogue.add": lambda by, w: catalogue.add(by, KolType, "Singer", "歌手"),
    "profiles.services.catalogue.edit": lambda by, w: catalogue.edit(by, kol_type(), {"retired": True}, 1),
    "profiles.services.catalogue.move": lambda by, w: catalogue.move(by, kol_type(), 1),
}
