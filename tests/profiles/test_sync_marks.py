"""Every change to what a file shows marks it, whatever writes it; nothing else does (``sync_triggers``)."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import BooleanField, DateField, DateTimeField, FloatField, IntegerField, JSONField

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.models import Team
from profiles import sync_triggers
from profiles.api import representation
from profiles.models import (
    Account,
    Agency,
    Attribute,
    AttributeValue,
    ContactPoint,
    Field,
    Kol,
    KolField,
    KolTag,
    KolType,
    SyncState,
    Tag,
)
from profiles.services import kol as verbs
from profiles.services import many
from profiles.sync_marks import SHOWN
from tests.factories import NOW, field, kol_type, make_account, make_kol

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "value": "13800138000"}


@pytest.fixture
def full(operator):
    """A file with one of each that hangs on it; its mark is put back, so that the next change shows."""
    kol = make_kol(operator, contacts=[PHONE], fields=[(field("tea"), 4)], tags=["VIP"])
    make_account(kol)
    return forget(kol)


def forget(*kols):
    """As if another transaction, by nobody, had marked them long ago."""
    SyncState.objects.filter(kol__in=[kol.pk for kol in kols]).update(at=0, others_at=0, origin="", version=1)
    return kols[0]


def is_marked(kol) -> bool:
    return SyncState.objects.get(kol=kol.pk).at > 0


def another(kol: Kol, name: str):
    """A value of this column that it does not have."""
    own, value = Kol._meta.get_field(name), getattr(kol, name)
    if own.choices:
        return next(key for key, _words in own.flatchoices if key and key != value)
    match own:
        case BooleanField():
            return not value
        case DateTimeField():
            return NOW + timedelta(days=1)
        case DateField():
            return date(2026, 12, 1)
        case IntegerField() | FloatField():
            return (value or 2) + 1 if name != "birth_year" else 1990
        case JSONField():
            return ["tea"]
    return "other" if name != "zone" else "Asia/Tokyo"


def test_every_column_that_an_answer_shows_is_watched():
    columns = {one.column: one.name for one in Kol._meta.concrete_fields}
    shown = {name for name in representation.NAMES if name not in representation.PARTS} - {"id"}
    assert shown <= {columns[column] for column in SHOWN}


@pytest.mark.parametrize("name", representation.FACTS + representation.READ_ONLY)
def test_a_change_of_a_fact_marks_the_file(full, name):
    if Kol._meta.get_field(name).is_relation:
        pytest.skip("a picture is a row of its own; watched all the same")
    more = {"birth_calendar": "lunar"} if name == "birth_leap" else {}
    Kol.objects.filter(pk=full.pk).update(**more, **{name: another(full, name)})
    assert is_marked(full)


@pytest.mark.parametrize("model", [ContactPoint, Account, KolField, KolTag])
def test_what_hangs_on_it_marks_it_when_it_comes_changes_and_goes(full, model):
    row = model.objects.get(kol=full)
    changes = {
        ContactPoint: {"label": "private"},
        Account: {"followers": 12},
        KolField: {"strength": 1},
        KolTag: {"tag": Tag.objects.create(team=full.team, name="New", folded="new")},
    }
    model.objects.filter(pk=row.pk).update(**changes[model])
    assert is_marked(full)
    forget(full)
    model.objects.filter(pk=row.pk).delete()
    assert is_marked(full)


def test_an_attribute_marks_the_file_and_so_does_its_end(full, admin):
    motto = attribute("motto")
    AttributeValue.objects.create(kol=full, attribute=motto, text="Run")
    assert is_marked(full)
    forget(full)
    type(motto).objects.filter(pk=motto.pk).update(retired_at=NOW)
    assert is_marked(full)


def attribute(key: str):
    return Attribute.objects.create(key=key, name_en=key, name_zh=key, kind="text")


@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        (lambda kol: get_user_model().objects.filter(pk=kol.owner_id), {"username": "renamed"}),
        (lambda kol: Team.objects.filter(pk=kol.team_id), {"name": "Renamed"}),
        (lambda kol: KolType.objects.filter(pk=kol.type_id), {"slug": "renamed"}),
        (lambda kol: Agency.objects.filter(pk=kol.agency_id), {"name": "Renamed"}),
        (lambda kol: Field.objects.filter(slug="tea"), {"slug": "renamed"}),
        (lambda kol: Tag.objects.filter(kol_tags__kol=kol), {"name": "Renamed"}),
    ],
)
def test_words_that_files_show_mark_them_and_no_other(full, operator, rows, changes):
    Kol.objects.filter(pk=full.pk).update(type=kol_type(), agency=Agency.objects.create(name="Agency"))
    full.refresh_from_db()
    other = forget(make_kol(operator, "李健"), full)
    rows(full).update(**changes)
    assert is_marked(full)
    assert is_marked(other) == (rows(full).model in (get_user_model(), Team))  # its owner and team too


def test_what_no_answer_shows_marks_nothing(full, operator):
    Kol.objects.filter(pk=full.pk).update(search="x", grams="x", figures_due=date(2026, 12, 1))
    ContactPoint.objects.filter(kol=full).update(sealed=b"another key")
    get_user_model().objects.filter(pk=operator.pk).update(last_login=NOW)
    assert not is_marked(full)


def test_a_save_that_changes_nothing_marks_nothing(full):
    Kol.objects.filter(pk=full.pk).update(name=full.name, city=full.city)
    Account.objects.filter(kol=full).update(followers=None)
    assert not is_marked(full)


def test_what_is_rolled_back_was_no_change(full):
    with transaction.atomic():
        Kol.objects.filter(pk=full.pk).update(city="Suzhou")
        assert is_marked(full)
        transaction.set_rollback(True)
    assert not is_marked(full)


def test_files_that_come_in_by_the_hundred_are_marked_each(operator):
    actor = Actor(operator, "job", NOW)
    rows = [
        many.NewFile({"name": f"王思雨{n}"}, {"platform": "own", "external_id": str(n)}) for n in range(120)
    ]
    many.create(actor, rows)
    states = SyncState.objects.in_bulk()
    assert set(states) == set(Kol.objects.values_list("pk", flat=True))
    forget(*Kol.objects.all())
    accounts = list(Account.objects.all())
    for account in accounts:
        account.followers = 5
    copying.update(accounts, ["followers"])
    assert not SyncState.objects.filter(at=0).exists()


def test_the_version_grows_with_each_change_and_the_number_too(full):
    Kol.objects.filter(pk=full.pk).update(city="Suzhou")
    state = SyncState.objects.get(kol=full.pk)
    assert (state.version, state.at > 0, state.others_at) == (2, True, 0)


def test_a_team_that_has_lost_sight_of_a_file_put_away_is_still_the_one_to_tell(full, operator, stranger):
    kol = verbs.archive(Actor(operator, "page", NOW), full, None)
    Kol.objects.filter(pk=kol.pk).update(team=stranger.team)
    state = SyncState.objects.get(kol=kol.pk)
    assert (state.kind, state.team) == ("deleted", operator.team_id)


def test_triggers_put_aside_stand_again_and_all_files_count_as_changed(full):
    if connection.vendor == "postgresql":
        pytest.skip("a table in use by this transaction loses no trigger")
    sync_triggers.uninstall()
    assert not sync_triggers.is_installed()
    Kol.objects.filter(pk=full.pk).update(city="Suzhou")
    assert not is_marked(full)
    sync_triggers.stand_again()
    assert sync_triggers.is_installed()
    assert is_marked(full)
