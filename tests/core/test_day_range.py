"""Lists are asked for days of the calendar that files know, and for none at its end."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("ledger/", "month"),
        ("ledger/totals/", "month"),
        ("payouts/", "month"),
        ("slots/", "month"),
        ("survivors/", "entered_to"),
    ],
)
def test_the_last_month_of_all_is_refused_at_its_name(api, manager, path, name):
    client = api(manager)
    assert client.get(f"/api/v1/{path}", {name: "2026-11"}).status_code == 200
    answer = client.get(f"/api/v1/{path}", {name: "9999-12"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
