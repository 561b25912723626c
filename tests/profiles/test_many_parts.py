"""What hangs on many files at once: contacts, tags, attributes leave what one by one leaves (HOUSE, 5)."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import AttributeValue, ContactPoint, Kol, KolTag
from profiles.services import attribute, many
from profiles.services import contact as contact_verbs
from profiles.services import kol as verbs
from tests.factories import NOW
from tests.profiles.test_many import ROWS, actor, one_by_one

pytestmark = pytest.mark.django_db

__all__ = ["actor"]
RICH = [
    {
        "values": {
            "name": "甲",
            "birth_year": 1990,
            "birth_month": 2,
            "birth_day": 29,
            "zone": "America/New_York",
        },
        "contacts": [
            {"channel": "phone", "value": "13800138000"},
            {"channel": "phone", "value": "13800138001"},
            {"channel": "mail", "value": "Jia@Example.com"},
        ],
        "tags": ["跑步", "Talks", "talks"],
        "attributes": {"shoe": "41.5", "vegan": False},
    },
    {
        "values": {"name": "乙", "birth_calendar": "lunar", "birth_month": 8, "birth_day": 15},
        "contacts": [{"channel": "wechat", "value": "yi_88"}],
        "tags": [],
        "attributes": {"plan": "gold"},
    },
    {"values": {"name": "丙"}, "contacts": [], "tags": ["Talks"], "attributes": {}},
]


@pytest.fixture
def asked(admin):
    """Attributes of three kinds."""
    for key, kind in (("shoe", "number"), ("vegan", "yes_no"), ("plan", "choice")):
        values = {"key": key, "kind": kind, "name_en": key, "name_zh": key}
        values |= {"choices": [{"name_en": "Gold", "name_zh": "金"}]} if kind == "choice" else {}
        attribute.create(Actor(admin, "page", NOW), values)


def hanging() -> dict:
    """What hangs on files, contacts in clear, and its history; ids, seals and their keys differ."""
    of_kol = {str(kol.pk): kol.name for kol in Kol.objects.all()}
    contacts = [
        (
            one.kol.name,
            one.channel,
            contact_verbs.value_of(one),
            one.digest,
            one.masked,
            one.preferred,
            one.shared,
        )
        for one in ContactPoint.objects.select_related("kol")
    ]

    def plain(value):
        """A protected value is sealed anew each time: its mask and digest must agree."""
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items() if key not in ("sealed", "id")}
        return value

    changes = [
        (of_kol[str(one.root)], one.model, one.field, repr(plain(one.before)), repr(plain(one.after)))
        for one in Change.objects.exclude(model="profiles.attribute")
    ]
    values = AttributeValue.objects.values_list("kol__name", "attribute__key", "text", "number", "flag")
    return {
        "birthdays": sorted(map(str, Kol.objects.values_list("name", "next_birthday", "version"))),
        "contacts": sorted(map(str, contacts)),
        "tags": sorted(map(str, KolTag.objects.values_list("kol__name", "tag__name", "tag__team"))),
        "attributes": sorted(map(str, values)),
        "changes": sorted(map(str, changes)),
    }


def both_ways(singly, set_form) -> tuple[dict, dict]:
    states = []
    for act in (singly, set_form):
        mark = transaction.savepoint()
        act()
        states.append(hanging())
        transaction.savepoint_rollback(mark)
    return tuple(states)


def with_attributes(row) -> dict:
    return row["values"] | {f"attr_{key}": value for key, value in row["attributes"].items()}


def test_contacts_tags_birthdays_and_attributes_are_created_alike(actor, asked):
    def singly():
        for row in RICH:
            verbs.create(actor, with_attributes(row), contacts=row["contacts"], tags=row["tags"])

    def set_form():
        many.create(
            actor,
            [
                many.NewFile(
                    row["values"], contacts=row["contacts"], tags=row["tags"], attributes=row["attributes"]
                )
                for row in RICH
            ],
        )

    one, other = both_ways(singly, set_form)
    assert [len(one[name]) for name in ("birthdays", "contacts", "tags", "attributes")] == [3, 4, 3, 3]
    assert "datetime.date(2027, 2, 28)" in one["birthdays"][2]
    assert other == one


def test_contacts_tags_birthdays_and_attributes_are_edited_alike(actor, asked):
    for row in RICH:
        verbs.create(actor, row["values"], contacts=row["contacts"], tags=row["tags"])
    later = actor.again()
    born = {"birth_calendar": "lunar", "birth_year": None, "birth_month": 12, "birth_day": 30}

    def more(kol):
        return {"channel": "mail", "value": f"{ord(kol.name)}@example.com"}

    def kols():
        return Kol.objects.order_by("pk").prefetch_related("kol_fields__field", "contacts", "kol_tags__tag")

    def singly():
        for kol, row in zip(kols(), RICH, strict=True):
            verbs.edit(
                later,
                kol,
                born | {f"attr_{key}": value for key, value in row["attributes"].items()},
                None,
                contacts=[*({"id": str(one.pk)} for one in kol.contacts.all()), more(kol)],
                tags=[*(one.tag.name for one in kol.kol_tags.all()), "New"],
            )

    def set_form():
        many.edit(
            later,
            [
                many.Edit(kol, facts=born, contacts=[more(kol)], tags=["New"], attributes=row["attributes"])
                for kol, row in zip(kols(), RICH, strict=True)
            ],
        )

    one, other = both_ways(singly, set_form)
    assert [len(one[name]) for name in ("contacts", "tags", "attributes")] == [7, 6, 3]
    assert other == one


def test_a_wrong_attribute_stops_the_whole_set(actor, asked):
    (kol,) = one_by_one(actor, ROWS[:1])
    kol = Kol.objects.prefetch_related("kol_fields__field").get(pk=kol.pk)
    before = hanging()
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        many.edit(actor.again(), [many.Edit(kol, facts={"city": "x"}, attributes={"shoe": "wide"})])
    assert list(refusal.value.message_dict) == ["attr_shoe"]
    assert (hanging(), Kol.objects.get().city) == (before, "杭州")
