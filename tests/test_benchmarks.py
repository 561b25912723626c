"""The benchmarks run on a tiny load, so that they do not rot; what they measure is no test."""

import pytest
from django.utils import timezone

from benchmarks import load, run, statements, terms
from kol_crm.core.models import User
from lifecycle.models import Move, Stay
from profiles import counts
from profiles.counting import ALL
from profiles.models import Kol
from profiles.services import naming, next_due
from tests import scopes

FILES = 240
NOW = timezone.now()


@pytest.fixture
def loaded(db, monkeypatch):
    monkeypatch.setattr(terms, "EACH", 2)
    load.fill(FILES, NOW)


def test_loaded_files_stand_as_the_verbs_would_leave_them(loaded):
    kols = list(Kol.objects.all())
    assert len(kols) == FILES
    for kol in kols:
        assert naming.columns(kol, [kol.handle]).items() <= vars(kol).items()
    awake = [kol for kol in kols if kol.archived_at is None]
    earliest = next_due.earliest([kol.pk for kol in awake])
    stored = {kol.pk: kol.next_due for kol in awake if kol.next_due}
    assert stored == {pk: day for pk, (day, _kind) in earliest.items()}
    manager = User.objects.get(username=run.READER)
    by_stage = counts.seen_by(manager, ALL).by_stage()
    assert by_stage == {stage: sum(k.stage == stage for k in awake) for stage in by_stage}
    assert by_stage.total() == len(awake)
    assert scopes.standing() == scopes.counted()
    assert Move.objects.filter(to_stage="departed").exists()
    assert {stay.kol_id: stay.stage for stay in Stay.objects.filter(until=None)} == {
        k.pk: k.stage for k in kols
    }


def test_every_page_that_is_measured_answers(loaded, client):
    measured = run.rows()
    assert len({row.name for row in measured}) == len(measured) > 15
    for row in measured:
        client.force_login(User.objects.get(username=row.by))
        if not row.api:
            assert statements.of(client, row.urls[0]).count > 2


def test_files_are_loaded_into_an_empty_database_only(loaded):
    with pytest.raises(SystemExit):
        load.fill(1, NOW)
    assert Kol.objects.count() == FILES
