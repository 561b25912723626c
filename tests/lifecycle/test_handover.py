"""Handovers: a pack that the receiver confirms once every open promise has an owner (DOMAIN 5.9)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, Notice
from kol_crm.core.services import user as users
from lifecycle import due_handover, handover_pack
from lifecycle.models import HandedFile, Handover, PromiseOwner
from lifecycle.services import conflict, handover
from profiles.models import Kol, Promise
from profiles.services import bulk, kol, promise, staff, touch
from tests.factories import NOW, UserFactory, make_kol
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def give(file: Kol, giver, receiver) -> HandedFile | None:
    kol.edit(by(giver), file, {"owner": receiver}, None)
    file.refresh_from_db()
    return HandedFile.objects.filter(kol=file, handover__receiver=receiver).order_by("-pk").first()


def give_many(manager, files, receiver) -> None:
    actor = by(manager)
    locked = bulk.allowed(actor, [one.pk for one in files], bulk.Changes({"owner": receiver}))
    bulk.apply(actor, locked, bulk.Changes({"owner": receiver}))


def promised(file: Kol, what="A slot", who="us") -> Promise:
    return promise.add(by(file.owner), file, {"by": who, "what": what, "due_on": TODAY + timedelta(days=3)})


def test_a_change_of_owner_starts_a_pending_handover_and_tells_the_receiver(operator, colleague, manager):
    file = make_kol(operator)
    row = give(file, manager, colleague)
    act = row.handover
    assert (act.giver, act.receiver, act.user, row.is_pending) == (operator, colleague, manager, True)
    assert act.due_on == TODAY + timedelta(days=7)
    assert Notice.objects.filter(user=colleague, kind="handover", subject=act.pk).count() == 1
    assert Change.objects.filter(root=file.pk, row=row.pk, field="").exists()


def test_none_starts_for_a_file_of_nobody_nor_one_that_sleeps(operator, colleague, manager):
    nobodys = make_kol(operator, owner=None)
    assert give(nobodys, manager, colleague) is None
    sleeping = make_kol(operator, "睡", door="import")
    assert give(sleeping, manager, colleague) is None


def test_it_ends_when_the_file_goes_on_or_back_before(operator, colleague, manager):
    file = make_kol(operator)
    first = give(file, manager, colleague)
    second = give(file, manager, manager)
    first.refresh_from_db()
    assert (first.state, second.handover.giver, second.is_pending) == ("ended", colleague, True)
    give(file, manager, colleague)  # back to who had just given it
    assert not HandedFile.objects.pending().exists()


def test_it_is_confirmed_by_the_receiver_once_every_open_promise_has_an_owner(operator, colleague, manager):
    file = make_kol(operator)
    ours, theirs = promised(file), promised(file, "A post", "kol")
    row = give(file, manager, colleague)
    nothing_written(lambda: handover.confirm(by(colleague), row), Refused, code="promises_open")
    handover.assign(by(colleague), row, ours, operator)
    nothing_written(lambda: handover.confirm(by(colleague), row), Refused, code="promises_open")
    assert handover.take(by(colleague), row) == 1
    assert dict(PromiseOwner.objects.values_list("promise", "user")) == {
        ours.pk: operator.pk,
        theirs.pk: colleague.pk,
    }
    nothing_written(lambda: handover.confirm(by(manager), row), PermissionDenied)
    assert handover.confirm(by(colleague), row).state == "confirmed"
    nothing_written(lambda: handover.confirm(by(colleague), row), Refused, code="not_pending")
    nothing_written(lambda: handover.take(by(colleague), row), Refused, code="not_pending")


def test_who_answers_sees_the_file_and_the_promise_is_open_on_it(operator, colleague, manager, stranger):
    file, other = make_kol(operator), make_kol(operator, "另")
    mine, elsewhere = promised(file), promised(other)
    kept = promise.keep(by(operator), promised(file, "Kept"))
    row = give(file, manager, colleague)
    nothing_written(
        lambda: handover.assign(by(colleague), row, mine, stranger), ValidationError, field="user"
    )
    for wrong in (elsewhere, kept):
        nothing_written(
            lambda wrong=wrong: handover.assign(by(colleague), row, wrong, colleague),
            ValidationError,
            field="promise",
        )
    nothing_written(lambda: handover.assign(by(operator), row, mine, operator), PermissionDenied)
    assert handover.assign(by(manager), row, mine, colleague).user == colleague
    assert handover.assign(by(manager), row, mine, None) is None


def test_a_giver_answers_for_none_of_its_promises_any_more(operator, colleague, manager):
    file = make_kol(operator)
    one, two = promised(file), promised(file, "Two")
    row = give(file, manager, colleague)
    handover.assign(by(colleague), row, one, colleague)
    handover.assign(by(colleague), row, two, manager)
    handover.confirm(by(colleague), row)
    give(file, manager, operator)
    assert list(PromiseOwner.objects.values_list("promise", flat=True)) == [two.pk]


def test_who_sees_the_file_no_more_answers_for_none_of_its_promises(operator, colleague, admin, stranger):
    file = make_kol(operator)
    one = promised(file)
    row = give(file, admin, colleague)
    handover.assign(by(colleague), row, one, operator)
    give(file, admin, stranger)
    assert not PromiseOwner.objects.exists()


def test_the_pack_says_what_the_file_knows(operator, colleague, manager):
    file = make_kol(operator, likes=["tea"], dislikes=["calls"], birth_month=11, birth_day=30)
    promised(file)
    promised(file, "A review", who="kol")
    touch.log(by(operator), file, channel="wechat", began="us", text="Asked about the rhythm")
    conflict.add(by(operator), file, {"what": "A copied recipe", "users": "two readers"})
    told = {one.key: [line.what for line in one.lines] for one in handover_pack.of(file, TODAY)}
    assert told["tastes"][:2] == ["tea", "calls"]
    assert told["sore"] == ["A copied recipe"]
    assert {row.what for row, _owner in handover_pack.promises(file)} == {"A slot", "A review"}
    assert set(told) >= {"tastes", "sore", "wishes", "touches", "dates"}
    assert (told["touches"], told["dates"]) == (["Asked about the rhythm"], ["Birthday"])


def test_a_question_is_put_by_either_side_and_told_to_the_other(operator, colleague, manager, stranger):
    row = give(make_kol(operator), manager, colleague)
    handover.add_note(by(colleague), row, "Who is the agent?")
    handover.add_note(by(operator), row, "Ask Mei.")
    assert [said.text for said in row.notes.all()] == ["Who is the agent?", "Ask Mei."]
    told = Notice.objects.filter(kind="handover_note").values_list("user", flat=True)
    assert sorted(told) == sorted([operator.pk, colleague.pk])
    nothing_written(lambda: handover.add_note(by(stranger), row, "x"), PermissionDenied)
    nothing_written(lambda: handover.add_note(by(colleague), row, " "), ValidationError, field="text")


def test_a_leavers_portfolio_is_one_handover_of_which_the_complete_files_are_confirmed_at_once(
    operator, colleague, admin
):
    files = [make_kol(operator, f"K{n}") for n in range(3)]
    promised(files[0])
    users.deactivate(by(admin), operator, colleague)
    act = Handover.objects.get()
    assert (act.giver, act.receiver, act.files.count()) == (operator, colleague, 3)
    nothing_written(lambda: handover.confirm(by(colleague), act.files.get(kol=files[0])), Refused)
    assert handover.confirm_complete(by(colleague), act) == 2
    assert [row.kol for row in HandedFile.objects.pending()] == [files[0]]
    assert handover.confirm_complete(by(colleague)) == 0


def test_a_receiver_who_is_the_kol_is_refused_also_in_a_leavers_handover(operator, colleague, admin):
    file = make_kol(operator)
    make_kol(operator, "另")
    staff.set_person(by(admin), file, colleague)
    nothing_written(
        lambda: kol.edit(by(admin), file, {"owner": colleague}, None), ValidationError, field="owner"
    )
    nothing_written(
        lambda: users.deactivate(by(admin), operator, colleague), ValidationError, field="receiver"
    )


def test_promises_on_files_of_others_go_to_the_leavers_receiver_who_sees_them(
    operator, colleague, manager, admin
):
    file = make_kol(operator)
    one = promised(file)
    row = give(file, manager, colleague)
    handover.assign(by(colleague), row, one, operator)
    receiver = UserFactory(username="next", team=operator.team)
    users.deactivate(by(admin), operator, receiver)
    assert PromiseOwner.objects.get().user == receiver


def test_many_files_are_handed_over_in_a_fixed_number_of_statements(operator, colleague, manager):
    def counted(number: int) -> int:
        files = [make_kol(operator, f"K{number}{n}") for n in range(number)]
        for one in files:
            promised(one)
        with CaptureQueriesContext(connection) as asked:
            give_many(manager, files, colleague)
        assert HandedFile.objects.pending().filter(kol__in=files).count() == number
        return len(asked)

    few, many = counted(2), counted(20)
    assert few == many
    assert Handover.objects.count() == 2

    def confirmed(number: int) -> int:
        act = Handover.objects.order_by("pk")[number]
        PromiseOwner.objects.bulk_create(
            PromiseOwner(promise=one, kol_id=one.kol_id, user=colleague, since=NOW)
            for one in Promise.objects.filter(kol__handed__handover=act)
        )
        with CaptureQueriesContext(connection) as asked:
            handover.confirm_complete(by(colleague), act)
        assert not act.files.filter(confirmed_at=None).exists()
        return len(asked)

    assert confirmed(0) == confirmed(1)


def test_file_by_file_and_many_at_once_start_the_same(operator, colleague, manager):
    one, other = make_kol(operator, "一"), make_kol(operator, "二")
    give(one, manager, colleague)
    give_many(manager, [other], colleague)
    rows = HandedFile.objects.order_by("pk").values_list("handover__giver", "handover__receiver", "handed_at")
    assert rows[0] == rows[1]


def test_today_shows_the_receiver_one_row_for_a_file_or_a_portfolio(operator, colleague, manager):
    day, until = TODAY, TODAY + timedelta(days=7)
    file = make_kol(operator)
    row = give(file, manager, colleague)
    one = next(iter(due_handover.HANDOVERS.rows(colleague, day, until, 50, ())))
    assert (one.subject, str(row.pk) in one.detail_url) == (file, True)
    give_many(manager, [make_kol(operator, f"K{n}") for n in range(3)], colleague)
    rows = list(due_handover.HANDOVERS.rows(colleague, day, until, 50, ()))
    assert len(rows) == due_handover.HANDOVERS.waiting(colleague, until, ()).count() == 2
    assert "3 files" in rows[1].why
    assert not due_handover.HANDOVERS.waiting(operator, until, ()).exists()
    handover.confirm_complete(by(colleague))
    assert not due_handover.HANDOVERS.waiting(colleague, until, ()).exists()


def test_a_colleague_who_answers_for_a_promise_finds_it_on_today(operator, colleague, manager):
    file = make_kol(operator)
    one = promised(file)
    row = give(file, manager, colleague)
    handover.assign(by(colleague), row, one, operator)
    until = TODAY + timedelta(days=7)
    assert [due.subject for due in due_handover.TAKEN.rows(operator, TODAY, until, 50, ())] == [file]
    assert not due_handover.TAKEN.waiting(colleague, until, ()).exists()
