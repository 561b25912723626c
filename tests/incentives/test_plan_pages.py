"""Pages of IncentivePlans (DOMAIN 2.1, 6.2): who opens them, what they refuse, what is kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives.models import IncentivePlan
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from profiles.services import kol as kol_verbs
from tests.factories import make_kol
from tests.incentives.editor import standing, typed, url, winter, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_allowed")]


@pytest.fixture
def plan(actor, kol):
    return winter(actor, kol)


@pytest.mark.parametrize(
    ("who", "sees", "writes"),
    [
        ("operator", 200, 200),
        ("colleague", 200, 403),
        ("manager", 200, 200),
        ("admin", 200, 200),
        ("finance", 200, 403),
        ("stranger", 404, 404),
        ("manager_elsewhere", 404, 404),
    ],
)
def test_who_opens_and_who_writes(request, as_user, plan, kol, who, sees, writes):
    client = as_user(request.getfixturevalue(who))
    assert client.get(url("detail", plan.pk)).status_code == sees
    assert client.get(url("edit", plan.pk)).status_code == writes
    assert client.get(url("create", kol.pk)).status_code == (404 if who == "finance" else writes)
    if writes != 200:
        before = written()
        assert client.post(url("edit", plan.pk), typed(version=1)).status_code == writes
        assert client.post(url("step", plan.pk, "activate"), {"version": 1}).status_code == writes
        assert written() == before


def test_finance_sees_every_plan_but_neither_files_nor_contact_data(finance, stranger, as_user, actor, plan):
    secret = make_kol(stranger, "隔壁", contacts=[{"channel": "phone", "value": "13912345678"}])
    plans.create(actor.again(user=stranger), secret, {"title": "Elsewhere"})
    client = as_user(finance)
    page = client.get(url("list"))
    assert {row.title for row in page.context["listing"].rows} == {"Winter", "Elsewhere"}
    words = page.content.decode() + client.get(url("detail", plan.pk)).content.decode()
    assert "/kols/" not in words.split("<main")[1].split("</main>")[0]
    assert "5678" not in words


def test_creating_writes_the_plan_and_shows_it(operator, as_user, kol):
    items = (
        (
            "0",
            {
                "kind": "material",
                "what": "Fee",
                "amount": "1280.5",
                "currency": "USD",
                "due_on": "2026-12-01",
            },
        ),
        ("new7", {"kind": "spiritual", "what": "Interview", "amount": "", "currency": "CNY"}),
    )
    answer = as_user(operator).post(url("create", kol.pk), typed("Winter", items))
    plan = IncentivePlan.objects.get()
    assert answer.url == url("detail", plan.pk)
    assert list(plan.items.values_list("what", "amount", "currency", "due_on")) == [
        ("Fee", Decimal("1280.50"), "USD", date(2026, 12, 1)),
        ("Interview", None, "", None),  # a currency without an amount says nothing
    ]


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"kind": "material", "what": "Fee", "amount": "-1", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "1.005", "currency": "CNY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "1.5", "currency": "JPY"}, "amount"),
        ({"kind": "material", "what": "Fee", "amount": "5", "currency": ""}, "currency"),
        ({"kind": "material", "what": "", "amount": ""}, "what"),
        ({"kind": "bribe", "what": "Fee"}, "kind"),
        ({"kind": "material", "what": "Fee", "due_on": "soon"}, "due_on"),
    ],
)
def test_a_refused_item_keeps_what_was_typed_with_the_error_at_its_field(operator, as_user, kol, item, field):
    before = written()
    answer = as_user(operator).post(
        url("create", kol.pk), typed("Kept", (("a", {"kind": "knowledge", "what": "Ok"}), ("b", item)))
    )
    editor = answer.context["editor"]
    assert list(editor.item_forms[1].errors) == [field]
    assert not editor.item_forms[0].errors
    assert 'value="Kept"' in answer.content.decode()
    assert written() == before


def test_a_plan_for_the_departed_is_refused_with_the_form_kept(operator, as_user, kol):
    kol_verbs.set_figures(kol.pk, stage="departed")
    answer = as_user(operator).post(url("create", kol.pk), typed("Kept"))
    assert (answer.status_code, IncentivePlan.objects.count()) == (409, 0)
    assert "has departed" in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()


def test_editing_keeps_items_adds_and_removes(operator, as_user, plan, actor):
    fee = plan.items.get()
    items = [("new1", {"kind": "knowledge", "what": "Course"}), *standing(plan, amount="2000")]
    answer = as_user(operator).post(url("edit", plan.pk), typed("Spring", items, version=1))
    assert answer.url == url("detail", plan.pk)
    plan.refresh_from_db()
    assert (plan.title, plan.version) == ("Spring", 2)
    assert [(item.what, item.amount) for item in plan.items.all()] == [
        ("Course", None),
        ("Fee", Decimal(2000)),
    ]
    assert plan.items.get(what="Fee").pk == fee.pk


def test_a_stale_save_is_a_conflict_with_both_values_and_can_be_saved_again(operator, as_user, plan, actor):
    items = standing(plan)
    plans.edit(actor.again(), plan, {"title": "Theirs"}, [], 1)
    client = as_user(operator)
    answer = client.post(url("edit", plan.pk), typed("Mine", items, version=1, note="Agreed by phone"))
    plan.refresh_from_db()
    assert (answer.status_code, plan.title, plan.version) == (409, "Theirs", 2)
    assert [(c.name, c.mine, c.theirs) for c in answer.context["editor"].clashes] == [
        ("title", "Mine", "Theirs")
    ]
    words = answer.content.decode()
    assert 'name="version" value="2"' in words
    assert 'value="Fee"' in words
    # the item went meanwhile: kept as a new one
    again = [("0", {**items[0][1], "id": ""})]
    assert client.post(url("edit", plan.pk), typed("Mine", again, version=2)).status_code == 302
    plan.refresh_from_db()
    assert (plan.title, plan.items.get().what) == ("Mine", "Fee")


def test_an_edit_without_a_version_is_a_conflict_not_a_pass(operator, as_user, plan):
    before = written()
    assert as_user(operator).post(url("edit", plan.pk), typed("Blind")).status_code == 409
    assert written() == before


def test_the_steps_of_a_plan(operator, as_user, plan):
    client = as_user(operator)
    assert client.post(url("step", plan.pk, "activate"), {"version": 1}).url == url("detail", plan.pk)
    for verb, version in (("activate", 2), ("finish", 1), ("finish", "")):
        before = written()
        assert client.post(url("step", plan.pk, verb), {"version": version}).status_code == 409
        assert written() == before
    assert client.post(url("step", plan.pk, "finish"), {"version": 2}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "done"
    assert client.post(url("step", plan.pk, "delete"), {"version": 3}).status_code == 404
    assert client.get(url("step", plan.pk, "stop")).status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Winter", "Later", "Other"}),
        ("state=draft", {"Winter", "Later"}),
        ("state=active&state=done", {"Other"}),
        ("kind=material", {"Winter"}),
        ("owner=me", {"Winter", "Later"}),
        ("owner=colleague", {"Other"}),
        ("q=wint", {"Winter"}),
        ("q=王思", {"Winter", "Later"}),
        ("q=zhouyan", {"Other"}),
        ("due_from=2026-12-01&due_to=2026-12-01", {"Winter"}),
        ("due_from=2026-12-02", {"Other"}),
        (
            "due_from=2026-12-02&due_to=2026-12-10",
            set(),
        ),  # one item in the window, not one on each side of it
        ("due_to=2026-12-31", {"Winter", "Other"}),
        ("kol={kol}", {"Winter", "Later"}),
        ("level=none", {"Winter", "Later", "Other"}),
        ("level=mega", set()),
        ("state=lost", set()),
        ("colour=red", set()),
    ],
)
def test_filters_of_the_list(operator, colleague, as_user, actor, kol, plan, query, found):
    plans.create(actor, kol, {"title": "Later"})
    items = [{"kind": "knowledge", "what": "a", "due_on": day} for day in ("2026-11-30", "2027-01-05")]
    by = actor.again(user=colleague)
    approvals.activate(by, plans.create(by, make_kol(colleague, "周燕"), {"title": "Other"}, items))
    page = as_user(operator).get(f"{url('list')}?{query.format(kol=kol.pk)}")
    assert {row.title for row in page.context["listing"].rows} == found


def test_the_panel_shows_the_plans_of_one_file(operator, as_user, plan, kol):
    answer = as_user(operator).get(f"{url('list')}?kol={kol.pk}", headers={"HX-Request": "true"})
    words = answer.content.decode()
    assert "<html" not in words
    assert ("Winter" in words, "¥1,280" in words) == (True, True)


def test_queries_do_not_grow_with_rows(operator, as_user, actor, kol, plan):
    client = as_user(operator)

    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    cost(url("detail", plan.pk))  # what the process remembers is read
    few = cost(url("list")), cost(url("detail", plan.pk))
    for n in range(18):
        plans.create(
            actor.again(),
            make_kol(operator, f"KOL {n}"),
            {"title": "More"},
            [{"kind": "knowledge", "what": "x"}] * 3,
        )
    more = [*standing(plan), *((f"n{n}", {"kind": "knowledge", "what": "x"}) for n in range(10))]
    client.post(url("edit", plan.pk), typed("Longer", more, version=1))
    assert (cost(url("list")), cost(url("detail", plan.pk))) == few
    assert few[0] <= 10
    assert few[1] <= 15


def test_the_history_says_what_changed_in_words(operator, as_user, plan, actor):
    plans.edit(actor.again(), plan, {}, [{**standing(plan)[0][1], "amount": "900"}], 1)
    approvals.activate(actor.again(), plan)
    acts = as_user(operator).get(url("detail", plan.pk)).context["history"]
    lines = [
        [(str(line["label"]), line.get("before"), line.get("after")) for line in act.lines] for act in acts
    ]
    assert lines == [
        [("state", "Draft", "Active")],
        [("amount", "1,280", "900")],
        [("Drafted", None, "Winter"), ("Item added", "", "Material · Fee · ¥1,280")],
    ]
