"""The page of a programme: fifty of the order at once, what is next for each, as many statements."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core.actor import Actor
from lifecycle import programme_page
from lifecycle.api import programmes as api_programmes
from lifecycle.models import Candidate, Outreach
from lifecycle.programme_page import ProgrammePage
from lifecycle.services import candidate as candidates
from lifecycle.services import cooperation, fit, outreach, stage
from lifecycle.services import pace as paces
from profiles.models import Kol
from profiles.rules import metric as m
from profiles.services import fans, figures, touch
from profiles.services.figures import NewFigure
from tests.factories import NOW, field, make_account
from tests.lifecycle.factories import make_candidate, make_programme
from tests.lifecycle.growing import approved
from tests.lifecycle.test_cooperation_plan import DOES, SHARE, WHOLE
from tests.lifecycle.test_fit import sheet
from tests.lifecycle.test_pace import active_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
DAY = NOW.date()
RATED = sheet(field=5, tone=4, quality=4, audience=3, values=5)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def live(operator):
    return make_programme(operator, live=True)


def by(user) -> Actor:
    return Actor(user, "page", NOW)


def detail(programme, **asked):
    return reverse("lifecycle:programme-detail", args=[programme.pk], query=asked)


def judged(programme, name: str, given=RATED) -> Candidate:
    candidate = make_candidate(programme, name=name)
    fit.rate(by(programme.owner), candidate, given)
    return candidate


def with_followers(kol: Kol, count: int) -> None:
    account = make_account(kol, handle=str(kol.pk))
    row = NewFigure(account.pk, m.FOLLOWERS, Decimal(count), DAY, DAY, "feed")
    figures.record(by(kol.owner), [row])


def names(page: ProgrammePage) -> list[str]:
    return [row.candidate.kol.name for row in page.rows]


# 4.5


def test_the_order_is_shown_a_page_at_a_time_and_each_stands_on_one_page(live, operator, monkeypatch):
    monkeypatch.setattr(programme_page, "PAGE", 2)
    made = [make_candidate(live, name=f"K{number}") for number in range(5)]

    def page(**at):
        return ProgrammePage(live, operator, DAY, **at)

    assert names(page()) == ["K0", "K1"]
    assert names(page(after=str(made[1].pk))) == ["K2", "K3"]
    last = page(after=str(made[3].pk))
    assert names(last) == ["K4"]
    assert (last.pager["first"], last.pager["last"], last.pager["next_url"]) == (5, 5, None)
    assert str(made[1].pk) in last.pager["previous_url"]
    assert page(after=str(made[1].pk)).pager["previous_url"].endswith("?")
    assert names(page(at=str(made[3].pk))) == ["K2", "K3"]  # the page on which the chosen one stands
    assert ProgrammePage(live, operator, DAY, shown="agreed").pager is None


def test_a_new_figure_or_rating_changes_the_order_at_once(live, operator):
    first, second = judged(live, "First"), judged(live, "Second")
    assert names(ProgrammePage(live, operator, DAY)) == ["First", "Second"]
    with_followers(second.kol, 9000)
    fans.report(by(operator), second.kol, {"on": DAY, "portability": 40, "reason": "Last move"})
    assert names(ProgrammePage(live, operator, DAY)) == ["Second", "First"]
    fit.rate(by(operator), first, sheet(tone=5, quality=5, audience=5))
    fit.rate(by(operator), second, sheet(tone=0, quality=0))
    assert names(ProgrammePage(live, operator, DAY)) == ["First", "Second"]


def test_the_api_walks_the_order_too(live, operator, api, monkeypatch):
    monkeypatch.setattr(api_programmes, "RANKED_AT_ONCE", 2)
    made = [make_candidate(live, name=f"K{number}") for number in range(5)]
    rest, address, seen = api(operator), reverse("api:programme-ranking", args=[live.pk]), []
    while address:
        answer = rest.get(address).json()
        seen += [row["name"] for row in answer["results"]]
        back, address = answer["previous"], answer["next"]
    assert seen == [f"K{number}" for number in range(5)]
    assert [row["name"] for row in rest.get(back).json()["results"]] == ["K2", "K3"]
    path = reverse("api:programme-ranking", args=[live.pk])
    assert rest.get(path, {"after": str(live.pk)}).json()["errors"].keys() == {"after"}
    assert rest.get(path, {"page": "2"}).json()["errors"].keys() == {"page"}
    assert made


# 4.11: what leads on


@pytest.mark.usefixtures("standing_gates")
def test_from_found_to_introduced_the_page_says_what_is_next_and_where(live, operator, manager, as_user):
    browser = as_user(operator)
    candidate = make_candidate(live, name="许燃")
    kol = candidate.kol

    def next_step():
        page = ProgrammePage(live, operator, DAY)
        found = page.rows[0].next
        assert str(found.words) in browser.get(detail(live)).content.decode()
        return str(found.words), found.url

    assert next_step() == ("Rate: 5 criteria open", "")
    fit.rate(by(operator), candidate, RATED)
    assert next_step() == ("Begin outreach", reverse("lifecycle:outreach-start", args=[candidate.pk]))
    begun = outreach.start(by(operator), candidate)
    words, url = next_step()
    assert (words, url) == ("Every channel was tried", reverse("lifecycle:outreach-detail", args=[begun.pk]))
    make_account(kol, handle="xu")
    outreach.set_next([begun.pk])
    assert next_step()[0] == "Platform message today"
    outreach.attempt(by(operator), Outreach.objects.get(pk=begun.pk), "platform", "answered")
    new = reverse("lifecycle:cooperation-create", args=[kol.pk])
    assert next_step() == ("Make the plan", f"{new}?candidate={candidate.pk}")
    assert (
        f'value="{candidate.pk}" selected' in browser.get(f"{new}?candidate={candidate.pk}").content.decode()
    )
    answered = browser.get(reverse("lifecycle:outreach-detail", args=[begun.pk])).content.decode()
    assert "Make the plan" in answered
    plan = cooperation.create(by(operator), kol, WHOLE | {"candidate": candidate}, [DOES, SHARE])
    assert next_step() == ("Send the plan", reverse("lifecycle:cooperation-detail", args=[plan.pk]))
    plan = cooperation.send(by(operator), plan, "mail")
    assert next_step()[0] == "Plan sent: agreed?"
    cooperation.agree(by(operator), plan)
    assert next_step() == ("Move to initial", f"{reverse('lifecycle:move', args=[kol.pk])}?to=initial")
    approved(Kol.objects.get(pk=kol.pk), manager)
    stage.move(by(operator), Kol.objects.get(pk=kol.pk), "initial", why="its field has no figures yet")
    assert next_step()[0] == "Introduced: note the outcome"
    candidates.decide(by(operator), candidate, "won")
    assert next_step() == ("Won", "")


# 4.4


def test_the_sheets_of_others_are_shown_once_ones_own_is_saved(live, operator, colleague, as_user):
    candidate = judged(live, "许燃")
    browser = as_user(colleague)
    assert "1 other rater: shown once yours is saved" in browser.get(detail(live)).content.decode()
    fit.rate(by(colleague), candidate, sheet(tone=1))
    page = browser.get(detail(live)).content.decode()
    assert "shown once yours is saved" not in page
    assert "Operator" in page


# 4.9


def test_the_sheet_says_when_a_second_voice_needs_a_reason(live, operator, colleague, as_user):
    candidate = judged(live, "许燃")
    touch.log(by(colleague), candidate.kol, channel="phone", began="us")
    before = state()
    page = as_user(operator).get(detail(live)).content.decode()
    assert "a second voice needs a reason" in page
    assert "a second voice needs a reason" not in as_user(colleague).get(detail(live)).content.decode()
    assert state() == before


def statements(browser, path) -> int:
    browser.get(path)  # what the process remembers is read
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def test_the_page_asks_as_often_with_thirty_candidates_as_with_three(live, operator, colleague, as_user):
    browser = as_user(operator)

    def more(count):
        for number in range(count):
            candidate = judged(live, f"K{count}-{number}")
            fit.rate(by(colleague), candidate, sheet(tone=3))
            with_followers(candidate.kol, 100 + number)
            begun = outreach.start(by(operator), candidate)
            outreach.attempt(by(operator), begun, "platform", "read")

    more(3)
    few = statements(browser, detail(live))
    more(27)
    assert statements(browser, detail(live)) == few
    assert few <= 37


def test_the_page_of_a_field_asks_as_often_with_a_year_of_figures_as_with_a_month(operator, admin, as_user):
    browser, boss = as_user(operator), by(admin)
    paces.set_band(boss, field(), date(2025, 1, 1), 20, 60)
    paces.set_demand(boss, field(), DAY, 500)
    active_kol(operator, "K")
    path = reverse("lifecycle:pace-detail", args=["running"])
    few = statements(browser, path)
    for month in range(1, 11):
        paces.set_demand(boss, field(), date(2026, month, 1), 100 * month)
        active_kol(operator, f"K{month}", days_ago=30 * month)
    assert statements(browser, path) == few
    assert few <= 30
