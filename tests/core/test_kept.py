"""Statements written once answer as the querysets they are made of (PERFORMANCE)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from kol_crm.core.kept import Kept, KeptRows, read_by, those_of
from kol_crm.core.memory import once
from kol_crm.core.models import User
from profiles.api.representation import ACCOUNTS, FIELDS, MASKED, TAGS
from profiles.models import ContactPoint, Kol
from profiles.services.attribute import VALUES
from tests.factories import field, make_account, make_kol

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13800138000"}


@pytest.mark.parametrize("kept", [ACCOUNTS, FIELDS, TAGS, MASKED, VALUES])
def test_a_kept_statement_says_what_its_queryset_says(operator, kept, django_assert_num_queries):
    kols = [
        make_kol(operator, name, contacts=[PHONE], tags=["VIP", name], fields=[(field("tea"), 4)])
        for name in ("one", "two", "three")
    ]
    for number, kol in enumerate(kols):
        make_account(kol, handle=f"h{number}")
    ids = [kol.pk for kol in kols[:2]]
    kept.of(ids)  # written
    with django_assert_num_queries(1):
        found = kept.of(ids)
    plain = kept.rows(Q(kol__in=ids))
    assert found == list(plain)
    assert {row[0] for row in found} <= set(ids)
    assert found or kept is VALUES


def test_no_ids_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert ACCOUNTS.of([]) == []


def test_a_column_that_django_must_convert_is_refused():
    if connection.vendor != "postgresql":
        pytest.skip("elsewhere the queryset itself is asked")
    kept = Kept("id", lambda ours: Kol.objects.filter(ours).values_list("id", "likes"))
    with pytest.raises(LookupError):
        kept.of(["019c3645-c77c-7fba-9195-a3cac86df2d6"])


def test_a_statement_of_single_values_says_what_its_queryset_says(operator, colleague):
    rows = KeptRows(lambda owner, day: _named(owner).filter(created_at__date__lte=day))
    for name in ("one", "two"):
        make_kol(operator, name)
    make_kol(colleague, "theirs")
    today = timezone.localdate()
    for user, day in ((operator, today), (colleague, today), (operator, today - timedelta(days=1))):
        assert rows.of(user.pk, day) == list(_named(user.pk).filter(created_at__date__lte=day))
    assert rows.of(operator.pk, today) == [("one",), ("two",)]


def _named(owner: int):
    return Kol.objects.filter(owner=owner).order_by("name").values_list("name")


def test_rows_of_a_model_have_the_columns_asked_for(operator, django_assert_num_queries):
    kol = make_kol(operator, contacts=[PHONE, {"channel": "wechat", "value": "tea_lover"}])
    rows = KeptRows(
        lambda kols: ContactPoint.objects.filter(those_of(kols, "kol")).only("kol", "channel", "masked")
    )
    found = read_by(rows, [kol.pk])
    with django_assert_num_queries(0):
        said = [(row.pk, row.kol_id, row.channel, row.masked) for row in found]
    assert said == list(kol.contacts.values_list("pk", "kol_id", "channel", "masked"))
    assert "sealed" in found[0].get_deferred_fields()


def test_a_kept_row_is_the_row_of_its_queryset(operator, colleague, django_assert_num_queries):
    kols = [make_kol(operator, name, likes=["tea"]) for name in ("one", "two")]
    rows = KeptRows(
        lambda user, pk: (
            Kol.objects.select_related("owner", "agency").annotate(is_own=Q(owner=user)).filter(pk=pk)
        )
    )
    for user in (operator, colleague):
        for kol in kols:
            with django_assert_num_queries(1):
                [found] = rows.of(kol.pk, key=user.sight, given=(user,))
                assert (found.owner, found.agency, found.likes) == (operator, None, ["tea"])
            assert found.is_own is (user == operator)
            plain = rows.rows(user, kol.pk).get()
            assert {**found.__dict__, "_state": 0} == {**plain.__dict__, "_state": 0}
    assert rows.of(operator.team_id, key=operator.sight, given=(operator,)) == []


def test_who_sees_no_row_at_all_is_shown_none(finance, kol, django_assert_num_queries):
    rows = KeptRows(lambda user, pk: Kol.objects.visible_to(user).filter(pk=pk))
    with django_assert_num_queries(0):
        assert rows.of(kol.pk, key=finance.sight, given=(finance,)) == []


def test_kept_rows_are_those_of_the_queryset_whatever_the_values(
    operator, stranger, django_assert_num_queries
):
    kept = KeptRows(lambda name: User.objects.select_related("team").filter(username=name))
    kept.of("operator")  # written
    for user in (operator, stranger):
        with django_assert_num_queries(1):
            [found] = kept.of(user.username)
            assert (found, found.team, found.get_deferred_fields()) == (user, user.team, set())
    assert kept.of("nobody") == []


def test_kept_rows_are_written_for_each_key_from_what_is_given_with_it(operator, stranger):
    kept = KeptRows(
        lambda user, role: User.objects.filter(pk=user.pk, role=role).values_list("username", "pk")
    )
    for user in (operator, stranger, operator):
        assert kept.of("operator", key=user.sight, given=(user,)) == [(user.username, user.pk)]


def test_where_there_can_be_no_rows_nothing_is_asked(django_assert_num_queries):
    if connection.vendor != "postgresql":
        pytest.skip("elsewhere the queryset itself is asked")
    kept = KeptRows(lambda _name: User.objects.none())
    with django_assert_num_queries(0):
        assert (kept.of("one"), kept.of("two")) == ([], [])


def test_what_another_thread_forgets_meanwhile_is_had_all_the_same():
    class Forgotten(dict):
        def __setitem__(self, key, value):
            super().__setitem__(key, value)
            self.clear()

    assert once(Forgotten(), "a", lambda: 1, 2) == 1


def test_of_too_many_all_are_forgotten():
    kept = {}
    assert [once(kept, n % 3, lambda n=n: n, 2) for n in (0, 1, 1, 3, 2, 0)] == [0, 1, 1, 0, 2, 0]
    assert kept == {2: 2, 0: 0}
