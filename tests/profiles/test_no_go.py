"""No-go memory: the refused and rejected are known again at every door (DOMAIN 4.10, 2.2)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from profiles.models import Kol, NoGo, NoGoMark
from profiles.rules.twin import Card
from profiles.services import agency, creating, merge, no_go, twin
from profiles.services import kol as kols
from profiles.services.creating import TwinsFound
from tests.factories import NOW, make_account, make_kol
from tests.forms import Page
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
AGAIN = date(2027, 3, 1)
NO = {"kind": "rejected", "cause": "Bought followers", "evidence": "Report of 3 May", "look_again_on": AGAIN}
PHONE, MAIL = "13800138000", "siyu@mail.example"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mcn(actor):
    return agency.create(actor, {"name": "Star MCN"})


@pytest.fixture
def known(operator, actor, mcn):
    """A rejected KOL with phone, mail, account and agency, whose file is in the trash since."""
    contacts = [{"channel": "phone", "value": PHONE}, {"channel": "mail", "value": MAIL}]
    kol = make_kol(operator, "王思雨", contacts=contacts, agency=mcn)
    make_account(kol, "douyin", "Siyu.Runs", external_id="77")
    row = no_go.record(actor, NO, kol=kol)
    kols.archive(actor.again(), kol, None)
    return row


def card(**parts):
    return twin.card_of_values({"name": "Somebody", "agency": parts.pop("agency", "")}, **parts)


WAYS = {
    "handle": {"accounts": [{"platform": "douyin", "handle": "@SIYU.runs"}]},
    "external id": {"accounts": [{"platform": "douyin", "external_id": "77"}]},
    "phone": {"contacts": [{"channel": "phone", "value": "+86 138 0013 8000"}]},
    "mail": {"contacts": [{"channel": "mail", "value": "SIYU@mail.example"}]},
}


@pytest.mark.parametrize("way", WAYS)
def test_they_are_known_again_by(known, way):
    found = no_go.find([card(**WAYS[way])])[0]
    assert [one.no_go for one in found] == [known]
    assert found[0].blocks(NOW.date())


def test_by_the_agency_alone_it_is_a_hint_about_somebody_else(known):
    found = no_go.find([card(agency="STAR mcn")])[0]
    assert [one.by for one in found] == [("agency",)]
    assert not found[0].blocks(NOW.date())


def test_a_no_for_the_whole_agency_stands_in_the_way_of_all_of_theirs(known, actor):
    no_go.edit(actor.again(), known, {"whole_agency": True})
    assert no_go.find([card(agency="Star MCN")])[0][0].blocks(NOW.date())


def test_a_stranger_is_not_known(known):
    strange = card(
        contacts=[{"channel": "phone", "value": "13911112222"}],
        accounts=[{"platform": "weibo", "handle": "Siyu.Runs"}],
    )
    assert no_go.find([strange, Card()]) == [[], []]


def test_from_the_date_to_look_again_it_is_told_and_stands_in_no_way(known):
    found = no_go.find([card(**WAYS["phone"])])[0][0]
    assert (found.blocks(AGAIN - timedelta(days=1)), found.blocks(AGAIN)) == (True, False)


def test_no_contact_can_be_read_from_the_marks(known):
    kept = str(list(NoGoMark.objects.values_list("kind", "digest"))) + str(
        Change.objects.filter(root=known.root, model="profiles.nogo").values()
    )
    for secret in (PHONE, "138001", MAIL, "siyu.runs", "star mcn"):
        assert secret not in kept.casefold()
    assert {mark.kind for mark in known.marks.all()} == {"phone", "mail", "account", "agency"}


def test_a_contact_that_is_shared_is_nobodys_mark(operator, actor):
    point = {"channel": "phone", "value": PHONE, "shared": True}
    row = no_go.record(actor, NO, kol=make_kol(operator, contacts=[point]))
    assert not row.marks.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("cause", " "), ("evidence", ""), ("kind", "maybe"), ("look_again_on", NOW.date())],
)
def test_cause_evidence_and_a_date_to_look_again_are_kept_or_nothing(kol, actor, field, value):
    before = state()
    with pytest.raises(ValidationError) as refused:
        no_go.record(actor, NO | {field: value}, kol=kol)
    assert list(refused.value.message_dict) == [field]
    assert state() == before


def test_without_a_file_something_must_find_it_again(actor):
    before = state()
    with pytest.raises(Refused) as refused:
        no_go.record(actor, NO | {"name": "Nobody"})
    assert (refused.value.code, state()) == ("no_marks", before)


def test_lifting_says_why_and_is_in_the_history(known, actor):
    before = state()
    with pytest.raises(ValidationError):
        no_go.lift(actor.again(), known, " ")
    assert state() == before
    lifted = no_go.lift(actor.again(), known, "They stopped.", known.version)
    assert lifted.lifted_at == NOW
    assert no_go.find([card(**WAYS["phone"])]) == [[]]
    assert Change.objects.filter(row=known.pk, field="lifted_why", after="They stopped.").exists()
    with pytest.raises(Refused):
        no_go.lift(actor.again(), lifted, "again")
    with pytest.raises(Conflict):
        no_go.lift(actor.again(), known, "again", known.version)


def test_a_merge_takes_the_memory_along(operator, actor):
    gone, stays = make_kol(operator, "Gone"), make_kol(operator, "Stays")
    row = no_go.record(actor, NO, kol=gone)
    merge.merge(actor.again(), stays.pk, gone.pk, {})
    row.refresh_from_db()
    assert row.kol == stays
    assert [one.no_go for one in no_go.of_files([stays.pk])[stays.pk]] == [row]


def test_creation_is_told_first_and_insisting_is_recorded(known, actor):
    values, lists = {"name": "Anna"}, WAYS["mail"]
    before = state()
    with pytest.raises(TwinsFound) as refused:
        creating.create(actor.again(), values, **lists)
    assert state() == before
    assert [one["blocks"] for one in refused.value.details["no_gos"]] == [True]
    kol = creating.create(actor.again(), values, insist=True, **lists)
    assert Change.objects.filter(root=kol.pk, change_set__insisted=True).exists()


def test_the_api_refuses_a_new_file_of_the_known_until_one_insists(known, operator, api):
    Kol.objects.filter(pk=known.kol_id).update(trash_over=True)
    body = {"name": "Anna", "accounts": [{"platform": "douyin", "handle": "new"}]}
    body["contacts"] = [{"channel": "mail", "value": MAIL}]
    client, path = api(operator), reverse("api:kol-list")
    answer = client.post(path, body, format="json")
    assert answer.status_code == 409
    assert "rejected on" in answer.json()["no_gos"][0]["words"]
    assert client.post(path, body, format="json", headers={"Insist-On-Twin": "true"}).status_code == 201


def test_the_page_tells_it_while_one_types(known, operator, as_user):
    client = as_user(operator)
    path = reverse("profiles:kol-create")
    form = Page(client.get(path).content.decode()).form_to(path)
    typed = form | {"name": "Anna", "contacts": "0", "contacts.0.channel": "phone", "contacts.0.value": PHONE}
    page = client.post(reverse("profiles:kol-twins"), typed).content.decode()
    assert "Known, rejected on 23" in page.replace("\xa0", " ")
    assert "Bought followers" in page
    assert client.post(path, typed).status_code == 409
    assert not Kol.objects.filter(name="Anna").exists()


def test_who_may_not_see_it_learns_only_whom_to_ask(known, stranger, as_user, api):
    told = no_go.tell(stranger, no_go.find([card(**WAYS["phone"])])[0], NOW.date())
    assert [one.words for one in told] == ["known to team East as a no-go, ask Operator"]
    body = {"contacts": [{"channel": "phone", "value": PHONE}]}
    answer = api(stranger).post(reverse("api:no-go-check"), body, format="json")
    assert answer.json()["no_gos"][0] == {
        "id": None,
        "words": "known to team East as a no-go, ask Operator",
        "by": [],
        "kind": None,
        "look_again_on": None,
        "blocks": True,
    }
    assert str(known.pk) not in answer.content.decode()
    assert api(stranger).get(reverse("api:no-go-detail", args=[known.pk])).status_code == 404


def test_a_no_is_written_edited_and_lifted_on_the_page(kol, operator, as_user):
    client = as_user(operator)
    path = reverse("profiles:no-go-create", args=[kol.pk])
    before = state()
    assert client.post(path, NO | {"cause": ""}).status_code == 422
    assert state() == before
    assert client.post(path, NO).status_code == 302
    row = NoGo.objects.get()
    assert (row.kol, row.cause, row.author) == (kol, "Bought followers", operator)
    edit = reverse("profiles:no-go-edit", args=[row.pk])
    sent = Page(client.get(edit).content.decode()).form_to(edit)
    assert client.post(edit, sent | {"cause": "Sold followers"}).status_code == 302
    lift = reverse("profiles:no-go-lift", args=[row.pk])
    sent = Page(client.get(lift).content.decode()).form_to(lift)
    assert client.post(lift, sent | {"lifted_why": "A mistake"}).status_code == 302
    row.refresh_from_db()
    assert (row.cause, row.lifted_why) == ("Sold followers", "A mistake")


def test_the_list_shows_what_to_look_at_again(known, operator, as_user):
    client = as_user(operator)
    path = reverse("profiles:no-go-list")
    assert "Bought followers" in client.get(path, {"state": "open"}).content.decode()
    assert "Bought followers" not in client.get(path, {"state": "again"}).content.decode()


def test_the_api_keeps_a_no_about_somebody_without_a_file(operator, api, actor):
    client, path = api(operator), reverse("api:no-go-list")
    body = {
        **NO,
        "name": "Li",
        "look_again_on": "2027-03-01",
        "accounts": [{"platform": "own", "handle": "li"}],
    }
    made = client.post(path, body, format="json")
    assert made.status_code == 201
    assert made.json()["kol"] is None
    assert no_go.find([card(accounts=[{"platform": "own", "handle": "LI"}])])[0]
    url = reverse("api:no-go-detail", args=[made.json()["id"]])
    changed = client.patch(url, {"cause": "Other"}, format="json", headers={"If-Match": '"1"'})
    assert changed.json()["cause"] == "Other"
    assert client.patch(url, {"cause": "x"}, format="json", headers={"If-Match": '"1"'}).status_code == 412
    lifted = client.post(
        reverse("api:no-go-lift", args=[made.json()["id"]]), {"lifted_why": "ok"}, format="json"
    )
    assert lifted.json()["lifted_why"] == "ok"


def test_the_finder_asks_the_same_few_questions_for_one_and_for_many(
    known, operator, django_assert_max_num_queries
):
    cards = [card(contacts=[{"channel": "phone", "value": f"1380013{n:04}"}]) for n in range(50)]
    with django_assert_max_num_queries(3):
        no_go.tell_all(operator, no_go.find([*cards, card(**WAYS["phone"])]), NOW.date())
