"""Fields and types in Settings (DOMAIN 1.3, 1.4)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.forms.kol import KolForm
from profiles.forms.row import FieldRow
from profiles.models import Field, KolType
from profiles.services import catalogue
from tests.factories import NOW, field, kol_type, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(admin):
    return Actor(admin, "page", NOW)


def test_a_new_entry_stands_last_and_keeps_its_key(by):
    row = catalogue.add(by, Field, "Trail running", "越野跑")
    assert row.slug == "trail-running"
    assert Field.objects.last() == row
    saved = catalogue.edit(by.again(), row, {"name_en": "Trails"}, 1)
    assert (saved.name_en, saved.slug, saved.version) == ("Trails", "trail-running", 2)
    assert Change.objects.filter(root=row.pk, field="name_en").count() == 1


@pytest.mark.parametrize(
    ("english", "chinese", "wrong"),
    [
        ("Running", "跑", {"name_en"}),
        ("Jogging", "跑步", {"name_zh"}),
        ("跑", "慢跑", {"name_en"}),
        ("x" * 61, "慢跑", {"name_en"}),
    ],
)
def test_a_refused_entry_names_its_field(by, english, chinese, wrong):
    before = Field.objects.count()
    with pytest.raises(ValidationError) as refused:
        catalogue.add(by, Field, english, chinese)
    assert set(refused.value.message_dict) == wrong
    assert Field.objects.count() == before


def test_a_retired_type_stays_on_its_files_and_is_offered_no_more(by, operator):
    kol = make_kol(operator, type=kol_type())
    catalogue.edit(by, kol_type(), {"retired": True}, None)
    kol.refresh_from_db()
    assert kol.type == kol_type()
    assert kol_type() in KolForm(user=operator, kol=kol).fields["type"].queryset
    assert kol_type() not in KolForm(user=operator).fields["type"].queryset


def test_a_retired_field_is_offered_only_where_it_stands(by):
    catalogue.edit(by, field("tea"), {"retired": True}, None)
    offered = [
        FieldRow(prefix="fields.0", initial=row)["field"].field.queryset for row in ({"field": "tea"}, {})
    ]
    assert [field("tea") in rows for rows in offered] == [True, False]
    assert all(field("running") in rows for rows in offered)


def test_the_api_tells_fields_and_types_in_their_order(by, api, operator):
    catalogue.edit(by, field("tea"), {"retired": True}, None)
    told = api(operator).get("/api/v1/fields/").json()
    assert [row["slug"] for row in told] == [row.slug for row in Field.objects.order_by("position", "slug")]
    tea = next(row for row in told if row["slug"] == "tea")
    assert tea == {
        "slug": "tea",
        "name_en": field("tea").name_en,
        "name_zh": field("tea").name_zh,
        "retired": True,
        "version": 2,
    }
    assert len(api(operator).get("/api/v1/types/").json()) == KolType.objects.count()


def test_order_is_changed_one_place_at_a_time(by):
    first, second, *_rest = KolType.objects.all()
    catalogue.move(by, first, 1)
    assert list(KolType.objects.all()[:2]) == [second, first]
    catalogue.move(by.again(), second, -1)
    assert KolType.objects.first() == second


def test_operators_leave_the_lists_alone(actor):
    with pytest.raises(PermissionDenied):
        catalogue.edit(actor, field(), {"name_en": "Mine"}, None)


def test_the_page_counts_files_and_retires(as_user, admin, operator):
    make_kol(operator, fields=[(field("tea"), 4)])
    browser = as_user(admin)
    page = browser.get(reverse("profiles:field-list"))
    assert {row["row"].slug: row["used"] for row in page.context["rows"]}["tea"] == 1
    act = reverse("profiles:field-act", args=[field("tea").pk])
    assert browser.post(act, {"act": "retire"}).status_code == 302
    assert field("tea").retired
