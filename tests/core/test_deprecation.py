"""What is deprecated says so in its answers and in the OpenAPI document (docs/api.md, issue 8)."""

from datetime import date

import pytest
from drf_spectacular.generators import SchemaGenerator

from kol_crm.core.api.deprecation import Deprecated, deprecated
from kol_crm.core.api.staff_bodies import MeAnswer
from lifecycle.api.stages import StageResource

SINCE, UNTIL = date(2027, 1, 10), date(2027, 8, 1)


@pytest.fixture
def old_stages(monkeypatch):
    """``stages/`` as if it were deprecated."""
    monkeypatch.setattr(
        StageResource,
        "list",
        deprecated(since=SINCE, until=UNTIL, instead="ways/")(_copy(StageResource.list)),
    )


def _copy(action):
    def list(self, request):
        return action(self, request)

    vars(list).update(vars(action))
    return list


def test_a_deprecated_operation_says_since_when_and_until_when(old_stages, api, operator):
    answer = api(operator).get("/api/v1/stages/")
    assert answer.status_code == 200
    assert answer["Deprecation"] == "@1799539200"  # 2027-01-10 00:00 UTC (RFC 9745: a date of RFC 9651)
    assert answer["Sunset"] == "Sun, 01 Aug 2027 00:00:00 GMT"


def test_its_refusals_say_so_too(old_stages, client, db):
    answer = client.get("/api/v1/stages/")
    assert (answer.status_code, answer["Sunset"]) == (401, "Sun, 01 Aug 2027 00:00:00 GMT")


def test_the_others_say_nothing(old_stages, api, operator):
    answer = api(operator).get("/api/v1/stages/late/")
    assert "Deprecation" not in answer
    assert "Sunset" not in answer


def test_the_document_marks_the_operation_and_its_headers(old_stages):
    operation = SchemaGenerator().get_schema(request=None, public=True)["paths"]["/api/v1/stages/"]["get"]
    assert operation["deprecated"] is True
    assert set(operation["responses"]["200"]["headers"]) == {"Deprecation", "Sunset"}


def test_the_document_marks_a_field_and_says_what_to_use(monkeypatch):
    class Meta:
        deprecated = {"scopes": Deprecated(SINCE, UNTIL, "rights")}

    monkeypatch.setattr(MeAnswer, "Meta", Meta, raising=False)
    schema = SchemaGenerator().get_schema(request=None, public=True)
    field = schema["components"]["schemas"]["MeAnswer"]["properties"]["scopes"]
    assert field["deprecated"] is True
    assert field["description"].endswith(
        "Deprecated since 2027-01-10, may be gone from 2027-08-01: use rights."
    )


def test_nothing_is_deprecated_for_less_than_half_a_year():
    with pytest.raises(ValueError, match="180 days"):
        Deprecated(SINCE, date(2027, 3, 1), "ways/")


def test_the_document_as_it_is_marks_nothing_by_mistake():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    marked = [
        path for path, methods in schema["paths"].items() for one in methods.values() if "deprecated" in one
    ]
    assert marked == []
