"""The story and the history of a file by API, under the rules of its page (UI, screen 3; DOMAIN 3.12)."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from kol_crm.core.models import Change, Notice
from profiles import timeline
from profiles.models import Pin, Tie
from profiles.services import contact as contacts
from profiles.services import kol as files
from profiles.services import pin, tie, touch
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def address(kol, name):
    return f"/api/v1/kols/{kol.pk}/{name}/"


def log_many(actor, kol, n):
    return [
        touch.log(actor.again(), kol, channel="phone", began="us", text=f"said {i}", at=NOW - i * MINUTE)
        for i in range(n)
    ]


def walked(client, url):
    found = []
    while url:
        page = client.get(url).json()
        found.append([(entry["kind"], entry["id"]) for entry in page["results"]])
        url = page["next"]
    return found


def test_the_story_is_walked_page_by_page_and_told_as_on_the_page(api, kol, actor):
    log_many(actor, kol, 5)
    client = api(actor.user)
    pages = walked(client, address(kol, "timeline") + "?limit=2")
    whole = timeline.read(kol, limit=100).entries
    assert [len(page) for page in pages[:2]] == [2, 2]
    assert [each for page in pages for each in page] == [(one.kind, str(one.id)) for one in whole]
    only = walked(client, address(kol, "timeline") + "?limit=3&kind=touch")
    assert [len(page) for page in only] == [3, 2]
    assert {kind for page in only for kind, _id in page} == {"touch"}


def test_an_entry_says_who_what_and_what_was_changed(api, kol, actor):
    files.edit(actor.again(at=NOW + MINUTE), kol, {"city": "杭州"}, None)
    log_many(actor, kol, 1)
    edited, *rest = api(actor.user).get(address(kol, "timeline")).json()["results"]
    (said,) = [one for one in rest if one["kind"] == "touch"]
    assert (said["body"], said["who"], said["changes"]) == ("said 0", "operator", [])
    assert [(one["label"], one["after"]) for one in edited["changes"]] == [("City", "杭州")]


@pytest.mark.parametrize(
    ("query", "field"),
    [("kind=pigeon", "kind"), ("cursor=then", "cursor"), ("limit=0", "limit"), ("colour=red", "colour")],
)
def test_what_the_story_does_not_understand_is_refused_at_its_name(api, kol, operator, query, field):
    answer = api(operator).get(f"{address(kol, 'timeline')}?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_what_is_pinned_stands_above_the_first_page_only(api, kol, actor):
    rows = log_many(actor, kol, 3)
    client, pins = api(actor.user), address(kol, "pins")
    for row in (rows[2], rows[2], rows[1]):
        body = {"kind": "touch", "entry": str(row.pk), "at": row.at.isoformat()}
        assert client.post(pins, body).status_code == 204
    first = client.get(address(kol, "timeline"), {"limit": 2}).json()  # with the file's birth
    assert {one["id"] for one in first["pinned"]} == {str(rows[1].pk), str(rows[2].pk)}
    second = client.get(first["next"]).json()
    assert (second["pinned"], second["results"][0]["pinned"]) == ([], True)
    assert client.get(address(kol, "timeline"), {"kind": "touch"}).json()["pinned"] == []
    assert Change.objects.filter(model="profiles.pin", change_set__door="api").count() == 2
    assert client.delete(f"{pins}{rows[2].pk}/").status_code == 204
    assert client.delete(f"{pins}{rows[2].pk}/").status_code == 404
    assert Pin.objects.get().entry == rows[1].pk


def test_a_pin_on_nothing_is_refused_and_takes_no_place(api, kol, actor):
    (row,) = log_many(actor, kol, 1)
    other = make_kol(actor.user, name="李雷")
    body = {"kind": "touch", "entry": str(row.pk), "at": row.at.isoformat()}
    client, pins = api(actor.user), address(kol, "pins")
    for wrong in (
        {"entry": str(uuid.uuid4())},
        {"entry": str(uuid.UUID(int=2**128 - 1))},
        {"kind": "pigeon"},
        {"at": (row.at - MINUTE).isoformat()},
    ):
        answer = client.post(pins, body | wrong)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["entry"]), wrong
    assert client.post(address(other, "pins"), body).status_code == 400
    with pytest.raises(ValidationError):
        pin.put(actor.again(), other, "touch", row.pk, row.at)
    assert not Pin.objects.exists()


def test_a_sixth_pin_is_refused_at_the_entry(api, kol, actor):
    client, pins = api(actor.user), address(kol, "pins")
    rows = log_many(actor, kol, 6)
    answers = [
        client.post(pins, {"kind": "touch", "entry": str(row.pk), "at": row.at.isoformat()}) for row in rows
    ]
    assert [answer.status_code for answer in answers] == [204] * 5 + [400]
    assert list(answers[5].json()["errors"]) == ["entry"]
    assert Pin.objects.count() == 5


def test_the_history_is_filtered_as_its_tab_and_says_which_change_can_be_put_back(api, kol, actor, colleague):
    files.edit(actor.again(), kol, {"city": "杭州"}, None)
    files.edit(actor.again(), kol, {"city": "苏州", "alias": "Siyu"}, None)
    history = address(kol, "history")
    rows = api(actor.user).get(history, {"field": "city"}).json()["results"]
    assert [(row["before"], row["after"], row["restorable"]) for row in rows] == [
        ("杭州", "苏州", True),
        ("–", "杭州", True),
    ]
    assert {row["who"] for row in rows} == {"operator"}
    seen = api(colleague).get(history, {"act": rows[0]["act"]}).json()["results"]
    assert {(row["field"], row["restorable"]) for row in seen} == {("city", False), ("alias", False)}
    assert api(actor.user).get(history, {"door": "api"}).json()["results"] == []
    assert list(api(actor.user).get(history, {"door": "window"}).json()["errors"]) == ["door"]


def test_the_history_never_tells_contact_data_even_to_who_may_read_it(api, kol, actor):
    """DOMAIN 2.3: what was a contact stands there as its mask, no scope opens it."""
    point = contacts.add(actor.again(), kol, {"channel": "phone", "value": "13811118000"})
    contacts.change(actor.again(), point, {"value": "13911119000"})
    contacts.remove(actor.again(), point)
    answer = api(actor.user, "kols:read", "contacts:read").get(address(kol, "history"))
    assert answer.content.decode().count("139****9000") >= 2
    assert not [word for word in ("13811118000", "13911119000", "sealed") if word in answer.content.decode()]


def test_the_history_does_not_name_whom_a_tie_leads_to_where_the_page_does_not(api, kol, actor, stranger):
    row = tie.add(actor.again(), kol, {"kind": "rival", "name": "somebody"})
    hidden = make_kol(stranger, name="hiddenname")
    Tie.objects.filter(pk=row.pk).update(other=hidden, name="")
    row.refresh_from_db()
    tie.remove(actor.again(), row, None)
    act = Change.objects.filter(model="profiles.tie").first().change_set
    Change.objects.create(
        change_set=act,
        root=kol.pk,
        model="profiles.tie",
        row=row.pk,
        field="other",
        after={"id": str(hidden.pk), "label": "hiddenname"},
        at=NOW,
    )
    text = api(actor.user).get(address(kol, "history")).content.decode()
    assert "Rival" in text
    assert "hiddenname" not in text
    assert str(hidden.pk) not in text


def test_a_change_is_put_back_on_the_version_that_was_read(api, kol, actor):
    files.edit(actor.again(), kol, {"city": "杭州"}, None)
    files.edit(actor.again(), kol, {"city": "苏州"}, None)
    client = api(actor.user)
    row = client.get(address(kol, "history"), {"field": "city"}).json()["results"][0]
    restore = f"{address(kol, 'history')}{row['id']}/restore/"
    assert client.post(restore).status_code == 428
    assert client.post(restore, headers={"If-Match": '"1"'}).status_code == 412
    kol.refresh_from_db()
    assert kol.city == "苏州"
    answer = client.post(restore, headers={"If-Match": kol.etag})
    assert (answer.status_code, answer.json()["city"]) == (200, "杭州")
    assert answer["ETag"] == f'"{kol.version + 1}"'
    newest = Change.objects.filter(field="city").order_by("-id").first()
    assert newest.change_set.door == "api"


def test_what_cannot_be_put_back_is_refused_and_of_another_file_is_not_there(api, kol, actor):
    other = make_kol(actor.user, name="李雷")
    birth = Change.objects.get(root=kol.pk, field="")
    client = api(actor.user)
    insist = {"If-Match": "*"}
    before = Change.objects.count()
    answer = client.post(f"{address(kol, 'history')}{birth.pk}/restore/", headers=insist)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["non_field_errors"])
    assert client.post(f"{address(other, 'history')}{birth.pk}/restore/", headers=insist).status_code == 404
    assert Change.objects.count() == before


def test_colleagues_read_both_and_strangers_neither(api, kol, actor, colleague, stranger):
    (row,) = log_many(actor, kol, 1)
    files.edit(actor.again(), kol, {"city": "杭州"}, None)
    change = Change.objects.get(field="city")
    body = {"kind": "touch", "entry": str(row.pk), "at": row.at.isoformat()}
    for user, reads, writes in ((colleague, 200, 403), (stranger, 404, 404)):
        client = api(user)
        assert client.get(address(kol, "timeline")).status_code == reads
        assert client.get(address(kol, "history")).status_code == reads
        assert client.post(address(kol, "pins"), body).status_code == writes
        restored = client.post(f"{address(kol, 'history')}{change.pk}/restore/", headers={"If-Match": "*"})
        assert restored.status_code == writes
    kol.refresh_from_db()
    assert (Pin.objects.count(), kol.city) == (0, "杭州")


def test_a_touch_by_api_tells_whom_it_mentions(api, kol, operator, colleague, stranger):
    """As on the page: colleagues who see the file, nobody else."""
    body = {"kol": str(kol.pk), "channel": "phone", "text": "@colleague please call, not @stranger"}
    assert api(operator).post("/api/v1/touches/", body).status_code == 201
    assert [notice.user for notice in Notice.objects.filter(kind="mention")] == [colleague]
