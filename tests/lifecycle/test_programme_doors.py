"""Introduction through both doors: the same rule refuses at the same field, on the page and in the API."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kol_crm.core.actor import Actor
from lifecycle.models import Candidate, Demand, PlatformUser, Programme, Rating
from lifecycle.services import candidate as candidates
from lifecycle.services import mining
from lifecycle.services import pace as paces
from profiles.models import Kol
from tests.factories import NOW, field, make_kol
from tests.forms import Page
from tests.lifecycle.factories import make_candidate, make_programme
from tests.lifecycle.test_pace import active_kol
from tests.permissions.asking import state
from tests.profiles.importing import workbook

pytestmark = pytest.mark.django_db
WHOLE = {"field": 5, "tone": 4, "quality": 4, "audience": 3, "values": 5}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def browser(as_user, operator):
    return as_user(operator)


@pytest.fixture
def rest(api, operator):
    return api(operator)


@pytest.fixture
def chief(as_user, admin):
    return as_user(admin)


@pytest.fixture
def programme(operator):
    return make_programme(operator)


def url(name, *args):
    return reverse(f"lifecycle:{name}", args=args)


def refused_on_page(browser, path, data=None, status=422) -> set[str]:
    before = state()
    answer = browser.post(path, data or {})
    assert answer.status_code == status
    assert state() == before
    return Page(answer.content.decode()).invalid


def refused_by_api(rest, path, data, status=400) -> set[str]:
    before = state()
    answer = rest.post(path, data)
    assert answer.status_code == status, answer.content
    assert state() == before
    return set(answer.json().get("errors", [])) or {answer.json()["code"]}


# 4.1


def test_the_page_of_a_field_shows_its_arithmetic_and_the_api_the_same_parts(browser, rest, admin, operator):
    for number in range(10):
        active_kol(operator, f"K{number}")
    actor = Actor(admin, "page", NOW)
    paces.set_band(actor, field(), date(2026, 1, 1), 20, 60)
    paces.set_demand(actor, field(), date(2026, 11, 1), 1000)
    page = browser.get(url("pace-detail", "running")).content.decode()
    assert "room for 15" in page
    assert "1,000 ÷ 40 = 25; minus 10 = 15; plus 0 = 15" in page
    for anchor in ("demand", "band", "supply", "losses", "cap"):
        assert f'href="{url("pace-detail", "running")}#{anchor}"' in page
        assert f'id="{anchor}"' in page
    told = rest.get(reverse("api:pace-detail", args=["running"])).json()
    assert (told["word"], told["state"], told["value"]) == ("room", "undersupplied", 15)
    parts = {part["key"]: part["value"] for part in told["parts"]}
    assert (parts["demand"], parts["supply"], parts["needed"], parts["middle"]) == (1000, 10, 25, 40)


def test_demand_band_and_cap_are_entered_on_the_page_and_by_the_api(chief, api, admin):
    assert chief.post(url("pace-demand", "tea"), {"month": "2026-11", "users": "90"}).status_code == 302
    assert (
        chief.post(url("pace-band", "tea"), {"since": "2026-01-01", "low": "20", "high": "60"}).status_code
        == 302
    )
    assert chief.post(url("pace-cap", "tea"), {"since": "2026-01-01", "kols": "4"}).status_code == 302
    told = api(admin).get(reverse("api:pace-detail", args=["tea"])).json()
    parts = {part["key"]: part["value"] for part in told["parts"]}
    assert (parts["demand"], parts["band"], parts["cap"]) == (90, "20–60", 4)
    rows = [{"field": "tea", "month": "2026-10-05", "users": 80}]
    assert api(admin).post(reverse("api:pace-demands"), {"rows": rows}).json() == {"taken": 1}
    assert Demand.objects.get(since=date(2026, 10, 1)).user == admin


def test_a_month_ahead_and_a_band_upside_down_are_refused_by_both_doors(chief, api, admin):
    band = {"since": "2026-01-01", "low": "60", "high": "20"}
    assert "high" in refused_on_page(chief, url("pace-band", "tea"), band)
    numbers = band | {"low": 60, "high": 20}
    assert refused_by_api(api(admin), reverse("api:pace-band", args=["tea"]), numbers) == {"high"}
    ahead = {"month": "2026-12", "users": "5"}
    assert "month" in refused_on_page(chief, url("pace-demand", "tea"), ahead)
    rows = {"rows": [{"field": "tea", "month": "2026-12-01", "users": 5}]}
    assert refused_by_api(api(admin), reverse("api:pace-demands"), rows) == {"month"}


def table(text: str) -> dict:
    return {"file": SimpleUploadedFile("table.csv", text.encode())}


def sheet(text: str) -> dict:
    """The same as a workbook, the months as a spreadsheet keeps them."""
    months = {"2026-11": date(2026, 11, 1), "2026/10": date(2026, 10, 1)}
    rows = [[months.get(cell, cell) for cell in line.split(",")] for line in text.splitlines()]
    return {"file": SimpleUploadedFile("table.xlsx", workbook(*rows).content)}


@pytest.mark.parametrize("table", [table, sheet], ids=["csv", "xlsx"])
def test_demand_comes_in_by_a_table_whole_or_not_at_all(chief, table):
    good = "领域,月份,users\n跑步,2026-11,48600\nTea,2026/10,900\n"
    assert chief.post(url("demand-import"), table(good)).status_code == 302
    assert sorted(Demand.objects.values_list("field__slug", "users")) == [("running", 48600), ("tea", 900)]
    before = state()
    bad = "field,month,用户数\nrunning,2026-11,many\n\nwizardry,2026-11,5\nrunning,soon,6\n"
    answer = chief.post(url("demand-import"), table(bad))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert state() == before
    for words in ("C2, 用户数", "A4, field: There is no such field: wizardry", "B5, month"):
        assert words in page


@pytest.mark.parametrize("table", [table, sheet], ids=["csv", "xlsx"])
def test_what_a_rule_refuses_is_told_at_its_cell_too(chief, table):
    before = state()
    answer = chief.post(url("demand-import"), table("users,month,field\n5,2027-01,running\n"))
    assert answer.status_code == 422
    assert "B2, month: This month is not yet there." in answer.content.decode()
    assert state() == before


@pytest.mark.parametrize("text", ["", "field,month\nrunning,2026-11\n", "field,month,users\n"])
def test_a_table_without_its_columns_or_rows_is_refused(chief, text):
    before = state()
    assert chief.post(url("demand-import"), table(text)).status_code == 422
    assert state() == before


# 4.2


def test_both_doors_ask_why_one_more_comes_into_an_oversupplied_field(
    browser, rest, admin, operator, programme
):
    active_kol(operator, "K")
    paces.set_band(Actor(admin, "page", NOW), field(), date(2026, 1, 1), 20, 60)
    paces.set_demand(Actor(admin, "page", NOW), field(), date(2026, 11, 1), 10)
    kol = make_kol(operator, "New", fields=[(field(), 3)])
    sent = {"kol": str(kol.pk), "source": "external"}
    assert "why_oversupplied" in refused_on_page(browser, url("candidate-create", programme.pk), sent)
    body = sent | {"programme": str(programme.pk)}
    assert refused_by_api(rest, reverse("api:candidate-list"), body) == {"why_oversupplied"}
    sent["why_oversupplied"] = "The only one for trail running"
    assert browser.post(url("candidate-create", programme.pk), sent).status_code == 302
    assert Candidate.objects.get().why_oversupplied == "The only one for trail running"


# 4.3


def test_both_doors_refuse_to_start_without_purpose_and_deeds(browser, rest, operator):
    empty = make_programme(operator, purpose="", deeds="")
    before = state()
    answer = browser.post(url("programme-start", empty.pk))
    assert answer.status_code == 422
    assert "Outreach needs a purpose." in answer.content.decode()
    assert state() == before
    assert refused_by_api(rest, reverse("api:programme-start", args=[empty.pk]), {}) == {"purpose", "deeds"}


def test_a_programme_is_made_and_edited_on_the_page(browser, operator):
    path = url("programme-create")
    form = Page(browser.get(path).content.decode()).form_to(path)
    sent = form | {"name": "Winter", "purpose": "activation", "fields_": ["tea"], "target": "5"}
    assert browser.post(path, sent).status_code == 302
    made = Programme.objects.get()
    assert (made.owner, made.purpose, made.target) == (operator, "activation", 5)
    assert [row.field.slug for row in made.programme_fields.all()] == ["tea"]
    path = url("programme-edit", made.pk)
    form = Page(browser.get(path).content.decode()).form_to(path)
    assert browser.post(path, form | {"name": "Spring"}).status_code == 302
    answer = browser.post(path, form | {"name": "Autumn"})  # on the version of before
    assert answer.status_code == 409
    assert 'value="Autumn"' in answer.content.decode()
    made.refresh_from_db()
    assert made.name == "Spring"


def test_what_was_typed_stays_when_the_form_is_refused(browser):
    sent = {"name": "", "deeds": "Two answers a week", "starts_on": "2026-12-02", "ends_on": "2026-12-01"}
    answer = browser.post(url("programme-create"), sent)
    assert answer.status_code == 422
    assert "Two answers a week" in answer.content.decode()
    assert not Programme.objects.exists()


def test_both_doors_demand_an_outcome_per_candidate_at_the_close(browser, rest, programme):
    candidate = make_candidate(programme)
    path = url("programme-close", programme.pk)
    before = state()
    answer = browser.post(path, {f"note-{candidate.pk}": "typed"})
    assert answer.status_code == 422
    assert 'value="typed"' in answer.content.decode()
    assert state() == before
    asked = refused_by_api(rest, reverse("api:programme-close", args=[programme.pk]), {})
    assert asked == {f"outcomes.{candidate.pk}"}
    assert browser.post(path, {f"outcome-{candidate.pk}": "later"}).status_code == 302
    programme.refresh_from_db()
    assert programme.state == "closed"


def test_both_doors_begin_only_one_outreach(browser, rest, operator):
    first = make_candidate(make_programme(operator, live=True))
    second = make_candidate(make_programme(operator, name="Spring", live=True), first.kol)
    browser.post(url("candidate-outreach", first.pk, "begin"))
    first.refresh_from_db()
    assert first.in_outreach
    path = reverse("api:candidate-begin-outreach", args=[second.pk])
    assert refused_by_api(rest, path, {}, status=409) == {"already_live"}
    before = state()
    answer = browser.post(url("candidate-outreach", second.pk, "begin"), headers={"HX-Request": "true"})
    assert (answer.status_code, state() == before) == (409, True)


# 4.4, 4.5


def whole_sheet() -> dict:
    return {
        key: value
        for one, rating in WHOLE.items()
        for key, value in ((f"{one}-value", str(rating)), (f"{one}-evidence", "seen"))
    }


def test_the_sheet_is_rated_beside_the_table_which_follows(browser, programme):
    candidate = make_candidate(programme)
    answer = browser.post(url("candidate-rate", candidate.pk), whole_sheet(), headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="ranking" hx-swap-oob="true"' in page
    assert Rating.objects.count() == 5
    assert ">85<" in page  # one's own fit
    assert "51.0" in page  # 0.6 × 85, without a figure


@pytest.mark.parametrize(
    ("change", "at"), [({"tone-evidence": ""}, "tone-evidence"), ({"tone-value": "6"}, "tone-value")]
)
def test_a_wrong_rating_is_refused_at_its_line(browser, programme, change, at):
    candidate = make_candidate(programme)
    sent = whole_sheet() | change
    assert at in refused_on_page(browser, url("candidate-rate", candidate.pk), sent)


def test_the_api_rates_and_explains_the_ranking(rest, programme):
    candidate = make_candidate(programme)
    path = reverse("api:candidate-rate", args=[candidate.pk])
    ratings = [{"criterion": key, "value": value, "evidence": "seen"} for key, value in WHOLE.items()]
    assert rest.post(path, {"ratings": ratings}).status_code == 200
    assert refused_by_api(rest, path, {"ratings": [ratings[0] | {"value": 6}]}) == {"field"}
    assert refused_by_api(rest, path, {"ratings": [ratings[0] | {"evidence": ""}]}) == {"field.evidence"}
    [row] = rest.get(reverse("api:programme-ranking", args=[programme.pk])).json()["results"]
    assert (row["place"], row["fit"]["value"], row["score"]["value"]) == (1, 85, 51)
    assert [part["points"] for part in row["fit"]["parts"]] == [30, 16, 20, 9, 10]
    assert row["score"]["missing"] == ["figure"]


def test_candidates_whose_file_one_does_not_see_are_left_out_of_page_and_ranking(
    as_user, api, manager, colleague, programme
):
    candidate = make_candidate(programme, name="Hidden Person")
    Kol.objects.filter(pk=candidate.kol_id).update(staff_user=colleague)
    page = as_user(colleague).get(url("programme-detail", programme.pk)).content.decode()
    assert "Hidden Person" not in page
    ranking = api(colleague).get(reverse("api:programme-ranking", args=[programme.pk])).json()
    assert ranking == {"next": None, "previous": None, "results": []}
    assert "Hidden Person" in as_user(manager).get(url("programme-detail", programme.pk)).content.decode()


# 4.6


@pytest.fixture
def suggested(admin):
    row = {"external_id": "u1", "name": "许燃", "field": field(), "output": 5, "quality": 92}
    mining.take_feed(Actor(admin, "page", NOW), [row])
    return PlatformUser.objects.get()


def test_both_doors_ask_for_the_highlight(browser, rest, programme, suggested):
    path = url("suggestion-take-on", programme.pk, suggested.pk)
    assert "highlight" in refused_on_page(browser, path, {"name": "许燃"})
    body = {"programme": str(programme.pk), "highlight": " "}
    address = reverse("api:platform-user-take-on", args=[suggested.pk])
    assert refused_by_api(rest, address, body) == {"highlight"}
    assert browser.post(path, {"name": "许燃", "highlight": "Beginners finish"}).status_code == 302
    assert Candidate.objects.get().highlight == "Beginners finish"


def test_suggestions_and_those_left_out_stand_on_the_page_and_in_the_api(browser, rest, programme, suggested):
    page = browser.get(url("suggestion-list", programme.pk)).content.decode()
    assert "许燃" in page
    assert "Excellent" in page
    browser.post(url("suggestion-reject", programme.pk, suggested.pk), {"why": "sells supplements"})
    page = browser.get(url("suggestion-list", programme.pk)).content.decode()
    assert "Rejected by Operator: sells supplements" in page
    told = rest.get(reverse("api:platform-user-list"), {"field": "running"}).json()
    assert told["results"] == []
    assert told["left_out"][0]["reason"] == "Rejected by Operator: sells supplements"
    browser.post(url("suggestion-again", programme.pk, suggested.pk))
    assert rest.get(reverse("api:platform-user-list"), {"field": "running"}).json()["results"]


def test_the_feed_comes_in_by_a_table_and_by_the_api(chief, api, admin):
    text = "id,field,output,quality\nu1,running,5,92\nu2,tea,500,\n"
    assert chief.post(url("feed-import"), table(text)).status_code == 302
    assert PlatformUser.objects.count() == 2
    path = reverse("api:platform-user-feed")
    rows = [{"external_id": "u1", "field": "running", "output": 6}]
    assert api(admin).post(path, {"rows": rows}).json() == {"added": 0, "changed": 1, "unchanged": 0}
    wrong = [rows[0], rows[0]]
    assert refused_by_api(api(admin), path, {"rows": wrong}) == {"rows.1.external_id"}
    for make in (table, sheet):
        answer = chief.post(url("feed-import"), make("id,field,output,quality\nu3,running,5,120\n"))
        assert answer.status_code == 422
        assert "D2, quality" in answer.content.decode()
    assert chief.post(url("feed-import"), sheet("id,field,output\nu9,running,5\n")).status_code == 302
    assert PlatformUser.objects.get(external_id="u9").output == 5


# 4.11


def test_both_doors_set_back_and_never_forward(browser, rest, operator, programme):
    candidate = make_candidate(programme)
    candidates.follow_fact(Actor(operator, "page", NOW), candidate, candidates.ANSWER)
    path, address = (
        url("candidate-step", candidate.pk),
        reverse("api:candidate-set-back", args=[candidate.pk]),
    )
    assert refused_by_api(rest, address, {"step": "agreed", "why": "x"}, status=409) == {"forward_by_hand"}
    version = {"version": "2"}
    assert "step" in refused_on_page(browser, path, {"step": "agreed", "why": "x"} | version)
    assert "why" in refused_on_page(browser, path, {"step": "contacted", "why": ""} | version)
    assert refused_by_api(rest, address, {"step": "contacted", "why": " "}) == {"why"}
    assert browser.post(path, {"step": "contacted", "why": "spam"} | version).status_code == 302
    candidate.refresh_from_db()
    assert candidate.step == "contacted"


def test_the_board_shows_steps_with_the_conversion_between_them(browser, operator, programme):
    """Of four, three were contacted (75 %), one of those answered (33 %); the one set back still counts."""
    actor = Actor(operator, "page", NOW)
    made = [make_candidate(programme, name=f"K{number}") for number in range(4)]
    for one in made[:3]:
        candidates.follow_fact(actor, one, candidates.ATTEMPT)
    candidates.follow_fact(actor, made[0], candidates.ANSWER)
    candidates.set_back(actor, made[1], "identified", "wrong person")
    page = browser.get(url("candidate-board", programme.pk)).content.decode()
    for words in ("75 % reached it", "33 % reached it", "3 ever came here", "1 ever came here"):
        assert words in page
    assert page.count("data-move-menu") == 2  # the two who can be set back


def test_an_empty_programme_says_what_would_fill_it(browser, programme):
    page = browser.get(url("programme-detail", programme.pk)).content.decode()
    assert "No candidates yet." in page
    assert browser.get(url("programme-detail", programme.pk), {"step": "moon"}).status_code == 404


def test_the_history_tells_who_changed_what_of_whom(browser, operator, programme):
    candidate = make_candidate(programme, name="许燃")
    browser.post(url("candidate-rate", candidate.pk), whole_sheet())
    browser.post(url("candidate-outcome", candidate.pk), {"outcome": "later", "note": "in May"})
    page = browser.get(url("programme-history", programme.pk)).content.decode()
    for words in ("Operator", "许燃", "Kept for later", "in May", "Tone 4 · seen", "Winter running"):
        assert words in page
