"""``POST /api/v1/kols/bulk/`` (RELIABILITY 2): what is sent of many files is taken in item by item."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, ChangeSet, IdempotencyKey
from profiles.models import Account, Agency, ContactPoint, ExternalId, Kol, KolType
from profiles.services import kol as verbs
from profiles.services import merge
from profiles.services.source import HELD_HOURS
from tests.factories import NOW, field, kol_type, make_kol
from tests.profiles.pushing import BULK, push, results, source_of, statuses

pytestmark = pytest.mark.django_db

FULL = {
    "external_id": "1",
    "name": "王思雨",
    "city": "杭州",
    "birth_month": 5,
    "birth_day": 4,
    "type": "creator",
    "agency": "Star Media",
    "likes": ["tea"],
    "contacts": [
        {"channel": "phone", "value": "13800138000"},
        {"channel": "mail", "value": "siyu@mail.example"},
    ],
    "accounts": [
        {"platform": "weibo", "external_id": "w1", "handle": "@Siyu"},
        {"platform": "bilibili", "external_id": "b1"},
    ],
    "fields": [{"field": "running", "strength": 4}, {"field": "tea"}],
    "tags": ["VIP"],
}


@pytest.fixture
def mailer(operator):
    return source_of(operator)


@pytest.fixture
def client(api, operator, mailer):
    return api(operator)


def nothing_written(act):
    """What ``act`` answers; it must leave no trace."""
    before = (
        Change.objects.count(),
        ChangeSet.objects.count(),
        Kol.objects.count(),
        ExternalId.objects.count(),
    )
    contacts = ContactPoint.objects.count(), Account.objects.count(), Agency.objects.count()
    versions = list(Kol.objects.order_by("pk").values_list("pk", "version"))
    answer = act()
    assert before == (
        Change.objects.count(),
        ChangeSet.objects.count(),
        Kol.objects.count(),
        ExternalId.objects.count(),
    )
    assert contacts == (ContactPoint.objects.count(), Account.objects.count(), Agency.objects.count())
    assert versions == list(Kol.objects.order_by("pk").values_list("pk", "version"))
    return answer


def test_a_file_is_made_changed_and_left_alone_by_the_id_of_its_source(client, operator):
    (made,) = results(push(client, FULL))
    kol = Kol.objects.get()
    assert (made["status"], made["id"], made["version"]) == ("created", str(kol.pk), 1)
    assert (kol.owner, kol.city, kol.type, kol.agency.name) == (operator, "杭州", kol_type(), "Star Media")
    assert kol.main_field == field("running")
    assert kol.accounts.count() == 2
    assert {(one.channel, one.masked) for one in kol.contacts.all()} == {
        ("phone", "138****8000"),
        ("mail", "si****@mail.example"),
    }
    assert statuses(push(client, FULL)) == ["unchanged"]
    (moved,) = results(push(client, {"external_id": "1", "city": "上海"}))
    assert (moved["status"], moved["version"]) == ("updated", 2)
    kol.refresh_from_db()
    assert (kol.city, kol.name, kol.kol_tags.count(), kol.contacts.count()) == ("上海", "王思雨", 1, 2)
    told = Change.objects.filter(root=kol.pk, field="city")
    assert list(told.values_list("before", "after", "change_set__door", "change_set__reason")) == [
        ("杭州", "上海", "api", "Mailer")
    ]


def test_null_clears_and_what_is_not_sent_stays(client):
    push(client, FULL)
    item = {"external_id": "1", "city": None, "type": None, "agency": None, "likes": None, "tags": None}
    assert statuses(push(client, item | {"fields": None, "birth_month": None, "birth_day": None})) == [
        "updated"
    ]
    kol = Kol.objects.get()
    assert (kol.city, kol.type, kol.agency, kol.likes, kol.birth_day) == ("", None, None, [], None)
    assert (kol.kol_tags.count(), kol.kol_fields.count(), kol.main_field) == (0, 0, None)
    assert (kol.name, kol.contacts.count(), kol.accounts.count()) == ("王思雨", 2, 2)


@pytest.mark.parametrize(
    ("wrong", "at", "words"),
    [
        ({"colour": "red"}, "colour", "There is no such field."),
        ({"stage": "late"}, "stage", "There is no such field."),
        ({"name": None}, "name", "This field may not be null."),
        ({"name": ""}, "name", "This field may not be blank."),
        ({"city": "x" * 81}, "city", "Ensure this field has no more than 80 characters."),
        ({"birth_month": 13}, "birth_month", None),
        ({"birth_leap": True}, "birth_leap", "Only the lunar calendar has leap months."),
        ({"gender": "cat"}, "gender", '"cat" is not a valid choice.'),
        ({"type": "cat"}, "type", "Object with slug=cat does not exist."),
        ({"owner": "nobody"}, "owner", "There is no such user whom you may give a file to."),
        ({"contacts": None}, "contacts", "This field may not be null."),
        (
            {"contacts": [{"channel": "phone", "value": "12"}]},
            "contacts.0.value",
            "A phone number has 5 to 15 digits.",
        ),
        ({"contacts": [{"channel": "mail", "value": "si****@x.cn"}]}, "contacts.0.value", None),
        (
            {"contacts": [{"channel": "fax", "value": "12"}]},
            "contacts.0.channel",
            '"fax" is not a valid choice.',
        ),
        ({"accounts": [{"platform": "weibo"}]}, "accounts.0.handle", None),
        ({"accounts": [{"handle": "x"}]}, "accounts.0.platform", "This field is required."),
        ({"accounts": [{"platform": {}, "handle": "x"}]}, "accounts.0.platform", None),
        ({"fields": [{"field": "cat"}]}, "fields.0.field", "Object with slug=cat does not exist."),
        (
            {"fields": [{"field": "tea", "strength": 9}]},
            "fields.0.strength",
            "Ensure this value is less than or equal to 5.",
        ),
        ({"fields": [{"field": "tea"}, {"field": "tea"}]}, "fields", "A field is named twice."),
        ({"attributes": {"cat": 1}}, "attr_cat", "There is no such attribute."),
    ],
)
def test_one_bad_item_never_spoils_the_rest_and_says_the_words_of_the_single_door(
    client, operator, wrong, at, words
):
    single = client.post("/api/v1/kols/", {"name": "Solo", **wrong}) if at not in ("stage",) else None
    bad = {"external_id": "2", "name": "Bad", **wrong}
    answer = push(client, {"external_id": "1", "name": "One"}, bad, {"external_id": "3", "name": "Three"})
    first, refused, third = results(answer)
    assert (first["status"], third["status"], refused["status"]) == ("created", "created", "rejected")
    assert (refused["code"], refused["id"]) == ("invalid", None)
    assert at in refused["errors"]
    if words:
        assert refused["errors"][at] == [words]
    if single is not None:
        assert single.status_code == 400
        assert single.json()["errors"][at] == refused["errors"][at]
    assert not Kol.objects.filter(name="Bad").exists()
    assert nothing_written(lambda: statuses(push(client, {"external_id": "1", **wrong}))) == ["rejected"]


def test_all_or_nothing_writes_nothing_and_says_which(client):
    items = [{"external_id": "1", "name": "One", "agency": "New"}, {"external_id": "2", "name": ""}]
    answer = nothing_written(lambda: push(client, *items, atomic=True))
    body = answer.json()
    assert (answer.status_code, body["code"], answer["Content-Type"]) == (
        409,
        "not_all",
        "application/problem+json",
    )
    assert [one["status"] for one in body["results"]] == ["created", "rejected"]
    assert not IdempotencyKey.objects.exists()
    assert statuses(push(client, items[0], atomic=True)) == ["created"]


def test_a_stale_version_is_a_conflict_and_nothing_is_written(client):
    push(client, FULL)
    push(client, {"external_id": "1", "city": "上海"})
    item = {"external_id": "1", "version": 1, "city": "北京"}
    (refused,) = nothing_written(lambda: results(push(client, item)))
    assert (refused["status"], refused["code"], refused["version"]) == ("conflict", "stale_version", 2)
    assert statuses(push(client, item | {"version": 2})) == ["updated"]


def test_the_order_of_arrival_decides_between_clients(client, operator):
    source_of(operator, "other")
    push(client, {"external_id": "1", "name": "王思雨", "city": "杭州"})
    kol = Kol.objects.get()
    push(client, {"external_id": "x", "id": str(kol.pk), "city": "上海"}, source="other")
    assert statuses(push(client, {"external_id": "1", "city": "北京"})) == ["updated"]
    kol.refresh_from_db()
    assert kol.city == "北京"


def test_what_a_person_changed_lately_is_a_conflict_and_the_refused_value_stands_in_the_history(
    client, operator, now
):
    push(client, FULL)
    kol = Kol.objects.get()
    at = ChangeSet.objects.latest("at").at
    verbs.edit(Actor(operator, "page", at), kol, {"city": "南京"}, None)
    item = {"external_id": "1", "city": "上海", "introduction": "x"}
    (refused,) = results(push(client, item))
    assert (refused["status"], refused["code"]) == ("conflict", "changed_by_person")
    assert refused["errors"] == {"city": ["A person changed this lately."]}
    kol.refresh_from_db()
    assert (kol.city, kol.introduction, kol.version) == ("南京", "", 2)
    lost = Change.objects.filter(root=kol.pk, field="not_taken")
    assert [one.after for one in lost] == [
        {"fact": "city", "value": "上海", "why": "changed_by_person", "source": "Mailer"}
    ]
    push(client, item)
    assert lost.count() == 1
    assert statuses(push(client, item | {"version": 2})) == ["updated"]  # it saw what the person wrote
    assert policy.current().get(HELD_HOURS) == 24
    verbs.edit(Actor(operator, "page", at - timedelta(hours=25)), kol, {"alias": "x"}, None)
    assert statuses(push(client, {"external_id": "1", "alias": "y"})) == ["updated"]


def test_what_another_source_owns_is_rejected_also_with_a_version(client, operator):
    push(client, FULL)
    source_of(operator, "backend", owns=["city", "contacts"])
    item = {"external_id": "1", "version": 1, "city": "上海"}
    (refused,) = results(push(client, item))
    assert (refused["status"], refused["code"]) == ("rejected", "owned")
    assert refused["errors"] == {"city": ["Backend has the last word on this."]}
    phone = {"channel": "phone", "value": "13900139000"}
    (refused,) = results(push(client, {"external_id": "1", "contacts": [phone]}))
    assert refused["code"] == "owned"
    kept = repr(list(Change.objects.filter(field="not_taken").values_list("after", flat=True)))
    assert "139****9000" in kept
    assert "13900139000" not in kept
    kol = Kol.objects.get()
    assert (kol.city, kol.contacts.count(), kol.version) == ("杭州", 2, 1)
    assert statuses(
        push(client, {"external_id": "b", "id": str(kol.pk), "city": "上海"}, source="backend")
    ) == ["updated"]


def test_a_contact_that_a_person_took_off_is_not_brought_back_the_same_day(client, operator):
    push(client, FULL)
    kol = Kol.objects.get()
    at = ChangeSet.objects.latest("at").at
    keep = [{"id": one.pk} for one in kol.contacts.filter(channel="mail")]
    verbs.edit(Actor(operator, "page", at), kol, {}, None, contacts=keep)
    assert statuses(push(client, FULL | {"city": "上海"})) == ["conflict"]
    assert kol.contacts.count() == 1


def test_a_twin_is_told_as_the_reader_may_know_and_linked_by_its_id(client, operator, stranger):
    mine = make_kol(operator, contacts=[{"channel": "phone", "value": "13800138000"}])
    make_kol(stranger, "别人", contacts=[{"channel": "mail", "value": "a@mail.example"}])
    seen = {"external_id": "1", "name": "小雨", "contacts": [{"channel": "phone", "value": "138 0013 8000"}]}
    unseen = {"external_id": "2", "name": "Z", "contacts": [{"channel": "mail", "value": "a@mail.example"}]}
    first, second = nothing_written(lambda: results(push(client, seen, unseen)))
    assert (first["status"], first["code"], first["twins"][0]["id"]) == ("conflict", "twins", str(mine.pk))
    assert (second["status"], second["twins"], len(second["unseen"])) == ("conflict", [], 1)
    assert "别人" not in repr(second)
    assert statuses(push(client, seen | {"id": str(mine.pk)} | {"name": "王思雨"})) == ["updated"]
    assert mine.external_ids.get().external_id == "1"
    assert statuses(push(client, unseen | {"insist_on_twin": True})) == ["created"]


def test_items_of_one_person_in_one_call_are_twins_too(client):
    same = {"contacts": [{"channel": "phone", "value": "13800138000"}]}
    items = [{"external_id": str(n), "name": f"N{n}", **same} for n in range(3)]
    assert statuses(push(client, *items)) == ["created", "conflict", "conflict"]


def test_an_id_that_comes_twice_is_taken_in_in_its_order(client):
    items = [
        {"external_id": "1", "name": "One"},
        {"external_id": "1", "city": "上海"},
        {"external_id": "1", "city": ""},
    ]
    assert statuses(push(client, *items)) == ["created", "updated", "updated"]
    assert Kol.objects.get().city == ""


def test_of_a_file_out_of_sight_no_more_is_said_than_of_none(client, operator, stranger, colleague):
    push(client, {"external_id": "1", "name": "One"}, {"external_id": "2", "name": "Two"})
    gone, trashed = Kol.objects.order_by("name")
    Kol.objects.filter(pk=gone.pk).update(owner=stranger, team=stranger.team)
    verbs.archive(Actor(operator, "page", NOW), trashed, None)
    other = make_kol(stranger, "Other")
    items = [{"external_id": "1", "city": "x"}, {"external_id": "2", "city": "x"}]
    items += [{"external_id": "3", "id": str(other.pk)}, {"external_id": "4", "id": str(ExternalId().pk)}]
    found = nothing_written(lambda: results(push(client, *items)))
    assert {(one["status"], one["code"], one["id"], one["version"]) for one in found} == {
        ("rejected", "not_found", None, None)
    }
    assert {words for one in found for said in one["errors"].values() for words in said} == {
        "There is no such row."
    }
    Kol.objects.filter(pk=gone.pk).update(owner=colleague, team=operator.team)
    (seen,) = nothing_written(lambda: results(push(client, items[0])))
    assert (seen["status"], seen["code"]) == ("rejected", "permission_denied")


def test_a_source_is_its_owners_alone(api, client, colleague, mailer, finance):
    for user in (colleague, finance):
        answer = nothing_written(lambda user=user: push(api(user), {"external_id": "1", "name": "One"}))
        assert answer.status_code == 400
        assert answer.json()["errors"] == {"source": ["There is no such source of yours."]}
    reader = nothing_written(
        lambda: push(api(mailer.owner, "kols:read"), {"external_id": "1", "name": "One"})
    )
    assert reader.status_code == 403
    mailer.retired = True
    mailer.save()
    assert nothing_written(lambda: push(client, {"external_id": "1", "name": "One"})).status_code == 400


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({"source": "mailer"}, "items"),
        ({"source": "mailer", "items": []}, "items"),
        ({"source": "mailer", "items": [{}] * 1001}, "items"),
        ({"items": [{}]}, "source"),
        ({"source": "mailer", "items": [{}], "colour": 1}, "colour"),
    ],
)
def test_what_is_no_push_is_refused_as_a_whole(client, body, at):
    answer = nothing_written(lambda: client.post(BULK, body, headers={"Idempotency-Key": "k"}))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [at])


@pytest.mark.parametrize(
    "item",
    [
        None,
        1,
        [],
        {},
        {"external_id": ""},
        {"external_id": "1", "version": 0},
        {"external_id": "1", "id": "x"},
    ],
)
def test_an_item_without_a_name_is_rejected_by_itself(client, item):
    assert nothing_written(lambda: statuses(push(client, item))) == ["rejected"]


def test_the_number_of_queries_does_not_grow_with_the_items(client):
    def items(first, n, **more):
        return [
            {
                "external_id": str(k),
                "name": f"Name{k}x",
                "contacts": [{"channel": "phone", "value": f"139{k:08d}"}],
                "accounts": [{"platform": "weibo", "external_id": f"w{k}"}],
                "fields": [{"field": "tea"}],
                "tags": [f"t{k % 3}"],
                **more,
            }
            for k in range(first, first + n)
        ]

    def asked(*sent) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(set(statuses(push(client, *sent)))) == 1
        return len(captured)

    aside = 4  # what comes by COPY needs a table aside, which a handful of rows does without
    asked(*items(0, 3))
    few, many = asked(*items(100, 3)), asked(*items(200, 40))
    assert many <= few + aside, (few, many)
    few, many = asked(*items(100, 3, city="x", tags=["y"])), asked(*items(200, 40, city="x", tags=["y"]))
    assert many <= few + aside, (few, many)
    few, many = asked(*items(100, 3, city="x", tags=["y"])), asked(*items(200, 40, city="x", tags=["y"]))
    assert few == many < 15
    more = {"city": "x", "tags": ["y"], "agency": "North", "type": KolType.objects.all()[0].slug}
    few, many = asked(*items(100, 3, **more)), asked(*items(200, 40, **more))
    assert many <= few + aside, (few, many)


def test_a_merge_takes_the_ids_along(client, operator):
    push(client, {"external_id": "1", "name": "One"}, {"external_id": "2", "name": "Two"})
    one, two = Kol.objects.order_by("name")
    merge.merge(Actor(operator, "page", NOW), one.pk, two.pk, {})
    (found,) = results(push(client, {"external_id": "2", "city": "上海"}))
    assert (found["status"], found["id"]) == ("updated", str(one.pk))
    assert one.external_ids.count() == 2
