"""Rows of an import that look like a file on record (DOMAIN 2.2, 3.1; docs/duplicates.md)."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core.errors import Refused
from kol_crm.core.models import ChangeSet, Notice
from profiles.models import Account, Duplicate, Import, Kol
from profiles.services import import_chunks, import_errors, import_twins, imports
from profiles.services.agency import named as agency_named
from tests.factories import field, make_kol
from tests.profiles.importing import actor, counts, do, outcomes, run, undo

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13800138000"}
MAIL = {"channel": "mail", "value": "s@example.com"}
TABLE = "mid,up主,类型,手机\n697,王思雨,跑步,13800138000\n698,帅农鸟哥,烹饪,\n"


@pytest.fixture
def siyu(operator):
    """A file of another platform with the phone of the table's first row."""
    return make_kol(operator, "思雨", contacts=[PHONE], accounts=[{"platform": "weibo", "handle": "siyu"}])


def told(imported, user):
    return import_twins.told(user, list(imported.rows.all()))


def decide(imported, **said):
    decisions = {number.removeprefix("row").replace("all", "*"): value for number, value in said.items()}
    return do(imports.mend(actor(imported.user), imported, {}, imported.dropped, decisions))


def test_a_row_that_looks_like_a_file_is_flagged_with_what_speaks_for_it(bring, operator, siyu):
    imported = bring(TABLE, "bilibili")
    assert outcomes(imported) == ["twin", "created"]
    assert counts(imported) == {"twin": 1, "created": 1}
    (one,) = told(imported, operator)[2]["shown"]
    assert (one["kol"], one["score"]) == (siyu, 80)
    assert [(part["points"], part["value"]) for part in one["parts"]] == [(80, "138****8000")]
    row = imported.rows.get(number=2)
    assert row.why == "perhaps on file already: say which it is"
    assert "13800138000" not in repr(row.twins)


@pytest.mark.parametrize(
    ("known", "table"),
    [
        ({"contacts": [{"channel": "wechat", "value": "siyu_w"}]}, "姓名,微信,手机\n甲,siyu_w,13900139000\n"),
        (
            {"contacts": [{"channel": "mail", "value": "s@example.com"}]},
            "姓名,邮箱,手机\n甲,S@Example.com,13900139000\n",
        ),
        ({"name": "王思雨", "fields": "running"}, "姓名,手机,类型\n王思雨,13900139000,跑步\n"),
        ({"name": "Wang Siyu", "fields": "running"}, "姓名,手机,类型\n王思雨,13900139000,跑步\n"),
        ({"name": "王思雨", "agency": "Sunny MCN"}, "姓名,手机,机构\n王思宇,13900139000,sunny mcn\n"),
    ],
    ids=["WeChat", "mail", "name and field", "name in letters and field", "similar name and agency"],
)
def test_the_rules_of_duplicates_are_asked(bring, operator, known, table):
    values = {"name": "另一", **known}
    if "fields" in values:
        values["fields"] = [(field(values["fields"]), 3)]
    if "agency" in values:
        values["agency"] = agency_named(actor(operator), values["agency"])
    make_kol(operator, **values)
    imported = bring(table, key="phone")
    assert outcomes(imported) == ["twin"]


@pytest.mark.parametrize(
    "known",
    [
        {"name": "王思雨"},  # a name alone says nothing
        {"name": "别人", "fields": "running"},
        {"name": "别人", "contacts": [{**PHONE, "shared": True}]},
    ],
    ids=["name alone", "field alone", "shared phone"],
)
def test_what_says_nothing_flags_nobody(bring, operator, known):
    if "fields" in known:
        known = {**known, "fields": [(field(known["fields"]), 3)]}
    make_kol(operator, **known)
    assert outcomes(bring(TABLE, "bilibili")) == ["created", "created"]


def test_rows_of_one_table_are_no_twins_of_one_another(bring, monkeypatch):
    """Nor of what an earlier chunk of the run has made."""
    monkeypatch.setattr(import_chunks, "CHUNK", 1)
    table = "mid,up主,类型\n101,王思雨,跑步\n205,王思雨,跑步\n307,王思雨,跑步\n"
    assert counts(run(bring(table, "bilibili"))) == {"created": 3}


def test_undecided_rows_are_not_taken_in_and_come_back_with_the_reason(bring, operator, siyu):
    imported = run(bring(TABLE, "bilibili"))
    assert counts(imported) == {"twin": 1, "created": 1}
    assert {kol.name for kol in Kol.objects.all()} == {"思雨", "帅农鸟哥"}
    _headings, row = import_errors.written(actor(operator), imported).content.decode().splitlines()
    assert row.endswith("perhaps on file already: say which it is")
    undo(imported)
    assert Kol.objects.get(name="思雨").archived_at is None


def test_update_that_file(bring, operator, siyu):
    imported = decide(bring(TABLE, "bilibili"), row2=str(siyu.pk))
    assert outcomes(imported) == ["updated", "created"]
    assert imported.rows.get(number=2).kol == siyu
    assert told(imported, operator)[2]["shown"][0]["kol"] == siyu  # the choice can still be another
    imported = run(imported)
    siyu.refresh_from_db()
    assert (siyu.name, Kol.objects.count()) == ("思雨", 2)
    assert siyu.accounts.get(platform="bilibili").external_id == "697"
    assert siyu.main_field == field("running")
    assert counts(run(bring(TABLE, "bilibili"))) == {"conflict": 1, "unchanged": 1}
    undo(imported)
    assert not Account.objects.filter(platform="bilibili", kol=siyu).exists()


def test_create_anyway_is_recorded_and_the_pair_is_kept(bring, operator, siyu):
    imported = run(decide(bring(TABLE, "bilibili"), row2="new"))
    assert counts(imported) == {"created": 2}
    made = Kol.objects.get(name="王思雨")
    assert ChangeSet.objects.get(pk=imported.change_set).insisted is True
    pair = Duplicate.objects.get()
    assert {pair.first_id, pair.second_id} == {made.pk, siyu.pk}


def test_all_possible_twins_may_be_created_at_once(bring, siyu):
    imported = decide(bring(TABLE, "bilibili"), rowall="new")
    assert counts(imported) == {"created": 2}
    assert counts(decide(imported, rowall="")) == {"twin": 1, "created": 1}


def test_a_row_may_be_dropped(bring, operator, siyu):
    imported = do(imports.mend(actor(operator), bring(TABLE, "bilibili"), {}, [2]))
    assert outcomes(imported) == ["created"]


def test_a_choice_that_was_not_offered_is_refused(bring, operator, stranger, siyu):
    imported = bring(TABLE, "bilibili")
    hidden = make_kol(stranger, "别人")
    for decisions in ({"2": str(hidden.pk)}, {"2": "x"}, {"3": "new"}, {"99": "new"}, {"*": str(siyu.pk)}):
        with pytest.raises(ValidationError) as refusal:
            imports.mend(actor(operator), imported, {}, [], decisions)
        assert list(refusal.value.message_dict) == ["decisions"]
    assert Import.objects.get().decisions == {}


def test_a_chosen_file_that_one_may_not_edit_or_that_is_in_the_trash_is_an_error(bring, operator, colleague):
    theirs = make_kol(colleague, "思雨", contacts=[PHONE])
    imported = decide(bring(TABLE, "bilibili"), row2=str(theirs.pk))
    assert outcomes(imported) == ["rejected", "created"]
    assert imported.rows.get(number=2).why == "its file belongs to Colleague"


def test_a_second_account_on_the_own_platform_is_refused_and_stops_nothing(bring, operator):
    kol = make_kol(operator, "思雨", contacts=[PHONE], accounts=[{"platform": "own", "handle": "siyu"}])
    imported = run(decide(bring(TABLE, "own"), row2=str(kol.pk)))
    assert outcomes(imported) == ["rejected", "created"]
    assert imported.rows.get(number=2).why == "its file has another account on the own platform"
    assert kol.accounts.count() == 1


def test_a_twin_out_of_sight_is_told_without_name_id_or_reason(bring, operator, stranger, as_user):
    hidden = make_kol(stranger, "思雨的秘密", contacts=[PHONE])
    imported = bring(TABLE, "bilibili")
    known = told(imported, operator)[2]
    assert known == {"shown": [], "unseen": ["already on file with team West, ask Stranger"]}
    page = as_user(operator).get(f"/imports/{imported.pk}/?result=twin").content.decode()
    assert "lready on file with team West, ask Stranger" in page
    assert "思雨的秘密" not in page
    assert str(hidden.pk) not in page
    with pytest.raises(ValidationError):
        imports.mend(actor(operator), imported, {}, [], {"2": str(hidden.pk)})
    assert counts(decide(imported, row2="new")) == {"created": 2}


def test_the_button_tells_whose_file_it_is(bring, operator, stranger, as_user):
    make_kol(stranger, "思雨", contacts=[PHONE])
    imported = bring(TABLE, "bilibili")
    browser = as_user(operator)
    url = reverse("profiles:import-tell", args=[imported.pk])
    assert browser.post(url, {"number": "2"}).status_code == 204
    assert browser.post(url, {"number": "2"}).status_code == 204
    assert [notice.user for notice in Notice.objects.filter(kind="twin")] == [stranger]
    assert browser.post(url, {"number": "3"}).status_code == 204
    assert Notice.objects.filter(kind="twin").count() == 1


def test_the_page_shows_the_twin_and_takes_the_choice(bring, operator, as_user, siyu):
    imported = bring(TABLE, "bilibili")
    browser = as_user(operator)
    page = browser.get(f"/imports/{imported.pk}/?result=twin").content.decode()
    assert f'href="/kols/{siyu.pk}/"' in page
    assert "Same phone" in page
    assert f'<option value="{siyu.pk}">It is 思雨: update that file</option>' in page
    url = reverse("profiles:import-mend", args=[imported.pk])
    assert browser.post(url, {"shown": "2", "decide-2": str(siyu.pk)}).status_code == 302
    imported.refresh_from_db()
    imported = do(imported)
    assert outcomes(imported) == ["updated", "created"]
    page = browser.get(f"/imports/{imported.pk}/?result=updated").content.decode()
    assert f'<option value="{siyu.pk}" selected>' in page


def test_a_client_reads_the_twins_and_decides(bring, operator, api, siyu):
    imported = bring(TABLE, "bilibili")
    client, path = api(operator), f"/api/v1/imports/{imported.pk}/"
    row = client.get(f"{path}rows/", {"result": "twin"}).json()["results"][0]
    assert (row["outcome"], row["twins"][0]["id"], row["twins"][0]["score"]) == ("twin", str(siyu.pk), 80)
    assert row["unseen"] == []
    refused = client.post(f"{path}mend/", {"decisions": {"3": "new"}}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["decisions"])
    answer = client.post(f"{path}mend/", {"decisions": {"2": str(siyu.pk)}}, format="json")
    assert (answer.status_code, answer.json()["decisions"]) == (200, {"2": str(siyu.pk)})


def test_nothing_is_decided_once_it_has_run(bring, operator, siyu):
    imported = run(bring(TABLE, "bilibili"))
    with pytest.raises(Refused):
        imports.mend(actor(operator), imported, {}, [], {"2": "new"})
    assert Import.objects.get().decisions == {}


def test_the_number_of_queries_does_not_grow_with_the_rows(bring, operator):
    for number in range(30):
        make_kol(operator, f"思雨{number}", contacts=[{"channel": "phone", "value": f"138001380{number:02}"}])

    def asked(count):
        rows = "".join(f"{number},甲{number},跑步,138001380{number:02}\n" for number in range(count))
        with CaptureQueriesContext(connection) as found:
            imported = bring(f"mid,up主,类型,手机\n{rows}", "bilibili")
        assert counts(imported) == {"twin": count}
        return len(found)

    assert asked(25) == asked(30)


def test_the_command_asks_nobody_and_takes_the_rows_in(operator, siyu, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(TABLE)
    out = StringIO()
    call_command("import_kols", str(file), "--platform", "bilibili", stdout=out, stderr=StringIO())
    assert out.getvalue().splitlines()[-1] == "created 2, updated 0, unchanged 0, rejected 0"
