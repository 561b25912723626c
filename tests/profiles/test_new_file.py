"""A new file is written step by step and recorded as one act."""

import contextlib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import history
from kol_crm.core.models import Change, ChangeSet, Dirty
from lifecycle.services import reminder
from profiles.models import Account, ContactPoint, Kol
from tests.factories import make_kol

pytestmark = pytest.mark.django_db
PHONES = ["13800138000", "13800138001", "13800138002"]


def phones(*preferred: bool):
    return [
        {"channel": "phone", "value": value, "preferred": one}
        for value, one in zip(PHONES, preferred, strict=False)
    ]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ((False, False, False), (True, False, False)),
        ((False, True, False), (False, True, False)),
        ((True, False, True), (False, False, True)),
    ],
)
def test_of_each_channel_one_contact_is_preferred(operator, said, kept):
    kol = make_kol(operator, contacts=[*phones(*said), {"channel": "mail", "value": "si@example.com"}])
    rows = {row.masked: row.preferred for row in kol.contacts.all()}
    assert tuple(rows[mask] for mask in ("138****8000", "138****8001", "138****8002")) == kept
    assert kol.contacts.get(channel="mail").preferred
    told = Change.objects.filter(model="profiles.contactpoint").values_list("field", "after__preferred")
    assert {field for field, _preferred in told} == {""}, "nobody changed anything since"
    assert sum(bool(preferred) for _field, preferred in told) == 2


def test_a_contact_said_twice_or_of_no_form_is_refused_at_its_place(operator):
    twice = [*phones(False, False), phones(False)[0]]
    with pytest.raises(ValidationError) as refused:
        make_kol(operator, contacts=twice)
    assert list(refused.value.message_dict) == ["contacts.2.value"]
    with pytest.raises(ValidationError) as refused:
        make_kol(operator, contacts=[phones(False)[0] | {"label": "x" * 500}])
    assert list(refused.value.message_dict) == ["contacts.0.label"]
    assert not Kol.objects.exists()
    assert not ContactPoint.objects.exists()
    assert not ChangeSet.objects.exists()


def test_an_account_that_another_new_one_names_is_refused_at_its_place(operator):
    same = {"platform": "weibo", "external_id": "1"}
    for second, field in ((same, "external_id"), ({"platform": "weibo", "handle": "Si"}, "handle")):
        first = same | {"handle": "si"}
        with pytest.raises(ValidationError) as refused:
            make_kol(operator, accounts=[first, second])
        assert list(refused.value.message_dict) == [f"accounts.1.{field}"]
    assert not Account.objects.exists()


def test_all_that_a_new_file_comes_with_is_one_act_written_down_at_once(operator):
    with CaptureQueriesContext(connection) as heard:
        kol = make_kol(operator, contacts=phones(False), accounts=[{"platform": "weibo", "handle": "si"}])
    assert len([one for one in heard if "core_changeset" in one["sql"] and "INSERT" in one["sql"]]) == 1
    assert ChangeSet.objects.count() == 1
    told = Change.objects.filter(root=kol.pk).values_list("model", flat=True)
    assert sorted(told) == ["profiles.account", "profiles.contactpoint", "profiles.kol"]


def test_a_verb_that_fails_writes_down_nothing_and_the_next_one_by_itself(operator, actor):
    kol = make_kol(operator)
    before = Change.objects.count()
    with contextlib.suppress(LookupError), history.gathered(actor):
        history.record(actor, kol.pk, kol, {"city": ("", "杭州")})
        raise LookupError
    assert Change.objects.count() == before
    history.record(actor, kol.pk, kol, {"city": ("", "杭州")})
    assert Change.objects.count() == before + 1


def test_a_first_review_that_is_near_is_planned_and_a_far_one_is_not(operator, actor):
    kol = make_kol(operator)
    for day, planned in ((date(2026, 11, 30), True), (date(2027, 11, 30), False), (None, False)):
        Dirty.objects.all().delete()
        kol.review_due = day
        reminder.mark_new(actor, [kol])
        assert Dirty.objects.filter(planner=reminder.PLANNER, subject=kol.pk).exists() == planned, day
