"""Bodies that cannot be read are refused as such, whoever sends them (RELIABILITY 2)."""

import pytest

from profiles.models import Kol

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", ["[" * 100_000, '{"name":' * 50_000])
@pytest.mark.parametrize("path", ["kols/", "kols/bulk/", "webhooks/", "imports/"])
def test_json_without_a_bottom_is_malformed(api, operator, path, body):
    headers = {"HTTP_IDEMPOTENCY_KEY": "k"}
    answer = api(operator).generic(
        "POST", f"/api/v1/{path}", body, content_type="application/json", **headers
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert not Kol.objects.exists()
