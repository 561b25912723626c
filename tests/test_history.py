"""Nothing is changed without a trace: verbs leave their rows, and nobody writes past them (DOMAIN 3.12).

A new function in a ``services/`` folder that takes an ``Actor`` must stand in ``tests/verbs``: in the
``VERBS`` of its app with what it does, or in ``WITHIN`` of ``table.py`` when a verb calls it in its own
transaction.
"""

import ast
import importlib
import inspect
from pathlib import Path

import pytest
import time_machine

from incentives.models import (
    Entry,
    ExchangeRate,
    Gift,
    Greeting,
    IncentivePlan,
    Payout,
    PayoutBatch,
    PlanItem,
    PlanTemplate,
    Strategy,
)
from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Disclosure, PolicyVersion, SavedView, Team, User
from lifecycle.models import (
    AccessGrant,
    Adjustment,
    Attempt,
    Band,
    Booking,
    Budget,
    Candidate,
    CandidateStep,
    Cap,
    CoachingFigure,
    CoachingPlan,
    CoachingSession,
    Community,
    Conflict,
    ConflictStep,
    CooperationPart,
    CooperationPlan,
    CooperationVersion,
    DataSheet,
    Demand,
    Exclusivity,
    ExclusivityFile,
    HandedFile,
    Handover,
    HandoverNote,
    Member,
    Move,
    Outreach,
    OutreachMail,
    Persona,
    PlatformRole,
    PlatformUser,
    Privilege,
    PrivilegeKind,
    Programme,
    ProgrammeField,
    PromiseOwner,
    Rating,
    Review,
    Rule,
    RuleFact,
    RuleLink,
    RuleVersion,
    Sighting,
    SightingFile,
    SingleContact,
    Slot,
    Stop,
    Violation,
    ViolationFile,
)
from lifecycle.services import review as reviews
from profiles.models import (
    Account,
    Agency,
    Attachment,
    Attribute,
    ContactPoint,
    ExternalId,
    FanReport,
    ImportantDate,
    Kol,
    LevelRecord,
    LifeEvent,
    Need,
    NoGo,
    Promise,
    Quote,
    Request,
    Snapshot,
    Source,
    Tie,
    Touch,
)
from profiles.services import (
    contact,
)
from tests.factories import NOW, make_kol
from tests.verbs.table import JOBS, LATER, OF_ADMINS, TWO_STEPS, VERBS, WITHIN

ROOT = Path(__file__).resolve().parent.parent
NOTES = (Need, Promise, Request, ImportantDate, LifeEvent, Tie)
EDITABLE = (
    Kol,
    Agency,
    *NOTES,
    ContactPoint,
    Account,
    Quote,
    Attachment,
    Attribute,
    Source,
    ExternalId,
    IncentivePlan,
    PlanItem,
    PlanTemplate,
    Greeting,
    NoGo,
    Outreach,
    OutreachMail,
    CooperationPlan,
    CooperationPart,
    SavedView,
    Team,
    User,
    Programme,
    ProgrammeField,
    Candidate,
    Rating,
    PlatformUser,
    Rule,
    RuleLink,
    Exclusivity,
    ExclusivityFile,
    Sighting,
    SightingFile,
    Stop,
    Violation,
    ViolationFile,
    Conflict,
    Community,
    Member,
    SingleContact,
    Slot,
    Budget,
    Booking,
    PrivilegeKind,
    Privilege,
    PlatformRole,
    HandedFile,
    PromiseOwner,
    Persona,
    Adjustment,
    CoachingPlan,
    CoachingFigure,
    CoachingSession,
    AccessGrant,
    Strategy,
    Gift,
)
FACTS = (
    Entry,
    Payout,
    PayoutBatch,
    ExchangeRate,
    Touch,
    Move,
    Snapshot,
    LevelRecord,
    FanReport,
    Disclosure,
    PolicyVersion,
    Demand,
    Band,
    Cap,
    CandidateStep,
    Attempt,
    CooperationVersion,
    RuleVersion,
    RuleFact,
    ConflictStep,
    Handover,
    HandoverNote,
    DataSheet,
)


def verbs_in_the_house() -> set[str]:
    """Every public function of a service module that takes an actor first."""
    found = set()
    for app in ("kol_crm.core", "profiles", "lifecycle", "incentives"):
        for path in sorted((ROOT / app.replace(".", "/") / "services").glob("[a-z]*.py")):
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
    beside = {verb for verb in named if verb.startswith("kol_crm.core.") and ".services." not in verb}
    assert named - verbs_in_the_house() - beside == set(), "gone"


def standing_facts() -> dict[tuple, dict]:
    """The filled facts of every editable row, as ``history.snapshot`` names them."""
    found = {}
    for model in EDITABLE:
        names = history._told(model, None)
        columns = [model._meta.get_field(name).attname for name in names]
        for pk, *values in model._base_manager.values_list("pk", *columns):
            filled = {
                name: value
                for name, value in zip(names, values, strict=True)
                if value not in (None, "", [], {})
            }
            found[model._meta.label_lower, history.identity(pk)] = filled
    return found


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


def facts() -> set[tuple]:
    return {(model, pk) for model in FACTS for pk in model._base_manager.values_list("pk", flat=True)}


def traced(actor: Actor) -> set[tuple]:
    rows = Change.objects.filter(change_set=actor.change_set, change_set__user=actor.user)
    rows = rows.filter(change_set__door=actor.door, at=actor.at)
    return {(row.model, row.row, row.field) for row in rows}


def written_by(fact) -> tuple:
    """Who wrote a fact and when, whatever its columns are called."""
    people, moments = ("user", "writer", "by", "estimator", "author"), ("written_at", "at", "created_at")
    user = next(getattr(fact, name) for name in people if hasattr(fact, name))
    return user, next(getattr(fact, name) for name in moments if hasattr(fact, name))


@pytest.fixture(scope="module")
def before_all(_world_as_built, standing):
    """What each verb finds: its transaction begins with the same world."""
    return standing(lambda: (standing_facts(), facts())).copy()


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_leaves_who_when_and_through_which_door(verb, world, before_all):
    rows, known = before_all
    with time_machine.travel(NOW, tick=False):
        actor = Actor(world.users["admin" if verb in OF_ADMINS else "owner"], "page", LATER)
        VERBS[verb](actor, world)
        changed, trace = differing(rows, standing_facts()), traced(actor)
    added = [model._base_manager.get(pk=pk) for model, pk in facts() - known]
    if verb not in TWO_STEPS:
        assert changed - trace == set(), "changed without a trace"
    assert trace or added, "the verb left nothing at all"
    for fact in added:
        assert written_by(fact) in ((actor.user, LATER), (None, LATER)), fact


@pytest.mark.django_db
def test_a_change_without_a_trace_is_found(operator):
    """The test above bites: a plain save of a fact shows up as untraced."""
    kol = make_kol(operator)
    actor = Actor(operator, "page", LATER)
    rows = standing_facts()
    Kol.objects.filter(pk=kol.pk).update(city="Suzhou")
    assert differing(rows, standing_facts()) - traced(actor) == {("profiles.kol", kol.pk, "city")}


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
VERSIONED = {"copying", "Kol", "Review", "Greeting", "IncentivePlan", "PlanTemplate", "Agency"} | {
    *("Need", "Promise", "Request", "ImportantDate", "LifeEvent", "Tie"),
    *("Programme", "Candidate", "PlatformUser", "Outreach", "CooperationPlan", "NoGo"),
    *("Rule", "Violation", "Conflict", "Community", "Slot", "Budget", "Booking"),
    *("Exclusivity", "Sighting", "Stop", "PrivilegeKind", "Strategy", "Gift"),
    *("Persona", "Adjustment", "CoachingPlan", "CoachingSession", "AccessGrant"),
}
# (module, model, write): why it is no change of a fact
PAST_HISTORY = {
    ("profiles.services.merge", "Kol", "update"): "both files at once, under their locks; recorded",
    ("profiles.services.unmerge", "Kol", "update"): "back to what they were, under their locks; recorded",
    ("profiles.services.kol", "Kol", "update"): "figure columns of lists",
    ("profiles.services.holder", "Kol", "update"): "search columns: they follow from the handles",
    (
        "profiles.services.account_followers",
        "copying",
        "update",
    ): "figure columns of accounts: they follow from the figures",
    ("profiles.services.level", "Kol", "update"): "a figure column, with its dated record",
    ("profiles.services.parts", "Kol", "update"): "main field: a figure column, follows from the fields",
    ("profiles.services.many", "Kol", "update"): "files that wake, as kol.wake",
    ("profiles.services.kol", "copying", "insert"): "a new file, recorded by history.record",
    ("profiles.services.many_contacts", "copying", "insert"): "recorded by history.record_many",
    ("profiles.services.account", "copying", "insert"): "an account with its holder, recorded",
    ("profiles.services.many", "copying", "insert"): "many files at once, recorded by history.record_many",
    (
        "profiles.services.many_fields",
        "copying",
        "insert",
    ): "many files at once, recorded by history.record_many",
    ("profiles.services.many", "copying", "update"): "many files at once, recorded by history.record_many",
    ("profiles.services.sharing", "Kol", "update"): "versions of other holders; recorded by the caller",
    (
        "profiles.services.sharing",
        "Agency",
        "update",
    ): "versions of the other holders; recorded by the caller",
    ("profiles.services.holding", "copying", "update"): "many files at once, recorded by history.record_many",
    ("profiles.services.bulk", "copying", "update"): "many files at once, recorded by history.record_many",
    ("profiles.services.export_run", "copying", "insert"): "the parts of an export: how far its job is",
    ("profiles.services.figures", "copying", "insert"): "snapshots: facts",
    ("incentives.services.result", "copying", "insert"): "results: facts, recorded by history.record_many",
    ("profiles.services.standing", "copying", "insert"): "dated levels: facts",
    ("profiles.services.standing", "copying", "update"): "figure columns",
    ("lifecycle.services.stage", "copying", "insert"): "the first stay follows from the new file",
    ("lifecycle.services.stage", "copying", "update"): "figure columns of new files",
    ("lifecycle.services.slot", "copying", "insert"): "many slots at once, recorded by history.record_many",
    ("lifecycle.services.community", "copying", "update"): "many contacts end, recorded by record_many",
    ("lifecycle.services.budget", "Budget", "update"): "what is committed follows from the bookings",
    ("lifecycle.services.pace", "copying", "insert"): "demand of many months: facts",
    ("lifecycle.services.mining", "copying", "insert"): "the feed, recorded by history.record_many",
    ("lifecycle.services.mining", "copying", "update"): "the feed, recorded by history.record_many",
    ("lifecycle.services.candidate", "Candidate", "bulk_update"): "lead on by: follows from step and policy",
    ("lifecycle.services.outreach", "Outreach", "bulk_update"): "the next attempt follows from the facts",
    ("lifecycle.services.cooperation", "CooperationPlan", "update"): "how many versions are kept",
    ("profiles.services.next_due", "copying", "update"): "figure columns",
    (
        "lifecycle.services.privilege",
        "copying",
        "update",
    ): "many withdrawn at once, recorded by history.record_many",
    (
        "lifecycle.services.handover",
        "copying",
        "insert",
    ): "many files at once, recorded by history.record_many",
    (
        "lifecycle.services.handover",
        "copying",
        "update",
    ): "many files at once, recorded by history.record_many",
    ("profiles.services.touch", "copying", "update"): "figure columns",
    ("lifecycle.services.review", "copying", "update"): "figure columns of new files",
    ("lifecycle.services.review", "copying", "insert"): "the first review follows from the stay",
    (
        "lifecycle.services.review",
        "Review",
        "create",
    ): "the next review follows from the one done or the move",
    ("lifecycle.services.review", "Review", "delete"): "the open review ends with the departure",
    ("lifecycle.services.review", "Review", "update"): "the open review follows the move",
    ("profiles.services.birthday", "copying", "update"): "figure columns",
    ("kol_crm.core.vault", "copying", "insert"): "data keys",
    ("profiles.services.import_run", "copying", "insert"): "what became of the rows of an import",
    (
        "profiles.services.many_parts",
        "copying",
        "insert",
    ): "contacts and tags; the caller records the entries",
    ("profiles.services.date", "copying", "update"): "the next day follows from the date",
    ("profiles.services.yearly_again", "copying", "update"): "days follow from rules and catalogue",
    ("incentives.services.drafting", "Greeting", "bulk_create"): "a draft follows from the birthday",
    ("incentives.services.drafting", "Greeting", "update"): "so do its state and day",
    ("incentives.services.drafting", "Greeting", "bulk_update"): "the link to its row in the outbox",
    ("incentives.services.planner", "Greeting", "update"): "a day that has passed",
    ("kol_crm.core.dirty", "copying", "insert"): "marks of what a planner looks at again",
    ("incentives.services.keeping_record", "copying", "insert"): "the risk of a month: facts",
    ("profiles.services.kol", "copying", "update"): "figure columns",
    ("profiles.services.push_edits", "copying", "insert"): "rows of edits whose entries it records itself",
    ("profiles.services.push_edits", "copying", "update"): "the keyed hash of what was sent last",
    ("profiles.services.push_births", "copying", "insert"): "ids of new files, recorded with their birth",
    ("kol_crm.core.webhooks", "copying", "insert"): "messages to be sent: what they tell is in the history",
    ("incentives.services.invitation", "copying", "insert"): "who came by whose code: facts",
    ("incentives.services.sending", "Greeting", "update"): "the outcome of a send",
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


def test_history_keeps_no_contact_in_clear(world):
    with time_machine.travel(NOW, tick=False):
        actor = Actor(world.users["owner"], "page", LATER)
        contact.change(actor, world.file.phone, {"value": "13500001111"})
    kept = str(list(Change.objects.values_list("before", "after")))
    assert "1350***" not in kept
    assert not any(secret in kept for secret in (*world.file.secrets, "13500001111"))
    row = Change.objects.get(change_set=actor.change_set, field="value")
    assert set(row.before) == set(row.after) == {"masked", "sealed"}


def test_reviews_that_end_are_recorded(world):
    """Reviews follow from moves but end by a decision, and that is a change like any other."""
    with time_machine.travel(NOW, tick=False):
        actor = Actor(world.users["owner"], "api", LATER)
        reviews.complete(actor, world.file.review, "stay", "fine")
    fields = Change.objects.filter(change_set=actor.change_set, row=world.file.review.pk).values_list(
        "field", flat=True
    )
    assert set(fields) == {"decision", "note"}
    assert Review.objects.get(pk=world.file.review.pk).user == actor.user
