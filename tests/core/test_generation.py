"""The database's generation: a restore or a copy is noticed, and nothing leaves until an admin says so."""

from datetime import timedelta

import pytest

from kol_crm.core import dispatcher, generation, holding_back, outbox
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, Generation, Notice, Send
from kol_crm.core.services import holding_back as verbs
from tests.core.test_outbox import Probe
from tests.factories import NOW
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def probe(monkeypatch):
    probe = Probe()
    kind = outbox.Kind(wanted=probe.wanted, render=probe.render, settled=probe.settled, wait=probe.wait)
    again = outbox.Kind(probe.wanted, probe.render, probe.settled, resend_uncertain=True)
    monkeypatch.setattr(outbox.kinds, "_providers", {"probe": kind, "staff": again})
    return probe


def queue(key: str, kind: str = "probe", due=NOW) -> Send:
    times = {"not_before": due, "give_up_after": due + timedelta(hours=24), "at": NOW}
    return outbox.enqueue(outbox.new(key, kind, **times))[key]


def run(now=LATER) -> outbox.Tally:
    return dispatcher.dispatch(lambda: now)


def states() -> dict[str, str]:
    return dict(Send.objects.values_list("key", "state"))


def test_an_installation_keeps_one_generation_and_sends(probe, sink):
    queue("a")
    before = generation.current()
    run()
    run()
    assert (len(sink.ids), generation.current()) == (1, before)
    assert Generation.objects.get().kept_outside


def test_the_generation_is_remembered_and_a_change_is_noticed_within_seconds(
    django_assert_num_queries, monkeypatch
):
    generation.look(NOW)
    before = generation.current()
    with django_assert_num_queries(0):
        assert generation.current() == before
    generation.installation_memo.forget()  # as after the seconds that it is remembered
    with django_assert_num_queries(1):
        assert generation.current() == before
    assert generation.current() != str(generation.restored(LATER).pk) != before
    assert generation.current() == str(generation.latest().pk)


def test_after_a_restore_nothing_goes_and_what_was_due_before_is_uncertain(probe, sink, admin):
    queue("before", due=NOW)
    generation.look(NOW)
    generation.restored(LATER)
    queue("planned late", due=NOW + timedelta(minutes=1))
    queue("after", due=LATER + timedelta(minutes=1))
    run(LATER + timedelta(minutes=2))
    assert sink.ids == []
    assert states() == {"before": "uncertain", "planned late": "uncertain", "after": "pending"}
    assert probe.heard == [], "its owner is not asked: the admin is"
    assert Notice.objects.get().user == admin


def test_another_database_than_the_one_that_was_here_is_held(probe, sink, settings):
    queue("a")
    generation.look(NOW)
    [file] = settings.STATE_DIR.iterdir()
    file.write_text(f"{generation.uuid.uuid4()}\n")
    run()
    assert (sink.ids, generation.latest().cause, states()) == ([], "found", {"a": "uncertain"})
    assert file.read_text().strip() == str(generation.latest().pk)
    run()
    assert Generation.objects.count() == 2


@pytest.mark.parametrize("left", ["", "half of i"])
def test_a_database_whose_file_is_gone_or_broken_is_held(probe, sink, settings, left):
    queue("a")
    generation.look(NOW)
    [file] = settings.STATE_DIR.iterdir()
    file.write_text(left) if left else file.unlink()
    run()
    assert (sink.ids, generation.latest().cause) == ([], "found")


def test_a_new_database_in_the_place_of_another_sends(probe, sink, settings):
    """Nothing could go twice: it never sent anything, and its file is another one's."""
    generation.look(NOW)
    [file] = settings.STATE_DIR.iterdir()
    file.write_text(f"{generation.uuid.uuid4()}\n")
    Generation.objects.update(kept_outside=False)
    assert not generation.look(NOW).is_held
    queue("a")
    run()
    assert len(sink.ids) == 1


def test_a_copy_to_another_installation_is_held(probe, sink, settings):
    queue("a")
    generation.look(NOW)
    settings.INSTANCE_NAME = "staging"
    run()
    assert (sink.ids, generation.latest().cause, states()) == ([], "copied", {"a": "uncertain"})
    run()
    assert Generation.objects.count() == 2


def test_of_two_installations_on_one_database_only_the_released_one_sends(probe, sink, settings, admin):
    generation.look(NOW)
    settings.INSTANCE_NAME = "staging"
    generation.look(NOW)
    verbs.release_all(Actor(admin, "page", NOW))
    queue("a")
    assert not generation.look(NOW).is_held
    settings.INSTANCE_NAME = "default"
    run()
    assert (sink.ids, generation.latest().cause) == ([], "copied")


def test_the_file_is_one_of_each_database(settings):
    generation.look(NOW)
    settings.INSTANCE_NAME = "default"
    [file] = settings.STATE_DIR.iterdir()
    name = generation._file().name
    assert file.name == name
    other = {**generation.connection.settings_dict, "NAME": "another"}
    generation.connection.settings_dict, kept = other, generation.connection.settings_dict
    try:
        assert generation._file().name != name
    finally:
        generation.connection.settings_dict = kept


def test_where_the_file_cannot_be_written_nothing_is_sent(probe, sink, settings, tmp_path):
    queue("a")
    (tmp_path / "state").write_text("a file where the folder should be")
    settings.STATE_DIR = tmp_path / "state"
    with pytest.raises(OSError, match="state"):
        run()
    assert (sink.ids, states()) == ([], {"a": "pending"})


def in_doubt(*, kinds=("probe",)) -> None:
    for kind in kinds:
        queue(f"{kind}:1", kind)
    generation.look(NOW)
    generation.restored(LATER)
    run()


def test_sending_goes_on_when_an_admin_says_so_and_the_doubtful_stays_held(probe, sink, admin):
    in_doubt()
    queue("after", due=LATER)
    verbs.resume(Actor(admin, "page", LATER))
    run()
    assert (len(sink.ids), states()) == (1, {"probe:1": "uncertain", "after": "sent"})
    [change] = Change.objects.filter(model="core.generation")
    assert (change.field, change.change_set.user) == ("released_at", admin)


def test_what_is_planned_late_for_days_before_the_restore_is_held_even_then(probe, sink, admin):
    in_doubt()
    verbs.release_all(Actor(admin, "page", LATER))
    run()
    queue("late", due=NOW)
    run()
    assert states() == {"probe:1": "sent", "late": "uncertain"}
    assert holding_back.hold().count == 1


def test_one_kind_is_released_by_itself(probe, sink, admin):
    in_doubt(kinds=("probe", "staff"))
    assert [(one.kind, one.count, one.oldest) for one in holding_back.hold().kinds] == [
        ("probe", 1, NOW),
        ("staff", 1, NOW),
    ]
    assert verbs.send_held(Actor(admin, "page", LATER), "staff") == 1
    run()
    assert sink.ids == [], "everything is still held"
    verbs.resume(Actor(admin, "page", LATER))
    run()
    assert states() == {"probe:1": "uncertain", "staff:1": "sent"}


def test_released_too_late_it_is_skipped_as_such(probe, sink, admin):
    in_doubt()
    tomorrow = NOW + timedelta(hours=25)
    verbs.release_all(Actor(admin, "page", tomorrow))
    run(tomorrow)
    assert (sink.ids, states(), probe.heard) == ([], {"probe:1": "skipped"}, [("skipped", False)])


def test_counted_as_sent_its_owner_hears_so_and_nothing_goes(probe, sink, admin):
    in_doubt()
    assert verbs.count_as_sent(Actor(admin, "page", LATER), "probe") == 1
    assert not holding_back.hold().kinds
    run()
    assert (sink.ids, states(), probe.heard) == ([], {"probe:1": "sent"}, [("sent", False)])


def test_where_nothing_is_held_nothing_can_be_released(probe, admin):
    queue("a")
    generation.look(NOW)
    actor = Actor(admin, "page", LATER)
    for verb in (verbs.resume, verbs.send_held, verbs.count_as_sent, verbs.release_all):
        with pytest.raises(Refused):
            verb(actor)
    assert (states(), Change.objects.filter(model="core.generation").count()) == ({"a": "pending"}, 0)
