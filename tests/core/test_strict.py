"""Bodies of the API are of the types that the document says (issue 8)."""

import pytest
from django.http import QueryDict
from rest_framework import serializers

from kol_crm.core.api.strict import ANOTHER_TYPE, UNKNOWN, StrictSerializer


class Body(StrictSerializer):
    name = serializers.CharField(required=False)
    count = serializers.IntegerField(required=False)
    sure = serializers.BooleanField(required=False)
    amount = serializers.DecimalField(max_digits=9, decimal_places=2, required=False)
    grade = serializers.ChoiceField([(1, "one"), (2, "two")], required=False)
    names = serializers.ListField(child=serializers.CharField(), required=False)
    row = serializers.UUIDField(required=False)
    short = serializers.CharField(max_length=3, required=False)


@pytest.mark.parametrize(
    "sent",
    [
        {"name": 5},
        {"count": "5"},
        {"count": 5.5},
        {"count": True},
        {"sure": "on"},
        {"amount": 5},
        {"amount": "NaN"},
        {"names": ["a", 5]},
        {"row": 5},
        {"row": False},
    ],
    ids=str,
)
def test_a_value_of_another_json_type_is_refused_at_its_field(sent):
    body = Body(data=sent)
    assert not body.is_valid()
    assert body.errors == {next(iter(sent)): [ANOTHER_TYPE]}


def test_an_unknown_name_is_refused_by_name():
    body = Body(data={"name": "a", "nmae": "b"})
    assert not body.is_valid()
    assert body.errors == {"nmae": [UNKNOWN]}


def test_a_whole_number_is_an_integer_however_it_is_written():
    """5.0 is the integer 5 in JSON Schema."""
    body = Body(data={"count": 5.0, "grade": 2.0})
    assert body.is_valid(), body.errors
    assert body.validated_data == {"count": 5, "grade": 2}


def test_a_form_has_no_types():
    body = Body(data=QueryDict("count=5&sure=on&amount=5"))
    assert body.is_valid(), body.errors


def test_a_text_is_measured_as_it_was_sent():
    """The document's maxLength knows nothing of trimming."""
    body = Body(data={"short": "abc  "})
    assert not body.is_valid()
    assert set(body.errors) == {"short"}
    assert Body(data={"short": " ab"}).is_valid()
