"""Each kind in the list of what was done has its file, words, and a way back that leads somewhere (8.1)."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from django.utils import timezone

from incentives.services import gift
from kol_crm import today_done, today_facts
from kol_crm.today_finishes import FINISHES
from profiles.models import Kol
from tests.factories import NOW, make_kol
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db


def test_every_kind_is_told_of_the_rows_that_there_are(world):
    user, told, without = world.users["manager"], set(), set()
    for finish in FINISHES:
        rows = finish.model._default_manager.all()
        if finish.file:
            rows = rows.filter(**{f"{finish.file}__in": Kol.objects.visible_to(user)})
        row = rows.first()
        if row is None:
            without.add(finish.kind)
            continue
        standing = today_done._standing(finish, {row.pk: timezone.now()}, user)
        assert len(standing) == finish.holds(getattr(row, finish.column)), finish.kind
        setattr(row, finish.column, next(iter(finish.states), timezone.now()))
        assert str(finish.words(row)).strip(), finish.kind
        assert (finish.subject(row) is not None) is bool(finish.file) or finish.alone, finish.kind
        url = finish.undo(row) if finish.undo else ""
        assert not url or resolve(urlsplit(url).path), finish.kind
        told.add(finish.kind)
    assert {"review", "task", "gift_idea", "deliverable", "access", "resource", "strategy"} <= told, without
    assert len(told) > 25, without


def test_a_gift_that_was_dropped_is_done_until_the_step_is_taken_back(operator, as_user):
    kol = make_kol(operator, at=timezone.now())
    row = gift.suggest(by(operator, timezone.now()), kol, {"item": "Tea"})
    gift.drop(by(operator, timezone.now()), row, "They drink coffee", row.version)
    since = today_done.since_midnight()
    (act,) = [one for one in today_done.of(operator, since) if one.kind.startswith("gift")]
    assert (act.kind, act.subject) == ("gift_idea", kol)
    answer = as_user(operator).post(act.undo_url, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert [one for one in today_done.of(operator, since) if one.kind.startswith("gift")] == []


def test_facts_of_their_own_are_told_as_long_as_they_stand(world):
    user = world.users["owner"]
    found = {act.kind for act in today_facts.of(user, NOW.replace(year=2020))}
    assert found <= today_facts.KINDS
    assert "touch" in found
