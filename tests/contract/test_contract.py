"""Every operation of the OpenAPI document, asked by schemathesis, answers as the document says (issue 8)."""

import logging

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from knox.settings import knox_settings

from kol_crm.core.api.auth import SCOPES
from kol_crm.core.models import ApiToken
from profiles.models import Source
from tests.contract.asking import Refusals, ask_everything, loaded
from tests.contract.document import SOURCE
from tests.factories import NOW

pytestmark = [pytest.mark.contract, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _one_connection():
    """A request neither begins nor ends with a new one: the world stands in a transaction of this one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(world, request) -> str:
    user = world.users[request.config.getoption("--asker")]
    Source.objects.create(slug=SOURCE, name="Contract", owner=user)
    _row, token = ApiToken.objects.create(user, scopes=list(SCOPES), prefix="")
    return f"{knox_settings.AUTH_HEADER_PREFIX} {token}"


def every_operation(schema) -> set[str]:
    return {result.ok().label for result in schema.get_all_operations()}


def test_every_operation_answers_as_the_document_says(world, token, request, caplog, monkeypatch, capsys):
    caplog.set_level(logging.CRITICAL)
    option, refusals, wrong = request.config.getoption, Refusals(monkeypatch), []
    schema = loaded(world, token, examples=option("--examples"), phases=option("--phases").split(","))
    with time_machine.travel(NOW, tick=False):
        for seed in option("--seeds").split(","):
            found = ask_everything(schema, int(seed), refusals, option("--only"))
            assert option("--only") or set(found.requests) == every_operation(schema)
            assert 10 * found.done() > found.requests.total(), "so many refusals say nothing of the answers"
            wrong += [f"{where}\n{what}" for where, what in found.faults.items()]
            with capsys.disabled():
                print(  # noqa: T201 - the figures are what the long run is for
                    f"seed {seed}: {len(found.requests)} operations, {found.requests.total()} requests, "
                    f"{found.by_rule} refused by a rule, {len(found.faults)} faults; "
                    f"answers {dict(sorted(found.answers.items()))}; "
                    f"refused throughout {sorted(set(found.requests) - found.reached)}"
                )
    assert wrong == [], "\n\n".join(wrong)
