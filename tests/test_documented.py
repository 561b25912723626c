"""The OpenAPI document tells every answer that the matrix of rights knows (issue 8)."""

import json

import pytest
from django.urls import reverse

from tests.contract.document import of_rows

pytestmark = pytest.mark.django_db
ITSELF = ("api:schema", "api:docs")  # the document says nothing of itself


def test_each_answer_of_the_matrix_is_in_the_document(world, client):
    asked = client.get(reverse("api:schema"), headers={"Accept": "application/vnd.oai.openapi+json"})
    wrong = []
    for row, operation, _ids in of_rows(json.loads(asked.content), world):
        if operation is None:
            wrong += [] if row.url in ITSELF else [f"{row.method} {row.url} is not in the document"]
            continue
        answers = {str(row.expected(actor)) for actor in (*world.users, "anonymous")}
        if untold := sorted(answers - operation["responses"].keys()):
            wrong.append(f"{row.method} {row.url} answers {', '.join(untold)}")
    assert wrong == []
