"""Query strings of the API: nothing is passed over, and what has no value asks for nothing (issue 8)."""

import re

import pytest
from django.core.exceptions import ValidationError
from drf_spectacular.generators import SchemaGenerator

from kol_crm.core.api.filter_shapes import BLANK, MONTH, or_blank, shape_of
from kol_crm.core.day_range import FIRST_YEAR, LAST_YEAR
from kol_crm.core.months import MonthFilter
from tests.factories import make_account, make_kol
from tests.permissions.asking import state


def errors_of(answer) -> set[str]:
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "invalid"
    return set(answer.json()["errors"])


@pytest.mark.django_db
class TestAsked:
    @pytest.fixture
    def kol(self, operator):
        return make_kol(operator)

    @pytest.fixture
    def rest(self, api, operator):
        return api(operator, "kols:read", "kols:write")

    def test_an_unknown_parameter_is_refused_by_name_where_there_is_no_list(self, rest, kol):
        account = make_account(kol)
        for path in (
            "/api/v1/me/",
            "/api/v1/attributes/",
            f"/api/v1/kols/{kol.pk}/",
            f"/api/v1/kols/{kol.pk}/gate/",
            f"/api/v1/accounts/{account.pk}/series/",
            "/api/v1/yields/",
        ):
            assert errors_of(rest.get(f"{path}?nmae=1")) == {"nmae"}, path
            assert rest.get(path).status_code == 200, path

    def test_an_unknown_parameter_is_refused_by_name_at_a_list_even_without_a_value(self, rest, kol):
        for path in ("/api/v1/kols/", "/api/v1/campaigns/", "/api/v1/kols/export/"):
            for asked in ("nmae=", "nmae=1", "attr_=1"):
                assert errors_of(rest.get(f"{path}?{asked}")) == {asked.split("=")[0]}, (path, asked)
        assert rest.get("/api/v1/kols/?attr_shoe_size=").status_code == 200  # as admins may add it
        assert errors_of(rest.get(f"/api/v1/kols/{kol.pk}/?attr_shoe_size=")) == {"attr_shoe_size"}

    def test_a_write_that_was_asked_with_an_unknown_parameter_is_not_done(self, rest, kol):
        before = state()
        answer = rest.delete(f"/api/v1/kols/{kol.pk}/?dry_run=true", HTTP_IF_MATCH="*")
        assert errors_of(answer) == {"dry_run"}
        assert state() == before

    def test_a_parameter_without_a_value_is_as_one_left_out(self, rest, kol):
        account = make_account(kol)
        for path in (
            "/api/v1/kols/?sort=&limit=&cursor=&owner=&q=&fields=",
            f"/api/v1/kols/{kol.pk}/?fields=",
            f"/api/v1/kols/{kol.pk}/gate/?to_stage=",
            f"/api/v1/kols/{kol.pk}/timeline/?kind=&limit=",
            f"/api/v1/accounts/{account.pk}/series/?metric=&since=&other=&indexed=",
            "/api/v1/attributes/?retired=",
            "/api/v1/yields/?by=&together=",
            "/api/v1/dashboard/?period=&team=",
            "/api/v1/kols/changes/?start=true&skip_own=&limit=",
        ):
            answer = rest.get(path)
            assert answer.status_code == 200, (path, answer.content)

    def test_what_must_be_given_is_missed_where_it_has_no_value(self, rest):
        assert errors_of(rest.get("/api/v1/platform-users/?field=")) == {"field"}
        assert errors_of(rest.get("/api/v1/kols/changes/?cursor=")) == {"cursor"}

    def test_what_is_true_or_false_takes_no_other_word(self, rest, kol):
        for path in ("/api/v1/attributes/?retired=", "/api/v1/yields/?together=", "/api/v1/notices/?unread="):
            assert rest.get(f"{path}false").status_code == 200, path
            assert len(errors_of(rest.get(f"{path}-5"))) == 1, path

    def test_a_null_character_is_refused_at_its_parameter(self, rest):
        for path in ("/api/v1/kols/?q=a%00b", "/api/v1/exchange-rates/?currency=%00"):
            assert len(errors_of(rest.get(path))) == 1, path

    def test_a_method_that_is_not_there_is_405_whatever_it_asks(self, rest):
        assert rest.put("/api/v1/kols/changes/?start=true").status_code == 405
        assert rest.head("/api/v1/attributes/?retired=").status_code == 200

    def test_a_whole_number_is_an_integer_however_it_is_written(self, rest, kol):
        assert rest.get("/api/v1/kols/?limit=1.0").status_code == 200
        assert errors_of(rest.get("/api/v1/kols/?limit=1.5")) == {"limit"}
        assert rest.get("/api/v1/kols/?birthday_within=30.0").status_code == 200
        assert errors_of(rest.get("/api/v1/kols/?birthday_within=30.5")) == {"birthday_within"}


def test_the_document_says_which_parameters_may_stand_without_a_value():
    for path, operations in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        for method, operation in operations.items():
            for one in operation.get("parameters", []):
                if one["in"] == "query":
                    takes_blank = _takes_blank(one["schema"])
                    assert takes_blank != one.get("required", False), (method, path, one)


def _takes_blank(schema) -> bool:
    if schema.get("type") == "array":
        return _takes_blank(schema["items"])
    if "anyOf" in schema:
        return BLANK in schema["anyOf"]
    if "enum" in schema:
        return "" in schema["enum"]
    return schema["type"] == "string" and not {"minLength", "format"} & set(schema)


@pytest.mark.parametrize("year", ["0000", FIRST_YEAR - 1, FIRST_YEAR, LAST_YEAR, LAST_YEAR + 1, 9999])
def test_a_month_that_can_be_given_is_one_that_the_document_takes(year):
    asked, month, takes = MonthFilter(), f"{year}-07", True
    try:
        asked.field.clean(month)
    except ValidationError:
        takes = False
    assert shape_of(asked) == MONTH
    assert takes == (re.fullmatch(MONTH["pattern"], month) is not None)


def test_each_shape_takes_no_value_too():
    assert or_blank(MONTH) == {"anyOf": [MONTH, BLANK]}
    assert or_blank({"type": "string", "minLength": 1, "enum": ["a"]}) == {
        "type": "string",
        "enum": ["a", ""],
    }
    many = or_blank({"type": "array", "items": {"type": "string", "enum": ["a"]}})
    assert many == {"type": "array", "items": {"type": "string", "enum": ["a", ""]}}


@pytest.mark.django_db
def test_a_text_is_measured_as_it_was_sent(api, operator):
    for path in ("/api/v1/kols/?q=", "/api/v1/campaigns/?q="):
        assert api(operator).get(f"{path}{'a' * 100}").status_code == 200
        assert errors_of(api(operator).get(f"{path}{'a' * 99}%20%20")) == {"q"}
