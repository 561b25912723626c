"""The demo: the same seed and day give the same people, and their lives go through the verbs."""

from collections import Counter
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from incentives.models import Greeting
from kol_crm.core import jobs
from kol_crm.core.actor import Actor
from kol_crm.core.models import ChangeSet, User
from kol_crm.demo import cast, introduction, stage_set
from lifecycle import pace
from lifecycle.models import Move, PlatformUser, Programme, Stay
from profiles.models import Field, Kol, Touch
from tests.factories import NOW

TODAY = date(2026, 11, 23)
TAKEN_ON = len(introduction.PROGRAMMES)  # of the own users, one for each programme
FIELDS = ["running", "tea", "cooking", "games"]


def test_the_same_seed_and_day_give_the_same_people():
    first, again = (cast.draw(7, TODAY, FIELDS, stage_set.OWNERS) for _ in range(2))
    assert first == again
    assert first != cast.draw(8, TODAY, FIELDS, stage_set.OWNERS)


def test_four_hundred_files_over_all_stages_and_moods_and_about_eighty_for_each_demo_operator():
    people = cast.draw(7, TODAY, FIELDS, stage_set.OWNERS)
    owners = Counter(persona.owner for persona in people)
    assert len(people) == 400
    assert (owners["operator"], owners["operator2"]) == (82, 79)
    assert {persona.end for persona in people} == {"introduction", "initial", "mid_term", "late", "departed"}
    assert {persona.mood for persona in people} == set(cast.MOODS)
    near = [p for p in people if (p.birthday.get("birth_month"), p.birthday.get("birth_day")) == (11, 23)]
    assert near


@pytest.mark.django_db
@pytest.mark.usefixtures("standing_gates")
def test_every_life_leaves_its_traces(monkeypatch):
    monkeypatch.setattr(cast, "SIZE", 12)
    assert stage_set.put_on(7, NOW, lambda _line: None) == 12
    assert Kol.objects.count() == Stay.objects.filter(until=None).count() == 12 + TAKEN_ON
    assert Touch.objects.exists()
    assert Move.objects.exists()
    assert set(ChangeSet.objects.values_list("door", flat=True)) <= {"command", "import"}
    assert not Kol.objects.filter(stage_since__gt=TODAY).exists()
    jobs.tick(Actor.job(NOW))
    assert not Greeting.objects.filter(on__lt=TODAY).exists()
    words = {one.pace.word for one in pace.on(TODAY, Field.objects.all()).values()}
    assert words == {"oversupplied", "room", "hold", "unknown"}
    live = Programme.objects.filter(state="live")
    assert set(live.values_list("purpose", flat=True)) == set(Programme.Purpose.values)
    for programme in live:
        taken = PlatformUser.objects.get(state="taken", candidate__programme=programme)
        assert taken.candidate.highlight
        assert taken.candidate.kol.accounts.get().external_id == taken.external_id
    assert Move.objects.filter(to_stage="initial").exists()
    checks = [check for move in Move.objects.filter(to_stage="initial") for check in move.gate]
    assert all(check["passed"] for check in checks if check["mandatory"])


@pytest.mark.django_db
def test_it_is_refused_where_people_work_or_passwords_matter(operator, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="users already"):
        call_command("demo", stdout=StringIO())
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=0"):
        call_command("demo", "--reset", stdout=StringIO())
    assert list(User.objects.all()) == [operator]


@pytest.mark.django_db(transaction=True)
def test_a_reset_begins_with_an_empty_house(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(cast, "SIZE", 3)
    monkeypatch.setattr(stage_set, "OWNERS", {"operator": 3})
    for _twice in range(2):
        call_command("demo", "--reset", stdout=StringIO())
        assert (Kol.objects.count(), User.objects.count()) == (3 + TAKEN_ON, len(stage_set.USERS))
