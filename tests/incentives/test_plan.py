"""IncentivePlans: items as one set, states as a table, what a KOL may be given (DOMAIN 3.1, 6.2)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from incentives.models import IncentivePlan, PlanItem
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from profiles.services import kol as kol_verbs
from tests.factories import make_kol

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_allowed")]

INTERVIEW = {"kind": "spiritual", "what": "Interview on the front page"}
FEE = {"kind": "material", "what": "Fee", "amount": "1280.50", "currency": "cny", "due_on": date(2026, 12, 1)}


@pytest.fixture
def plan(actor, kol):
    return plans.create(actor, kol, {"title": "Winter"}, [INTERVIEW, FEE])


def facts(plan):
    return list(plan.items.values_list("position", "kind", "what", "amount", "currency", "due_on"))


def as_given(plan):
    return list(plan.items.values("id", "kind", "what", "amount", "currency", "due_on"))


def refused_at(call):
    """The fields of a refusal, and that nothing was written by it."""
    before = (
        list(IncentivePlan.objects.order_by("id").values()),
        list(PlanItem.objects.order_by("id").values()),
        Change.objects.count(),
    )
    with pytest.raises(ValidationError) as refusal:
        call()
    assert before == (
        list(IncentivePlan.objects.order_by("id").values()),
        list(PlanItem.objects.order_by("id").values()),
        Change.objects.count(),
    )
    return sorted(refusal.value.error_dict)


def test_a_new_plan_is_a_draft_with_its_items_in_order(plan, actor, kol, now):
    plan.refresh_from_db()
    assert (plan.kol, plan.state, plan.author, plan.created_at, plan.version) == (
        kol,
        "draft",
        actor.user,
        now,
        1,
    )
    assert facts(plan) == [
        (0, "spiritual", "Interview on the front page", None, "", None),
        (1, "material", "Fee", Decimal("1280.50"), "CNY", date(2026, 12, 1)),
    ]


def test_creating_is_written_into_the_history_of_the_plan(plan, actor):
    changes = Change.objects.filter(root=plan.pk).order_by("id")
    assert {change.change_set_id for change in changes} == {actor.change_set}
    assert [change.model for change in changes] == [
        "incentives.incentiveplan",
        "incentives.planitem",
        "incentives.planitem",
    ]
    assert changes[2].after["amount"] == "1280.50"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"kind": "material", "what": "Fee", "amount": "-0.01", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "1.001", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "1.5", "currency": "JPY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "NaN", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "Infinity", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "1e13", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "1.2万", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "5"}, "currency"),
        ({"kind": "material", "what": "Fee", "amount": "5", "currency": "RMB"}, "currency"),
        ({"kind": "material", "what": "Fee", "amount": "5", "currency": "DEM"}, "currency"),
        ({"kind": "bribe", "what": "Fee"}, "kind"),
        ({"what": "Fee"}, "kind"),
        ({"kind": "material", "what": ""}, "what"),
        ({"kind": "material", "what": "x" * 161}, "what"),
        ({"kind": "material", "what": "Fee", "due_on": "soon"}, "due_on"),
        ({"kind": "material", "what": "Fee", "state": "paid"}, "state"),
        ({"kind": "material", "what": "Fee", "id": "7"}, "id"),
    ],
)
def test_a_refused_item_is_named_at_its_place_and_nothing_is_written(actor, kol, item, field):
    call = lambda: plans.create(actor, kol, {"title": "Winter"}, [INTERVIEW, item])  # noqa: E731
    assert refused_at(call) == [f"items.1.{field}"]


def test_everything_wrong_is_said_at_once(actor, kol):
    items = [{"kind": "material", "what": "Fee", "amount": -1, "currency": "CNY"}, {"kind": "x", "what": ""}]
    call = lambda: plans.create(actor, kol, {"title": ""}, items)  # noqa: E731
    assert refused_at(call) == ["items.0.amount", "items.1.kind", "items.1.what", "title"]


def test_only_title_and_note_are_facts_of_the_plan(actor, kol, plan):
    assert refused_at(lambda: plans.create(actor, kol, {"title": "x", "state": "active"})) == ["state"]
    assert refused_at(lambda: plans.edit(actor, plan, {"kol": kol})) == ["kol"]


def test_fifty_items_are_the_most(actor, kol):
    assert refused_at(lambda: plans.create(actor, kol, {"title": "x"}, [INTERVIEW] * 51)) == ["items"]
    assert plans.create(actor, kol, {"title": "x"}, [INTERVIEW] * 50).items.count() == 50


def test_a_plan_may_be_drafted_without_items_but_not_started(actor, kol):
    plan = plans.create(actor, kol, {"title": "Later"})
    with pytest.raises(Refused) as refusal:
        approvals.activate(actor, plan)
    assert refusal.value.code == "plan_is_empty"
    plan.refresh_from_db()
    assert (plan.state, plan.version) == ("draft", 1)


def test_an_edit_changes_what_differs_and_raises_the_version_once(plan, actor):
    item, fee = as_given(plan)
    fee["amount"] = "2000"
    plans.edit(actor.again(), plan, {"title": "Spring"}, [fee, {"kind": "knowledge", "what": "Course"}], 1)
    plan.refresh_from_db()
    assert (plan.title, plan.version) == ("Spring", 2)
    assert facts(plan) == [
        (0, "material", "Fee", Decimal("2000.00"), "CNY", date(2026, 12, 1)),
        (1, "knowledge", "Course", None, "", None),
    ]
    assert plan.items.first().pk == fee["id"]
    written = Change.objects.filter(root=plan.pk).exclude(change_set=actor.change_set)
    assert sorted((change.model.split(".")[1], change.field) for change in written) == [
        ("incentiveplan", "title"),
        ("planitem", ""),  # the interview left
        ("planitem", ""),  # the course came
        ("planitem", "amount"),
        ("planitem", "position"),
    ]
    gone = written.get(field="", after__isnull=True)
    assert (gone.row, gone.before["what"]) == (item["id"], "Interview on the front page")


def test_changed_items_alone_raise_the_version(plan, actor):
    assert plans.edit(actor.again(), plan, {}, as_given(plan)[:1], 1).version == 2


def test_an_edit_that_changes_nothing_writes_nothing(plan, actor):
    before = Change.objects.count()
    assert plans.edit(actor.again(), plan, {"title": "Winter"}, as_given(plan), 1).version == 1
    assert Change.objects.count() == before


def test_items_left_out_of_an_edit_stay(plan, actor):
    plans.edit(actor, plan, {"note": "Talked on Monday"})
    assert plan.items.count() == 2


def test_a_stale_edit_changes_nothing(plan, actor):
    plans.edit(actor.again(), plan, {"title": "Spring"}, version=1)
    with pytest.raises(Conflict) as conflict:
        plans.edit(actor, plan, {"title": "Autumn"}, [INTERVIEW], version=1)
    assert conflict.value.changed == {"title"}
    plan.refresh_from_db()
    assert (plan.title, plan.version, plan.items.count()) == ("Spring", 2, 2)


def test_an_item_of_another_plan_is_no_item_of_this_one(plan, actor, kol):
    other = plans.create(actor, kol, {"title": "Other"}, [INTERVIEW])
    assert refused_at(lambda: plans.edit(actor, plan, {}, as_given(other))) == ["items.0.id"]


def test_an_item_cannot_stand_twice(plan, actor):
    item = as_given(plan)[0]
    assert refused_at(lambda: plans.edit(actor, plan, {}, [item, item])) == ["items"]


ALLOWED = {
    ("draft", "activate"): "active",
    ("approved", "activate"): "active",
    ("active", "finish"): "done",
    ("active", "stop"): "stopped",
    ("submitted", "withdraw"): "draft",
    **{(state, "edit"): "draft" for state in ("draft", "submitted", "approved")},
}


@pytest.mark.parametrize("verb", ["activate", "finish", "stop", "withdraw", "edit"])
@pytest.mark.parametrize("state", IncentivePlan.State.values)
def test_draft_active_done_or_stopped_and_nothing_else(plan, actor, state, verb):
    """DOMAIN 6.2, the whole table inside policy; who changes what waits or was approved drafts it anew."""
    IncentivePlan.objects.filter(pk=plan.pk).update(state=state)
    call = {
        "activate": approvals.activate,
        "withdraw": approvals.withdraw,
        "finish": plans.finish,
        "stop": plans.stop,
        "edit": lambda actor, plan, version: plans.edit(actor, plan, {"title": "New"}),
    }[verb]
    expected = ALLOWED.get((state, verb))
    if expected:
        assert call(actor, plan, 1).state == expected
        return
    changes = Change.objects.count()
    with pytest.raises(Refused) as refusal:
        call(actor, plan, 1)
    assert (refusal.value.code, refusal.value.details) == ("plan_state", {"state": state})
    plan.refresh_from_db()
    assert (plan.state, plan.title, plan.version, Change.objects.count()) == (state, "Winter", 1, changes)


@pytest.mark.parametrize(
    ("state", "verbs"),
    [
        ("draft", ["activate", "submit"]),
        ("submitted", ["withdraw", "approve", "send_back"]),
        ("approved", ["activate", "submit"]),
        ("active", ["finish", "stop"]),
        ("done", []),
    ],
)
def test_a_page_offers_the_verbs_that_the_table_allows(plan, state, verbs):
    plan.state = state
    assert approvals.verbs_of(plan) == verbs


def test_a_stale_step_changes_nothing(plan, actor):
    plans.edit(actor, plan, {"title": "Spring"})
    with pytest.raises(Conflict):
        approvals.activate(actor, plan, 1)
    plan.refresh_from_db()
    assert plan.state == "draft"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("stage", "departed", "kol_departed"), ("archived_at", "2026-11-01T00:00Z", "kol_archived")],
)
def test_the_departed_and_the_archived_get_no_plan(actor, kol, plan, column, value, code):
    kol_verbs.set_figures(kol.pk, **{column: value})
    for call in (
        lambda: plans.create(actor, kol, {"title": "New"}, [INTERVIEW]),
        lambda: plans.edit(actor, plan, {"title": "New"}),
        lambda: approvals.activate(actor, plan),
    ):
        with pytest.raises(Refused) as refusal:
            call()
        assert refusal.value.code == code
    plan.refresh_from_db()
    assert (IncentivePlan.objects.count(), plan.title, plan.state) == (1, "Winter", "draft")


def test_a_running_plan_of_the_departed_can_be_stopped(actor, kol, plan):
    approvals.activate(actor, plan)
    kol_verbs.set_figures(kol.pk, stage="departed")
    assert plans.stop(actor, plan).state == "stopped"


@pytest.mark.parametrize(
    ("item", "is_money"),
    [
        (FEE, True),
        ({"kind": "profit_share", "what": "Share", "rate": 5, "base": "sales"}, True),
        ({"kind": "material", "what": "A running vest"}, False),
        ({"kind": "resources", "what": "Front page", "amount": "300", "currency": "CNY"}, False),
    ],
)
def test_the_young_get_no_money_without_their_guardians_consent(actor, operator, item, is_money):
    """DOMAIN 3.1: a minor without consent on file, no cash."""
    child = make_kol(operator, "小满", minor=True)
    call = lambda: plans.create(actor, child, {"title": "Gift"}, [item])  # noqa: E731
    if is_money:
        assert refused_at(call) == ["items.0.kind"]
        kol_verbs.edit(actor, child, {"guardian_consent_on": date(2026, 11, 1)}, None)
    assert call().items.count() == 1


def test_consent_is_asked_again_when_the_plan_starts(actor, operator):
    child = make_kol(operator, "小满", minor=True, guardian_consent_on=date(2026, 11, 1))
    plan = plans.create(actor, child, {"title": "Gift"}, [FEE])
    kol_verbs.edit(actor, child, {"guardian_consent_on": None}, None)
    with pytest.raises(Refused) as refusal:
        approvals.activate(actor, plan)
    assert refusal.value.code == "minor_without_consent"
    plan.refresh_from_db()
    assert plan.state == "draft"


@pytest.mark.parametrize(
    ("who", "sees", "edits"),
    [
        ("operator", True, True),
        ("colleague", True, False),
        ("manager", True, True),
        ("admin", True, True),
        ("finance", True, False),
        ("stranger", False, False),
        ("manager_elsewhere", False, False),
    ],
)
def test_a_plan_is_seen_and_written_as_its_file_and_finance_sees_all(request, plan, who, sees, edits):
    user = request.getfixturevalue(who)
    assert IncentivePlan.objects.visible_to(user).exists() is sees
    assert IncentivePlan.objects.visible_to(user, "edit").exists() is edits
