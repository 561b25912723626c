"""Templates that plans begin from, the live verdict, and what the verdict of a file proposes (3.7, 6.2)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from incentives import proposing
from incentives.models import IncentivePlan, PlanTemplate
from incentives.rules.policy import Cell
from incentives.rules.proposal import Proposal, propose
from incentives.services import plan_template as templates
from kol_crm.core.actor import Actor
from profiles.services import kol as kol_verbs
from profiles.services import need as needs
from tests.factories import NOW
from tests.policies import allow

pytestmark = pytest.mark.django_db
ITEMS = [
    {"kind": "knowledge", "what": "Course", "after_days": 7},
    {
        "kind": "material",
        "what": "Fee",
        "pay": "continuous",
        "amount": Decimal(50),
        "currency": "cny",
        "period": "month",
        "after_days": 0,
        "lasts_days": 60,
    },
]


@pytest.fixture
def template(manager):
    values = {"title": "First month of an expert", "stage": "introduction", "items": ITEMS}
    return templates.create(Actor(manager, "page", NOW), values)


def test_a_plan_begins_from_it_with_dates(template):
    course, fee = templates.begin(template, date(2026, 12, 1))
    assert (course["due_on"], course["pay"]) == (date(2026, 12, 8), "buyout")
    assert (fee["due_on"], fee["ends_on"], fee["currency"]) == (date(2026, 12, 1), date(2027, 1, 30), "CNY")


def test_only_managers_write_them_and_what_is_wrong_is_said_at_its_item(operator, manager, template):
    with pytest.raises(PermissionDenied):
        templates.create(Actor(operator, "page", NOW), {"title": "x"})
    with pytest.raises(ValidationError) as refusal:
        templates.edit(
            Actor(manager, "page", NOW), template, {"items": [ITEMS[0], ITEMS[1] | {"amount": None}]}
        )
    assert list(refusal.value.error_dict) == ["items.1.amount"]
    template.refresh_from_db()
    assert (len(template.items), template.version) == (2, 1)


def test_its_pages(manager, operator, as_user, kol, template):
    client = as_user(manager)
    edit = reverse("incentives:plan-template-edit", args=[template.pk])
    assert client.get(edit).status_code == 200
    sent = {
        "title": "Month one",
        "version": 1,
        "items": ["0"],
        "items-0-kind": "spiritual",
        "items-0-what": "Card",
    }
    assert client.post(edit, sent | {"items-0-what": ""}).status_code == 422
    assert client.post(edit, sent).status_code == 302
    assert client.post(edit, sent).status_code == 409
    template.refresh_from_db()
    assert (template.title, [item["what"] for item in template.items]) == ("Month one", ["Card"])
    page = as_user(operator).get(reverse("incentives:plan-create", args=[kol.pk]), {"template": template.pk})
    assert page.context["editor"].item_forms[0]["what"].value() == "Card"
    assert as_user(operator).post(edit, sent).status_code == 403
    remove = reverse("incentives:plan-template-remove", args=[template.pk])
    assert client.post(remove, {"version": 2}).status_code == 302
    assert not PlanTemplate.objects.exists()


def test_its_api(manager, operator, api, template):
    url = "/api/v1/incentive-plan-templates/"
    assert api(operator).get(url).json()["results"][0]["title"] == template.title
    assert api(operator).post(url, {"title": "x"}).status_code == 403
    one = f"{url}{template.pk}/"
    client = api(manager)
    assert client.patch(one, {"note": "x"}).status_code == 428
    assert client.patch(one, {"note": "x"}, headers={"If-Match": '"1"'}).json()["note"] == "x"
    assert client.delete(one, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(one, headers={"If-Match": '"2"'}).status_code == 204


@time_machine.travel(NOW, tick=False)
def test_the_verdict_is_said_while_one_types_and_nothing_is_saved(operator, as_user, kol):
    kol_verbs.set_figures(kol.pk, stage="initial")
    allow(initial__nano=(["material"], 1000))
    sent = {"items": ["0", "a1", "2"], "items-0-kind": "material", "items-0-what": "Fee"}
    sent |= {
        "items-0-amount": "800",
        "items-0-currency": "CNY",
        "items-2-kind": "material",
        "items-2-what": "",
    }
    sent |= {f"items-a1-{name}": value for name, value in
             (("kind", "material"), ("what", "Lens"), ("amount", "300"), ("currency", "CNY"))}  # fmt: skip
    answer = as_user(operator).post(reverse("incentives:plan-verdict", args=[kol.pk]), sent)
    words = answer.content.decode()
    assert "The sum of Q4 2026 reaches ¥1,100, ceiling ¥1,000" in words
    assert 'id="items-a1-verdict"' in words
    assert "Move “Lens” to Q1 2027" in words
    assert answer.context["unfinished"] == 1
    assert not IncentivePlan.objects.exists()


@pytest.mark.parametrize(
    ("verdict", "kinds", "wants", "expected"),
    [
        ("drifting", {"resources", "spiritual"}, ["support"], Proposal("resources", 0)),
        ("drifting", {"spiritual", "material"}, ["brand", "recognition"], Proposal("spiritual", 1)),
        ("drifting", {"knowledge", "material"}, [], Proposal("knowledge", None)),
        ("drifting", set(), ["money"], None),
        ("loyal", {"material"}, ["money"], None),
    ],
)
def test_drifting_proposes_a_kind_that_the_policy_allows(verdict, kinds, wants, expected):
    """DOMAIN 3.7; what answers an open need comes first."""
    assert propose(verdict, Cell(frozenset(kinds), Decimal(1)), wants) == expected


def test_the_proposal_says_why(actor, operator, as_user, kol):
    needs.add(actor, kol, {"kind": "knowledge", "what": "Learn colour", "due_on": date(2026, 12, 1)})
    kol_verbs.set_figures(kol.pk, stage="initial", verdict="drifting")
    kol.refresh_from_db()
    found = proposing.of(kol, NOW.date())
    assert (found.kind, found.need.what) == ("knowledge", "Learn colour")
    assert "answers the need “Learn colour”" in found.why
    assert "allowed at Initial × Nano" in found.why
    panel = as_user(operator).get(
        f"{reverse('incentives:plan-list')}?kol={kol.pk}", headers={"HX-Request": "true"}
    )
    assert "Proposed: Knowledge" in panel.content.decode()
