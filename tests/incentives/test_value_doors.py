"""Return, cohorts, mix, equal cases, share or buyout: on pages, by API (DOMAIN 6.4, 6.7, 6.8)."""

import pytest
from django.utils import timezone

from kol_crm.core import installation
from tests.incentives.value import enter

pytestmark = pytest.mark.django_db


def test_the_tab_shows_the_return_the_mix_and_the_rhythm(paid, operator, as_user):
    client = as_user(operator)
    answer = client.get(f"/kols/{paid.pk}/value/", headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Paid back in month 2" in html
    assert "only money" in html
    assert "data-chart" in html
    assert client.get(f"/kols/{paid.pk}/value/").status_code == 302
    assert client.get(f"/kols/{paid.pk}/incentives/").status_code == 200
    equals = client.get(f"/kols/{paid.pk}/equal-cases/", headers={"HX-Request": "true"})
    assert equals.status_code == 200
    table = client.get(f"/kols/{paid.pk}/value/figures/").content.decode()
    assert "2026-06-01" in table


def test_the_cohorts_page_states_its_finding_and_every_mark_leads_to_its_list(paid, operator, as_user):
    client = as_user(operator)
    html = client.get("/value/cohorts/").content.decode()
    assert "1 of 1 cohorts have paid back" in html
    assert "/stays/?stage=initial&amp;entered_from=2026-06&amp;entered_to=2026-06" in html
    assert client.get("/value/cohorts/card/").status_code == 200
    assert "2026-06" in client.get("/value/cohorts/figures/").content.decode()
    assert "Remove all filters" in client.get("/value/cohorts/?field=nosuch").content.decode()
    assert client.get("/value/cohorts/figures/?period=7").status_code == 400


def test_a_cohort_of_the_present_month_is_blank(kol, operator, as_user):
    enter(kol, installation.day(timezone.now()))
    answer = as_user(operator).get("/value/cohorts/")
    assert (answer.status_code, b"No month is over yet" in answer.content) == (200, True)


def test_the_calculator_answers_page_and_api_the_same(paid, operator, as_user, api):
    asked = {"fee": "10000", "rate": "20", "floor": "", "cap": ""}
    page = as_user(operator).get(f"/kols/{paid.pk}/share-or-buyout/", asked)
    assert "50,000" in page.content.decode()
    url = f"/api/v1/kols/{paid.pk}/share-or-buyout/"
    answer = api(operator).get(url, asked).json()
    assert (answer["break_even"]["kind"], answer["break_even"]["value"]) == ("at", 50000)
    assert [one["paid"] for one in answer["scenarios"]] == ["80.00", "110.00", "140.00"]
    refused = api(operator).get(url, asked | {"floor": "10", "cap": "5"})
    assert (refused.status_code, "cap" in refused.json()["errors"]) == (400, True)
    assert (
        "must not be below"
        in as_user(operator)
        .get(f"/kols/{paid.pk}/share-or-buyout/", asked | {"floor": "10", "cap": "5"})
        .content.decode()
    )


def test_the_api_tells_what_the_pages_tell(paid, operator, api):
    client = api(operator)
    url = f"/api/v1/kols/{paid.pk}/"
    told = client.get(f"{url}return/").json()
    assert (told["payback_month"], told["ratio"]) == (2, "1.10")
    assert len(told["users"]) == sum(one["is_over"] for one in told["months"])
    assert client.get(f"{url}mix/").json()["only_money"] is True
    assert client.get(f"{url}rhythm/").json()["passed"] is False
    assert client.get(f"{url}equal-cases/").json()["results"][0]["kol"] == str(paid.pk)
    assert client.get("/api/v1/cohorts/").json()["cohorts"][0]["kols"] == 1
    assert client.get("/api/v1/cohorts/?period=7").status_code == 400
    flagged = client.get("/api/v1/incentive-mixes/?only_money=true").json()["results"]
    assert [one["id"] for one in flagged] == [str(paid.pk)]


def test_a_stranger_sees_none_of_it(paid, stranger, api, as_user):
    client, browser = api(stranger), as_user(stranger)
    for name in ("return", "mix", "rhythm", "equal-cases", "share-or-buyout"):
        assert client.get(f"/api/v1/kols/{paid.pk}/{name}/").status_code == 404
    for name in ("value", "value/figures", "equal-cases", "share-or-buyout"):
        assert browser.get(f"/kols/{paid.pk}/{name}/").status_code == 404
    assert client.get("/api/v1/cohorts/").json()["cohorts"] == []
    assert client.get("/api/v1/incentive-mixes/").json()["results"] == []
