"""Taking the list away: who may, what stands in it, how it is made (DOMAIN 2.1, 2.3; RELIABILITY 1, 4, 5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.utils import translation

from kol_crm.core import lists, stored
from kol_crm.core.errors import Refused
from kol_crm.core.models import Disclosure, StoredFile, User, Work
from profiles.models import Export, Kol
from profiles.services import exports
from profiles.services import kol as kols
from profiles.views.list import KOLS
from tests.factories import NOW, TeamFactory, UserFactory, make_account, make_kol
from tests.profiles.exporting import actor, ask, content, objects, rows, taken, worked
from tests.test_lists import KOL_QUERIES

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13800138000"}


def nothing_written() -> bool:
    return not (
        Export.objects.exists() or StoredFile.objects.exists() or Work.objects.filter(kind="export").exists()
    )


# What stands in it


def test_the_columns_of_the_view_stand_in_their_order_between_id_and_contacts(operator):
    kol = make_kol(operator, city="Hangzhou", contacts=[PHONE], tags=["run"], alias="Si")
    make_account(kol, handle="siyu", external_id="4711")
    [row] = rows(taken(operator, "columns=kol,city,tags,owner"))
    assert row == {
        "KOL file ID": str(kol.pk),
        "KOL name": "王思雨",
        "Alias": "Si",
        "User ID": "4711",
        "Username": "siyu",
        "City": "Hangzhou",
        "Team tags": "run",
        "Owner": "Operator",
        "Phone": "138****8000",
        "WeChat": "",
        "Mail": "",
        "Postal address": "",
    }
    assert next(iter(row)) == "KOL file ID"


@pytest.mark.parametrize("query", KOL_QUERIES)
def test_an_export_holds_what_the_list_shows_in_the_same_order(operator, colleague, query, small_parts):
    for place in range(5):
        make_kol(operator, name=f"王思雨{place % 2}", at=NOW + timedelta(minutes=place))
    make_kol(colleague)
    archived = make_kol(operator, name="gone")
    kols.archive(actor(operator), archived, None)
    params = QueryDict(query, mutable=True)
    params["limit"] = "1000"
    shown = [str(row["id"]) for row in lists.read(KOLS, params, operator, NOW).rows]
    if not shown:
        with pytest.raises(Refused, match="nothing_to_export"):
            ask(operator, query)
        assert nothing_written()
        return
    assert [row["KOL file ID"] for row in rows(taken(operator, query))] == shown


def test_only_the_ticked_rows_are_taken_in_the_order_of_the_list(operator, stranger):
    second, first = make_kol(operator, name="b"), make_kol(operator, name="a")
    make_kol(operator, name="c")
    foreign = make_kol(stranger, name="d")
    ids = [second.pk, foreign.pk, first.pk]
    found = rows(taken(operator, "sort=name", ids=ids))
    assert [row["KOL name"] for row in found] == ["a", "b"]


def test_a_saved_view_that_changes_later_changes_nothing(operator):
    make_kol(operator, city="Hangzhou")
    export = ask(operator, "columns=kol,city&q=wsy&sort=name")
    params = QueryDict(export.query)
    assert (params["columns"], params["q"], params["sort"]) == ("kol,city", "wsy", "name")
    assert "view" not in params


def test_headings_are_in_the_language_of_who_exports(operator):
    operator.language = "zh-hans"
    operator.save()
    make_kol(operator)
    with translation.override("zh-hans"):
        export = ask(operator, "columns=kol,stage")
    [row] = rows(content(worked(export)))
    assert list(row)[:2] == ["档案编号", "KOL 名称"]
    assert row["阶段"] == "引入期"


def test_json_has_lists_numbers_and_null(operator):
    kol = make_kol(operator, tags=["a", "b"])
    Kol.objects.filter(pk=kol.pk).update(own_followers=12000)
    [found] = objects(taken(operator, "columns=kol,tags,followers,bond", "json"))
    assert (found["team_tags"], found["own_followers"], found["bond"]) == (["a", "b"], 12000, None)


def test_a_list_of_several_parts_is_one_document(operator, small_parts):
    for place in range(5):
        make_kol(operator, name=f"k{place}")
    names = [one["kol_name"] for one in objects(taken(operator, "sort=name", "json"))]
    assert names == ["k0", "k1", "k2", "k3", "k4"]


# Contact data (DOMAIN 2.1, 2.3)


def test_contact_data_is_masked_also_in_ones_own_files(operator):
    make_kol(operator, contacts=[PHONE])
    for kind in ("csv", "xlsx", "json", "vcard"):
        assert b"13800138000" not in taken(operator, kind=kind)
    assert not Disclosure.objects.exists()


def test_a_manager_exports_in_clear_with_a_reason_and_it_is_written_down(operator, manager):
    make_kol(operator, contacts=[PHONE, {"channel": "mail", "value": "si@mail.example"}])
    export = worked(ask(manager, in_clear=True, reason=" the fair in May "))
    [row] = rows(stored.read(exports.opened(actor(manager), export)))
    assert (row["Phone"], row["Mail"]) == ("13800138000", "si@mail.example")
    told = list(Disclosure.objects.order_by("pk").values_list("action", "user__username", "rows", "reason"))
    assert told == [
        ("export", "manager", 1, "the fair in May"),
        ("export_download", "manager", 1, "the fair in May"),
    ]


def test_in_clear_needs_a_reason(operator, manager):
    make_kol(operator)
    with pytest.raises(ValidationError) as error:
        ask(manager, in_clear=True, reason="  ")
    assert list(error.value.message_dict) == ["reason"]
    assert nothing_written()


def test_an_operator_does_not_export_in_clear(operator):
    make_kol(operator)
    with pytest.raises(PermissionDenied):
        ask(operator, in_clear=True, reason="because")
    assert nothing_written()


def test_finance_exports_nothing(operator, finance):
    make_kol(operator)
    with pytest.raises(PermissionDenied):
        ask(finance)
    assert nothing_written()


def test_contacts_of_a_guardian_and_dead_ones_stay_on_the_file(operator, manager):
    numbers = [
        PHONE | {"guardian": True},
        {"channel": "phone", "value": "13800138001", "dead_since": NOW.date()},
        {"channel": "phone", "value": "13800138002"},
    ]
    make_kol(operator, contacts=numbers)
    [row] = rows(taken(manager, in_clear=True, reason="the fair"))
    assert row["Phone"] == "13800138002"


def test_a_search_by_contact_data_is_not_kept(operator):
    make_kol(operator, contacts=[PHONE])
    with pytest.raises(ValidationError) as error:
        ask(operator, "q=13800138000")
    assert list(error.value.message_dict) == ["q"]
    assert nothing_written()


def test_what_is_not_understood_is_refused_at_its_name(operator):
    make_kol(operator)
    for query, name in (("stage=lost", "stage"), ("no_such=1", "no_such"), ("columns=x", "columns")):
        with pytest.raises(ValidationError) as error:
            ask(operator, query)
        assert list(error.value.message_dict) == [name]
    with pytest.raises(ValidationError) as error:
        ask(operator, kind="exe")
    assert list(error.value.message_dict) == ["format"]
    assert nothing_written()


# Who sees it, who gets it


def test_managers_see_the_exports_in_clear_of_their_teams_and_no_other(
    operator, manager, manager_elsewhere, admin, colleague
):
    make_kol(operator)
    masked = ask(operator)
    clear = ask(manager, in_clear=True, reason="the fair")
    above = UserFactory(role=User.Role.MANAGER, team=manager.team.parent)
    seen = {user: set(Export.objects.visible_to(user)) for user in (operator, manager, above, admin)}
    assert seen == {operator: {masked}, manager: {clear}, above: {clear}, admin: {clear}}
    for user in (colleague, manager_elsewhere):
        assert not Export.objects.visible_to(user).exists()
    assert set(Export.objects.visible_to(above, "edit")) == set()


def test_nobody_but_its_maker_gets_the_file(operator, manager, admin):
    make_kol(operator)
    export = worked(ask(manager, in_clear=True, reason="the fair"))
    before = Disclosure.objects.count()
    with pytest.raises(PermissionDenied):
        exports.opened(actor(admin), export)
    assert Disclosure.objects.count() == before


def test_a_file_that_is_out_of_sight_by_now_is_not_handed_out(operator, colleague):
    """Rights are read when it is fetched: the team changed since (RELIABILITY 4)."""
    make_kol(operator)
    other = make_kol(colleague)
    export = worked(ask(operator))
    Kol.objects.filter(pk=other.pk).update(team=TeamFactory())
    with pytest.raises(Refused, match="out_of_sight"):
        exports.opened(actor(operator), export)
    assert len(rows(content(worked(exports.again(actor(operator), export))))) == 1


def test_a_file_put_into_the_trash_since_is_still_handed_out(operator, colleague):
    kol = make_kol(colleague)
    export = worked(ask(operator))
    kols.archive(actor(colleague), kol, None)
    assert exports.opened(actor(operator), export) == export.file


def test_a_manager_who_is_none_any_more_gets_no_contacts(operator, manager):
    make_kol(operator, contacts=[PHONE])
    export = worked(ask(manager, in_clear=True, reason="the fair"))
    manager.role = User.Role.OPERATOR
    manager.save()
    with pytest.raises(PermissionDenied):
        exports.opened(actor(manager), export)
    assert not Disclosure.objects.filter(action="export_download").exists()


def test_who_is_deactivated_gets_nothing(operator):
    make_kol(operator)
    export = worked(ask(operator))
    operator.is_active = False
    assert not Export.objects.visible_to(operator).exists()
    with pytest.raises(PermissionDenied):
        exports.opened(actor(operator), export)
