"""What the API answers to whom the matrix of rights allows it is what the OpenAPI document tells (issue 8).

Schemathesis (``tests/contract``) is refused where a state or another role is wanted; the matrix knows both.
"""

import json

import pytest
import time_machine
from django.urls import reverse
from jsonschema import Draft202012Validator

from profiles.exporting import writing
from tests.contract.document import of_rows
from tests.factories import NOW
from tests.permissions.asking import undone

pytestmark = pytest.mark.django_db
AS_JSON = ("application/json", "application/problem+json")
ANYTHING = "*/*"
ITSELF = ("api:schema", "api:docs")  # the document says nothing of itself


@pytest.fixture
def document(client) -> dict:
    asked = client.get(reverse("api:schema"), headers={"Accept": "application/vnd.oai.openapi+json"})
    return json.loads(asked.content)


def test_each_status_of_the_matrix_is_in_the_document(world, document):
    wrong = []
    for row, _address, operation, _ids in of_rows(document, world):
        if operation is None:
            wrong += [] if row.url in ITSELF else [f"{row.method} {row.url} is not in the document"]
            continue
        answers = {str(row.expected(actor)) for actor in (*world.users, "anonymous")}
        if untold := sorted(answers - operation["responses"].keys()):
            wrong.append(f"{row.method} {row.url} answers {', '.join(untold)}")
    assert wrong == []


def wrong_with(answer, responses: dict, document: dict) -> list[str]:
    """What of an answer the document does not tell: its kind, or where its body is another one."""
    told = responses.get(str(answer.status_code), {})
    if "$ref" in told:
        told = document["components"]["responses"][told["$ref"].rsplit("/", 1)[1]]
    kinds = told.get("content", {})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not body and not kinds:
        return []
    told = kinds.get(kind, kinds.get(ANYTHING))
    if told is None:
        return [f"{answer.status_code} is {kind or 'nothing'}, not {' or '.join(kinds) or 'nothing'}"]
    if kind not in AS_JSON:
        return []
    schema = Draft202012Validator({**told.get("schema", {}), "components": document["components"]})
    return [
        f"{answer.status_code} at {one.json_path}: {one.message[:200]}"
        for one in schema.iter_errors(json.loads(body))
    ]


def test_each_answer_of_the_matrix_is_as_the_document_tells(world, askers, document):
    """To one who may and to one who may not."""
    wrong = []
    with time_machine.travel(NOW, tick=False):
        for row, address, operation, _ids in of_rows(document, world):
            if operation is None:
                continue
            data = row.data(world) if callable(row.data) else row.data
            for actor in (*sorted(row.may)[:1], *sorted(askers.rest.keys() - row.may)[:1]):
                ask = getattr(askers.rest[actor], row.method.lower())
                with undone():
                    answer = ask(address, data, headers=dict(row.headers))
                    found = wrong_with(answer, operation["responses"], document)
                wrong += [f"{row.method} {row.url} as {actor}: {one}" for one in found]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        (
            "/api/v1/exports/{id}/file/",
            [writing.Csv(), writing.Json(), writing.Sheet(), writing.Cards(in_clear=False)],
        ),
        ("/api/v1/ledger/file/{kind}/", [writing.Csv(), writing.Sheet()]),
        ("/api/v1/payout-batches/{number}/file/{kind}/", [writing.Csv(), writing.Sheet()]),
    ],
)
def test_a_file_is_told_in_every_kind_it_comes_in(document, address, kinds):
    told = document["paths"][address]["get"]["responses"]["200"]["content"]
    assert told.keys() == {one.content_type.partition(";")[0] for one in kinds}
