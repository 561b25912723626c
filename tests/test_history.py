"""Nothing is changed without a trace: verbs leave their rows, and nobody writes past them (DOMAIN 3.12).

A new function in a ``services/`` folder that takes an ``Actor`` must stand here: in ``VERBS`` with what it
does, or in ``WITHIN`` when a verb calls it in its own transaction.
"""

import ast
import importlib
import inspect
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine

from incentives.models import Greeting, IncentivePlan, PlanItem
from incentives.services import greeting as greetings
from incentives.services import opt_out
from incentives.services import plan as plans
from kol_crm.core import history, policy, snooze
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Disclosure, PolicyVersion, Send
from lifecycle.models import Move, Review
from lifecycle.services import review as reviews
from lifecycle.services import stage
from profiles.models import Account, ContactPoint, FanReport, Kol, LevelRecord, Quote, Snapshot, Touch
from profiles.rules import metric
from profiles.services import account, agency, contact, fans, figures, level, many, quiet, restoring, touch
from profiles.services import kol as kols
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_kol
from tests.permissions.world import DAY, World, build

ROOT = Path(__file__).resolve().parent.parent
EDITABLE = (Kol, ContactPoint, Account, Quote, IncentivePlan, PlanItem, Greeting)
FACTS = (Touch, Move, Snapshot, LevelRecord, FanReport, Disclosure, PolicyVersion)
LATER = NOW + timedelta(minutes=1)
QUOTE = {"what": "video", "amount": Decimal(900), "currency": "CNY", "on": DAY}


def _figure(world: World) -> NewFigure:
    return NewFigure(world.file.account.pk, metric.FOLLOWERS, Decimal(99), DAY, DAY, "hand")


def _active(actor: Actor, world: World) -> IncentivePlan:
    return plans.activate(actor.again(), world.file.plan)


def _queued(actor: Actor, world: World) -> Greeting:
    return greetings.send_by_mail(actor.again(), world.file.greeting)


def _uncertain(actor: Actor, world: World) -> Greeting:
    queued = _queued(actor, world)
    Send.objects.filter(pk=queued.send_id).update(state=Send.State.UNCERTAIN)
    return greetings.settle(actor.again(), queued, Greeting.State.FAILED)


VERBS: dict[str, Callable[[Actor, World], Any]] = {
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
    "profiles.services.contact.add": lambda by, w: contact.add(
        by, w.file.kol, {"channel": "phone", "value": "13500001111"}
    ),
    "profiles.services.contact.change": lambda by, w: contact.change(
        by, w.file.phone, {"value": "13500001111", "label": "home"}
    ),
    "profiles.services.contact.remove": lambda by, w: contact.remove(by, w.file.phone),
    "profiles.services.contact.reveal": lambda by, w: contact.reveal(by, w.file.phone, own=True),
    "profiles.services.contact.mark_dead": lambda by, w: contact.mark_dead(by, w.file.mail, DAY),
    "profiles.services.account.pass_on": lambda by, w: account.pass_on(by, w.file.account, w.unowned),
    "profiles.services.many.create": lambda by, w: many.create(
        by, [many.NewFile({"name": "New"}, {"platform": "bilibili", "handle": "new"})]
    ),
    "profiles.services.many.edit": lambda by, w: many.edit(
        by, [many.Edit(w.file.kol, w.file.account, {"city": "Suzhou"}, {"title": "Other"})]
    ),
    "profiles.services.agency.named": lambda by, w: agency.named(by, "New agency"),
    "profiles.services.level.override": lambda by, w: level.override(by, w.file.kol, "mega", "known to all"),
    "profiles.services.quiet.set_mark": lambda by, w: quiet.set_mark(by, w.file.kol, "mourning"),
    "profiles.services.quiet.clear": lambda by, w: quiet.clear(
        by, quiet.set_mark(by.again(), w.file.kol, "mourning")
    ),
    "profiles.services.restoring.restore": lambda by, w: restoring.restore(
        by, w.file.kol, w.file.change, w.file.kol.version
    ),
    "profiles.services.figures.record": lambda by, w: figures.record(by, [_figure(w)]),
    "profiles.services.fans.report": lambda by, w: fans.report(by, w.file.kol, {"loyalty": 3}),
    "profiles.services.touch.log": lambda by, w: touch.log(by, w.file.kol, channel="phone", began="us"),
    "profiles.services.touch.take_back": lambda by, w: touch.take_back(by, w.file.touch),
    "lifecycle.services.stage.move": lambda by, w: stage.move(by, w.file.kol, "introduction", why="early"),
    "lifecycle.services.stage.undo": lambda by, w: stage.undo(by, w.file.move),
    "lifecycle.services.review.complete": lambda by, w: reviews.complete(by, w.file.review, "stay", "fine"),
    "lifecycle.services.review.reschedule": lambda by, w: reviews.reschedule(
        by, w.file.review, DAY + timedelta(days=9)
    ),
    "incentives.services.plan.create": lambda by, w: plans.create(by, w.file.kol, {"title": "New"}),
    "incentives.services.plan.edit": lambda by, w: plans.edit(by, w.file.plan, {"title": "Other"}, []),
    "incentives.services.plan.activate": lambda by, w: plans.activate(by, w.file.plan),
    "incentives.services.plan.finish": lambda by, w: plans.finish(by, _active(by, w)),
    "incentives.services.plan.stop": lambda by, w: plans.stop(by, _active(by, w)),
    "incentives.services.greeting.edit": lambda by, w: greetings.edit(by, w.file.greeting, {"body": "Hi"}),
    "incentives.services.greeting.send_by_mail": lambda by, w: greetings.send_by_mail(by, w.file.greeting),
    "incentives.services.greeting.call_back": lambda by, w: greetings.call_back(by, _queued(by, w)),
    "incentives.services.greeting.mark_by_hand": lambda by, w: greetings.mark_by_hand(
        by, w.file.greeting, "wechat"
    ),
    "incentives.services.greeting.skip": lambda by, w: greetings.skip(by, w.file.greeting, "not this year"),
    "incentives.services.greeting.mark_arrived": lambda by, w: greetings.mark_arrived(by, _uncertain(by, w)),
    "incentives.services.opt_out.opt_out": lambda by, w: opt_out.opt_out(by, w.file.kol),
    "kol_crm.core.policy.change": lambda by, w: policy.change(by, {"reveals_per_hour": 5}),
    "kol_crm.core.snooze.put_off": lambda by, w: snooze.put_off(by, "touch:x", DAY + timedelta(days=1), DAY),
}
# Called inside a verb's transaction; what they write is a part of it, or follows from the fact it wrote.
WITHIN = {
    "profiles.services.parts.fill",
    "profiles.services.parts.replace",
    "profiles.services.account.insert",
    "profiles.services.account.apply",
    "profiles.services.account.drop",
    "profiles.services.quote.insert",
    "profiles.services.quote.apply",
    "profiles.services.quote.drop",
    "profiles.services.importing.demand_importer",
    "profiles.services.matching.look_up",
    "profiles.services.importing.take_in",  # through many.create, many.edit and figures.record
    "profiles.services.contact.insert",
    "profiles.services.contact.apply",
    "profiles.services.contact.drop",
    "profiles.services.kol.wake",
    "profiles.services.kol.tell",
    "profiles.services.touch.redate",
    "profiles.services.touch.begin",
    "profiles.services.touch.redate_many",
    "profiles.services.touch.may_take_back",
    "lifecycle.services.stage.begin",
    "lifecycle.services.stage.wake",
    "lifecycle.services.review.open_first",
    "lifecycle.services.reminder.mark",
    "lifecycle.services.reminder.plan",
    "lifecycle.services.gate.is_manager",
    "lifecycle.services.gate.demand",
    "incentives.services.plan_items.replace",
    "incentives.services.planner.mark",
    "incentives.services.planner.wake",
    "incentives.services.greeting.settle",
}
# Jobs: what they set follows from facts and dates; each leaves a JobRun.
JOBS = {
    "profiles.services.nightly.figures",
    "profiles.services.nightly.due_dates",
    "lifecycle.services.morning.plan",
    "lifecycle.services.morning.gather",
    "incentives.services.planner.plan",
    "incentives.services.planner.plan_window",
}


def verbs_in_the_house() -> set[str]:
    """Every public function of a service module that takes an actor first."""
    found = set()
    for app in ("profiles", "lifecycle", "incentives"):
        for path in sorted((ROOT / app / "services").glob("[a-z]*.py")):
            module = importlib.import_module(f"{app}.services.{path.stem}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                parameters = list(inspect.signature(function).parameters)
                if function.__module__ == module.__name__ and not name.startswith("_") and parameters:
                    found |= {f"{module.__name__}.{name}"} if parameters[0] in ("actor", "_actor") else set()
    return found


def test_every_verb_stands_in_the_table():
    """A write path that nobody looked at is found here."""
    named = set(VERBS) | WITHIN | JOBS
    assert verbs_in_the_house() - named == set(), "add it to VERBS"
    assert {verb for verb in named - verbs_in_the_house() if "core" not in verb} == set(), "gone"


def standing() -> dict[tuple, dict]:
    """The filled facts of every editable row."""
    return {
        (model._meta.label_lower, row.pk): history.snapshot(row)
        for model in EDITABLE
        for row in model._base_manager.all()
    }


def differing(before: dict, after: dict) -> set[tuple]:
    """(model, row, field) of each fact that differs; field empty where the row came or went."""
    found = set()
    for key in before.keys() | after.keys():
        if key not in before or key not in after:
            found.add((*key, ""))
        else:
            was, is_now = before[key], after[key]
            found |= {
                (*key, name) for name in was.keys() | is_now.keys() if was.get(name) != is_now.get(name)
            }
    return found


def facts() -> dict[tuple, Any]:
    return {(model, row.pk): row for model in FACTS for row in model._base_manager.all()}


def traced(actor: Actor) -> set[tuple]:
    rows = Change.objects.filter(change_set=actor.change_set, change_set__user=actor.user)
    rows = rows.filter(change_set__door=actor.door, at=actor.at)
    return {(row.model, row.row, row.field) for row in rows}


def written_by(fact) -> tuple:
    """Who wrote a fact and when, whatever its columns are called."""
    user = next(getattr(fact, name) for name in ("user", "writer", "by", "estimator") if hasattr(fact, name))
    return user, getattr(fact, "written_at", fact.at)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_leaves_who_when_and_through_which_door(verb):
    with time_machine.travel(NOW, tick=False):
        world = build()
        actor = Actor(world.users["owner"], "page", LATER)
        rows, known = standing(), facts()
        VERBS[verb](actor, world)
        changed, trace = differing(rows, standing()), traced(actor)
    added = [fact for key, fact in facts().items() if key not in known]
    if verb not in TWO_STEPS:
        assert changed - trace == set(), "changed without a trace"
    assert trace or added, "the verb left nothing at all"
    for fact in added:
        assert written_by(fact) in ((actor.user, LATER), (None, LATER)), fact


# Their first step is a change-set of its own, made here only to bring the row into the state they need.
TWO_STEPS = {
    "profiles.services.quiet.clear",
    "incentives.services.plan.finish",
    "incentives.services.plan.stop",
    "incentives.services.greeting.call_back",
    "incentives.services.greeting.mark_arrived",
}


@pytest.mark.django_db
def test_a_change_without_a_trace_is_found(operator):
    """The test above bites: a plain save of a fact shows up as untraced."""
    kol = make_kol(operator)
    actor = Actor(operator, "page", LATER)
    rows = standing()
    Kol.objects.filter(pk=kol.pk).update(city="Suzhou")
    assert differing(rows, standing()) - traced(actor) == {("profiles.kol", kol.pk, "city")}


# Writes past core.history in the source

WRITES = {
    "insert",
    "save",
    "delete",
    "update",
    "bulk_update",
    "bulk_create",
    "create",
    "get_or_create",
    "update_or_create",
}
VERSIONED = {"copying", "Kol", "Review", "Greeting", "IncentivePlan", "Agency"}
# (module, model, write): why it is no change of a fact
PAST_HISTORY = {
    ("profiles.services.kol", "Kol", "update"): "figure columns of lists",
    ("profiles.services.parts", "Kol", "update"): "main field: a figure column, follows from the fields",
    ("profiles.services.many", "Kol", "update"): "files that wake, as kol.wake",
    ("profiles.services.many", "copying", "insert"): "many files at once, recorded by history.record_many",
    ("profiles.services.many", "copying", "update"): "many files at once, recorded by history.record_many",
    ("profiles.services.figures", "copying", "insert"): "snapshots: facts",
    ("profiles.services.figures", "copying", "update"): "figure columns of accounts",
    ("profiles.services.standing", "copying", "insert"): "dated levels: facts",
    ("profiles.services.standing", "copying", "update"): "figure columns",
    ("lifecycle.services.stage", "copying", "insert"): "the first stay follows from the new file",
    ("lifecycle.services.stage", "copying", "update"): "figure columns of new files",
    ("profiles.services.next_due", "Kol", "bulk_update"): "figure columns",
    ("profiles.services.touch", "Kol", "bulk_update"): "figure columns",
    ("lifecycle.services.review", "Kol", "bulk_update"): "figure columns of new files",
    ("lifecycle.services.review", "Review", "bulk_create"): "the first review follows from the stay",
    (
        "lifecycle.services.review",
        "Review",
        "create",
    ): "the next review follows from the one done or the move",
    ("lifecycle.services.review", "Review", "delete"): "the open review ends with the departure",
    ("lifecycle.services.review", "Review", "update"): "the open review follows the move",
    ("profiles.services.birthday", "Kol", "bulk_update"): "figure columns",
    ("incentives.services.drafting", "Greeting", "bulk_create"): "a draft follows from the birthday",
    ("incentives.services.drafting", "Greeting", "update"): "so do its state and day",
    ("incentives.services.drafting", "Greeting", "bulk_update"): "the link to its row in the outbox",
    ("incentives.services.planner", "Greeting", "update"): "a day that has passed",
    ("incentives.services.sending", "Greeting", "update"): "the outcome of a send",
    ("kol_crm.demo.stage_set", "Agency", "create"): "demo",
}


def _model_of(node: ast.AST) -> str:
    """``Kol`` of ``Kol.objects.filter(…)``; empty when the chain begins otherwise."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_base_manager"):
            return node.value.id if isinstance(node.value, ast.Name) else ""
        node = node.func if isinstance(node, ast.Call) else node.value
    return ""


def writes_of(module: str, source: str) -> set[tuple[str, str, str]]:
    """(module, model, write) of every write past ``core.history``; of variables, by what they hold."""
    tree, found = ast.parse(source), set()
    held = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _model_of(node.value):
            held[node.targets[0].id] = _model_of(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            on, write = node.func.value, node.func.attr
            model = _model_of(on) or held.get(getattr(on, "id", ""), "")
            if isinstance(on, ast.Name) and on.id == "copying":
                model = "copying"
            if isinstance(on, ast.Name) and write == "save" and on.id not in ("history", "form"):
                model = model or on.id.title()
            found.add((module, model, write))
    return {one for one in found if one[1] in VERSIONED}


def test_versioned_rows_are_written_only_by_history():
    """No bare save() and no update of facts outside ``core.history`` (RELIABILITY 3)."""
    found = set()
    for app in ("kol_crm", "profiles", "lifecycle", "incentives"):
        for path in (ROOT / app).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if "migrations" not in module and module != "kol_crm.core.history":
                found |= writes_of(module, path.read_text())
    assert found - set(PAST_HISTORY) == set(), "go through core.history, or say why here"
    assert set(PAST_HISTORY) - found == set(), "these are gone"


@pytest.mark.parametrize(
    "source",
    [
        "kol.save()",
        "Kol.objects.filter(pk=1).update(city='x')",
        "rows = Kol.objects.all()\nrows.update(city='x')",
        "Kol.objects.filter(pk=1).delete()",
        "Kol.objects.bulk_update(kols, ['city'])",
    ],
)
def test_a_write_past_history_is_found(source):
    assert writes_of("somewhere", source)


def test_history_keeps_no_contact_in_clear(db):
    with time_machine.travel(NOW, tick=False):
        world = build()
        actor = Actor(world.users["owner"], "page", LATER)
        contact.change(actor, world.file.phone, {"value": "13500001111"})
    kept = str(list(Change.objects.values_list("before", "after")))
    assert "1350***" not in kept
    assert not any(secret in kept for secret in (*world.file.secrets, "13500001111"))
    row = Change.objects.get(change_set=actor.change_set, field="value")
    assert set(row.before) == set(row.after) == {"masked", "sealed"}


def test_reviews_that_end_are_recorded(db):
    """Reviews follow from moves but end by a decision, and that is a change like any other."""
    with time_machine.travel(NOW, tick=False):
        world = build()
        actor = Actor(world.users["owner"], "api", LATER)
        reviews.complete(actor, world.file.review, "stay", "fine")
    fields = Change.objects.filter(change_set=actor.change_set, row=world.file.review.pk).values_list(
        "field", flat=True
    )
    assert set(fields) == {"decision", "note"}
    assert Review.objects.get(pk=world.file.review.pk).user == actor.user
