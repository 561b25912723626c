"""The OpenAPI schema says what the API answers."""

import re

import pytest
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def test_what_may_be_blank_says_so_in_one_schema(schema):
    """Of ``oneOf`` exactly one may fit: a blank text would fit both and so be forbidden."""
    note = schema["components"]["schemas"]["TaskBodyRequest"]["properties"]["note"]
    assert re.fullmatch(note["pattern"], "")
    assert [
        (name, at)
        for name, one in schema["components"]["schemas"].items()
        for at, field in one.get("properties", {}).items()
        if {"type": "string", "maxLength": 0} in field.get("oneOf", [])
    ] == []


def answers_of(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for answer in operation["responses"].values():
                yield (
                    f"{method} {path}",
                    answer.get("content", {}).get("application/json", {}).get("schema", {}),
                )


def test_a_page_of_a_list_is_one_object_and_no_array_of_pages(schema):
    answers = list(answers_of(schema))
    assert any(answer.get("$ref", "").endswith("/KolPage") for _where, answer in answers)
    assert [
        where for where, answer in answers if answer.get("items", {}).get("$ref", "").endswith("Page")
    ] == []


@pytest.mark.parametrize(
    ("body", "name", "row"),
    [("FigureRowsRequest", "rows", "FigureRowRequest"), ("PushBodyRequest", "items", "PushItemRequest")],
)
def test_what_is_answered_one_by_one_may_be_anything_beside_its_shape(schema, body, name, row):
    said = schema["components"]["schemas"][body]["properties"][name]["items"]["anyOf"]
    assert [set(one) for one in said] == [{"$ref"}, {"description"}]
    assert said[0]["$ref"].endswith(f"/{row}")


def test_a_figure_of_a_row_is_a_decimal_string_or_a_number(schema):
    figures = schema["components"]["schemas"]["FigureRowRequest"]["properties"]["figures"]
    assert figures["additionalProperties"]["type"] == ["string", "number"]
