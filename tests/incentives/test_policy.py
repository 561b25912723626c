"""The policy matrix: versions, who writes them, the grid, what it changes (DOMAIN 6.1)."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from incentives import policy_effect, policy_usage
from incentives.models import IncentivePolicy
from incentives.policy_effect import of_cell
from incentives.services import plan as plans
from incentives.services import policy as policies
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from profiles.services import kol as kol_verbs
from tests.factories import NOW, make_kol
from tests.incentives.ledger import entry, rate

pytestmark = pytest.mark.django_db
CELL = "mid_term.mid"
NEW = {"kinds": ["profit_share", "material"], "usual": "12000", "ceiling": "24000"}
DAY = NOW.date() + timedelta(days=5)


@pytest.fixture
def boss(admin):
    return Actor(admin, "page", NOW)


def test_the_default_is_that_of_the_domain():
    """initial → spiritual, knowledge, resources; mid-term → material; late or macro/mega → the wide ones."""
    policy = IncentivePolicy.objects.get()
    first = {"spiritual", "knowledge", "resources"}
    wide = {"ip_building", "fan_operation", "profit_share", "privilege"}
    assert set(policy.cell("initial", "mid")["kinds"]) == first
    assert set(policy.cell("initial", "macro")["kinds"]) == first | wide
    assert set(policy.cell("mid_term", "")["kinds"]) == first | {"material"}
    assert set(policy.cell("late", "nano")["kinds"]) == first | {"material"} | wide
    assert (policy.cell("introduction", "mega"), policy.cell("departed", "mega")) == (None, None)
    assert sorted(policy.cells) == sorted(policies.KEYS)


def test_a_new_version_counts_from_its_day_and_keeps_the_other_cells(boss):
    old = IncentivePolicy.objects.get()
    new = policies.save(boss, {CELL: NEW}, DAY, "Own sales began", base=1)
    assert (new.number, new.author, new.reason) == (2, boss.user, "Own sales began")
    assert new.cells == old.cells | {
        CELL: {"kinds": ["material", "profit_share"], "usual": "12000", "ceiling": "24000"}
    }
    assert IncentivePolicy.objects.in_force(NOW.date()) == old
    assert IncentivePolicy.objects.in_force(DAY) == new
    assert Change.objects.filter(root=new.pk).exists()


@pytest.mark.parametrize(
    ("changes", "day", "reason", "field"),
    [
        ({CELL: NEW | {"ceiling": "-1"}}, DAY, "x", f"cells.{CELL}.ceiling"),
        ({CELL: NEW | {"ceiling": ""}}, DAY, "x", f"cells.{CELL}.ceiling"),
        ({CELL: NEW | {"ceiling": "NaN"}}, DAY, "x", f"cells.{CELL}.ceiling"),
        ({CELL: NEW | {"usual": "24001"}}, DAY, "x", f"cells.{CELL}.usual"),
        ({CELL: NEW | {"kinds": ["bribe"]}}, DAY, "x", f"cells.{CELL}.kinds"),
        ({"departed.mid": NEW}, DAY, "x", "cells.departed.mid"),
        ({}, DAY, "x", "cells"),
        ({CELL: NEW}, NOW.date() - timedelta(days=1), "x", "from_day"),
        ({CELL: NEW}, DAY, " ", "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_written(boss, changes, day, reason, field):
    before = Change.objects.count()
    with pytest.raises(ValidationError) as refusal:
        policies.save(boss, changes, day, reason)
    assert list(refusal.value.error_dict) == [field]
    assert (IncentivePolicy.objects.count(), Change.objects.count()) == (1, before)


def test_only_the_top_teams_managers_and_admins_write_it(operator, boss, manager):
    for user in (operator, None):
        with pytest.raises(PermissionDenied):
            policies.save(Actor(user, "page", NOW), {CELL: NEW}, DAY, "x")
    policies.save(boss, {CELL: NEW}, DAY, "x", base=1)
    with pytest.raises(Refused) as refusal:
        policies.save(boss, {CELL: NEW | {"ceiling": "30000"}}, DAY, "x", base=1)
    assert (refusal.value.code, IncentivePolicy.objects.count()) == ("policy_moved", 2)


def test_what_it_changes_names_the_plans_that_come_inside_and_those_that_stay_out(actor, operator, kol):
    kol_verbs.set_figures(kol.pk, stage="mid_term", level="mid")
    fee = {"kind": "material", "what": "Fee", "currency": "CNY", "due_on": date(2026, 12, 1)}
    comes = plans.create(actor, kol, {"title": "Comes"}, [fee | {"amount": "23000"}])
    stays = plans.create(actor.again(), kol, {"title": "Stays"}, [fee | {"amount": "25200"}])
    kept = IncentivePolicy.objects.get().cells[CELL]
    effect = of_cell(operator, CELL, kept, kept | {"ceiling": "24000"}, NOW.date())
    assert (effect.kols, effect.outside_before) == (1, 2)
    assert effect.inside_now == [comes]
    assert effect.outside_now == [(stays, Decimal(1200))]


def test_what_stands_in_another_currency_is_judged_converted(actor, operator, kol):
    kol_verbs.set_figures(kol.pk, stage="mid_term", level="mid")
    fee = {"kind": "material", "what": "Fee", "currency": "CNY", "due_on": date(2026, 12, 1)}
    plan = plans.create(actor, kol, {"title": "Winter"}, [fee | {"amount": "23000"}])
    kept = {"kinds": ["material"], "ceiling": "4000", "usual": None}

    def effect(after):
        return of_cell(operator, CELL, kept, after, NOW.date(), "USD")

    assert (effect(kept).outside_before, len(effect(kept).outside_now)) == (1, 1)  # no rate
    rate("USD", "7")
    assert (effect(kept).outside_before, effect(kept).outside_now) == (0, [])
    assert effect(kept | {"ceiling": "22000"}).outside_now == [(plan, Decimal(1000))]


def test_a_cell_shows_what_its_kols_were_given_of_their_ceilings_this_quarter(
    operator, stranger, kol, as_user, api, django_assert_num_queries
):
    for one, level in ((kol, "mid"), (make_kol(operator), "mid"), (make_kol(stranger), "mid")):
        kol_verbs.set_figures(one.pk, stage="mid_term", level=level)
        entry(one, "3000")
    entry(kol, "1000", given_on=date(2026, 9, 30))
    entry(kol, "5", "EUR")
    ceiling = Decimal(IncentivePolicy.objects.get().cells[CELL]["ceiling"]) * 2
    with time_machine.travel(NOW, tick=False):
        told = api(operator).get("/api/v1/incentive-policies/usage/").json()
        page = as_user(operator).get(reverse("incentives:policy")).content.decode()
    cell = told["cells"][CELL]
    assert set(told["cells"]) == {CELL}
    assert (cell["kols"], Decimal(cell["given"]), cell["without_rate"]) == (2, 6000, 1)
    assert (Decimal(cell["ceiling"]), cell["percent"]) == (ceiling, int(600000 / ceiling))
    assert "¥6,000 given this quarter, of" in page
    policy, counts = IncentivePolicy.objects.get(), policy_effect.counts(operator)
    with django_assert_num_queries(1):
        policy_usage.of(operator, policy, counts, NOW.date())


def test_a_version_is_taken_away_as_a_table(operator, as_user):
    sheet = as_user(operator).get(reverse("incentives:policy-file", args=[1])).content.decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(sheet)))
    [cell] = [row for row in told if (row["Stage"], row["Level"]) == ("Mid-term", "Mid")]
    kept = IncentivePolicy.objects.get().cells[CELL]
    assert (
        cell["Ceiling a quarter"],
        cell["Usual a quarter"],
        cell["Material"],
        cell["KOLs in this cell"],
    ) == (
        *(kept["ceiling"], kept["usual"] or ""),
        *("1", "0"),
    )
    assert as_user(operator).get(reverse("incentives:policy-file", args=[9])).status_code == 404


def test_the_grid_keeps_what_was_typed_in_several_cells_and_saves_them_as_one_version(admin, as_user):
    client = as_user(admin)
    data = {"base": 1, "cell": CELL, "kinds": ["material"], "ceiling": "24000", "usual": "", "go": "late.mid"}
    drawn = client.post(reverse("incentives:policy-draw"), data, headers={"HX-Request": "true"})
    draft = drawn.context["draft"]
    assert (drawn.status_code, draft.cell, draft.cells[CELL]["ceiling"]) == (200, "late.mid", "24000")
    assert IncentivePolicy.objects.count() == 1
    sent = {
        f"{key}.{name}": cell[name] or ""
        for key, cell in draft.cells.items()
        for name in ("usual", "ceiling")
    }
    sent |= {f"{key}.kinds": ",".join(cell["kinds"]) for key, cell in draft.cells.items()}
    sent |= {"base": 1, "cell": "late.mid", "kinds": ["material"], "ceiling": "50000", "usual": ""}
    save = reverse("incentives:policy-save")
    refused = client.post(save, sent | {"from_day": DAY, "reason": ""})
    assert (refused.status_code, refused.context["draft"].cells[CELL]["ceiling"]) == (422, "24000")
    assert client.post(save, sent | {"from_day": DAY, "reason": "Both"}).status_code == 302
    cells = IncentivePolicy.objects.get(number=2).cells
    assert (cells[CELL]["ceiling"], cells["late.mid"]["ceiling"]) == ("24000", "50000")
    assert client.post(save, sent | {"from_day": DAY, "reason": "Late"}).status_code == 409
    assert client.get(reverse("incentives:policy"), {"version": 1}).status_code == 200
    assert client.get(reverse("incentives:policy"), {"version": 9}).status_code == 404


def test_the_api_reads_every_version_and_writes_the_next(admin, operator, api):
    url = "/api/v1/incentive-policies/"
    body = {"from_day": str(DAY), "reason": "x", "base": 1, "cells": {CELL: NEW}}
    assert api(operator).post(url, body).status_code == 403
    made = api(admin).post(url, body)
    assert (made.status_code, made.json()["number"]) == (201, 2)
    assert [row["number"] for row in api(operator).get(url).json()["results"]] == [2, 1]
    assert api(operator).get(f"{url}1/").json()["cells"][CELL]["ceiling"] == "20000"
    wrong = api(admin).post(url, body | {"base": 2, "cells": {CELL: NEW | {"usual": "99999"}}})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, [f"cells.{CELL}.usual"])
