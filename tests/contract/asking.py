"""Asking operation after operation by schemathesis; everything that an operation writes is undone."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.exceptions import ValidationError
from rest_framework import exceptions, serializers
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.pytest.lazy import get_all_tests

from kol_crm.core.api import errors
from kol_crm.core.api.strict import ANOTHER_TYPE, UNKNOWN
from kol_crm.wsgi import application
from tests.contract.document import fill
from tests.permissions.asking import undone

DOCUMENT = "/api/v1/schema/"
AS_JSON = {"Accept": "application/vnd.oai.openapi+json"}
PHASES = ("examples", "coverage", "fuzzing")
# All checks are on. They do not know 428 (RFC 6585); and 412 is no fault of the request, as 409 is none.
CHECKS: dict[str, Any] = {
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "412", "429"]
    },
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "406", "415", "422", "428"]},
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422", "428"]
    },
}
# Codes of refusals that JSON Schema has no words for: rows that are not there, limits of decimal strings.
RULES = ("does_not_exist", "min_value", "max_value", "max_whole_digits", "max_digits")
TWO_LISTS = ("/api/v1/figures-to-refresh/",)  # ``state`` chooses which, and each has filters of its own
SPANS = {  # in order; days within ten years, or within the years that can be given
    "/api/v1/touches/": {"since", "until"},
    "/api/v1/accounts/{id}/series/": {"since", "until"},
    "/api/v1/kols/{id}/share-or-buyout/": {"cap"},
}
MAY_NEED_MATCH = ("/api/v1/views/{id}/",)  # to pin a view no If-Match is asked for, to change it one is
# How such parameters may be refused: no schema tells rows, nor what is like 1.2万, nor counts digits.
MARKED = {
    "x-names-rows": "Select a valid choice.",
    "x-figure": "This is not a figure.",
    "'number'": "Ensure that there are no more than",
}
FIELDS = (serializers.CharField, serializers.DecimalField, serializers.IntegerField, serializers.DateField)
SHAPE_WORDS = {str(one.default_error_messages["invalid"]) for one in FIELDS} | {UNKNOWN, ANOTHER_TYPE}


@dataclass
class Found:
    """What came of a run."""

    faults: dict[str, str] = field(default_factory=dict)  # the first of each kind at each operation
    requests: Counter = field(default_factory=Counter)  # by operation
    answers: Counter = field(default_factory=Counter)  # by status
    reached: set[str] = field(default_factory=set)  # operations that did what they were asked
    by_rule: int = 0  # well-formed bodies that a rule of the domain refused at their field

    def done(self) -> int:
        return sum(count for status, count in self.answers.items() if status < 300)


class Refusals:
    """Remembers which exception the last refusal came from: a rule's, or one of the body's shape."""

    def __init__(self, monkeypatch):
        self.last: Exception | None = None
        answer = errors._refusal

        def remembering(exc):
            self.last = exc
            return answer(exc)

        monkeypatch.setattr(errors, "_refusal", remembering)

    def is_of_rule(self, case, failure: Failure) -> bool:
        """A well-formed request that the state of things or a rule of the domain refuses at its field."""
        if not isinstance(failure, RejectedPositiveData):
            return False
        if failure.status_code == 428:
            return case.path in MAY_NEED_MATCH
        if failure.status_code != 400:
            return False
        if case.method == "GET":
            return isinstance(self.last, ValidationError) and _of_reading(case, self.last.message_dict)
        if isinstance(self.last, ValidationError):
            return True
        if not isinstance(self.last, exceptions.ValidationError):
            return False
        return not _of_shape(self.last.detail) or _of_empty_files(case, self.last.detail)


def _of_reading(case, refused: Mapping[str, list[str]]) -> bool:
    """Whether each parameter was refused by what stands on file, or by what stands beside it."""
    if case.path in TWO_LISTS:
        return True
    beside = {"cursor", "other"} | SPANS.get(case.path, set())
    shapes = {one.name: str(one.definition["schema"]) for one in case.operation.query}
    said = {name: tuple(word for mark, word in MARKED.items() if mark in shapes[name]) for name in shapes}
    return all(
        name in beside or all(word.startswith(said.get(name, ())) for word in words)
        for name, words in refused.items()
    )


def _of_empty_files(case, detail: Mapping[str, Any]) -> bool:
    """Whether only files of no bytes are missed: werkzeug's client ends such a part so that it is none.

    Sent rightly they are refused by what they hold (tests/profiles/test_import_upload.py).
    """
    if case.media_type != "multipart/form-data" or not isinstance(case.body, Mapping):
        return False
    return all(
        name in case.body and not case.body[name] and [one.code for one in words] == ["required"]
        for name, words in detail.items()
    )


def _of_shape(detail: Any) -> bool:
    """Whether it is Django REST framework's own word about a shape: the document must say it before."""
    if isinstance(detail, Mapping):
        return any(_of_shape(one) for one in detail.values())
    if isinstance(detail, list):
        return any(_of_shape(one) for one in detail)
    return detail.code not in RULES and (detail.code != "invalid" or str(detail) in SHAPE_WORDS)


def loaded(world, token: str, *, examples: int, phases) -> Any:
    """The document as the application answers it, with the world in it.

    The token is told beforehand: one that is only added to a request mends what was wrong with it.
    """
    load_all_checks()
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": token},
            "checks": CHECKS,
            "generation": {"max-examples": examples, "no-shrink": True},
            "phases": {name: {"enabled": name in phases} for name in PHASES},
        }
    )
    schema = schemathesis.openapi.from_wsgi(DOCUMENT, application, config=config, headers=AS_JSON)
    fill(schema.raw_schema, world)
    return schema


def ask_everything(schema, seed: int, refusals: Refusals, only: str = "") -> Found:
    """Every operation whose «GET /path/» the expression ``only`` finds."""
    found, token = Found(), schema.config.headers
    schema.config.seed = seed

    def ask(case):
        found.requests[case.operation.label] += 1
        with undone():
            try:
                answer = case.call_and_validate(headers=token)
                found.answers[answer.status_code] += 1
                found.reached |= {case.operation.label} if answer.status_code < 300 else set()
            except FailureGroup as group:
                _note(found, case, group.exceptions)

    def _note(found, case, failures):
        for one in failures:
            if refusals.is_of_rule(case, one):
                found.by_rule += 1
            else:
                words = f"{one.message}\n{case.as_curl_command()}\n{refusals.last!r}"
                found.faults.setdefault(f"{case.operation.label}: {one.title}", words)

    asked = schema.include(lambda context: re.search(only, context.operation.label) is not None)
    for result in get_all_tests(schema=asked, test_func=ask, settings=None, given_kwargs=None):
        result.ok()[1]()
    return found
