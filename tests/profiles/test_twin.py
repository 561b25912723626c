"""Who may be on file already: the points, what is shared, what a new file is told (DOMAIN 2.2, 3.1)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import ChangeSet
from profiles.models import Agency, ContactPoint, Duplicate, Kol
from profiles.rules import twin as rules
from profiles.rules.twin import AccountMark, Card, Name
from profiles.services import contact as contacts
from profiles.services import creating, duplicate, twin
from profiles.services import kol as files
from tests.factories import NOW, field, make_kol
from tests.permissions.asking import state

PHONE = {"channel": "phone", "value": "13812345678"}
MAIL = {"channel": "mail", "value": "siyu@163.com"}


def compared(one: Card, other: Card, shared=()):
    return rules.compare(one, other, rules.POINTS, frozenset(shared))


def points(likeness) -> dict[str, int]:
    return {part.key: part.points for part in likeness.score.parts}


def named(*texts, **more) -> Card:
    return Card(tuple(map(Name.of, texts)), **more)


# The points


def test_an_account_alone_is_all_the_points():
    one = Card(accounts=(AccountMark("weibo", "17", "siyu"),))
    found = compared(one, Card(accounts=(AccountMark("weibo", "17", "siyu_new"),)))
    assert (found.score.value, points(found)) == (Decimal(100), {"account": 100})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("weibo", "17", ""), ("weibo", "17", ""), True),
        (("weibo", "17", "siyu"), ("weibo", "18", "siyu"), False),  # the handle changed hands
        (("weibo", "", "siyu"), ("weibo", "18", "siyu"), True),
        (("weibo", "", "siyu"), ("douyin", "", "siyu"), False),
        (("weibo", "Siyu", ""), ("weibo", "", "siyu"), True),
        (("weibo", "", ""), ("weibo", "", ""), False),
    ],
)
def test_which_accounts_are_one(one, other, same):
    assert rules.same_account(AccountMark(*one), AccountMark(*other)) is same


def test_contacts_add_up_to_a_hundred_and_shared_ones_say_nothing():
    card = Card(contacts={"a": ("phone", "138****5678"), "b": ("mail", "si****@163.com")})
    found = compared(card, card)
    assert (found.score.value, points(found)) == (Decimal(100), {"phone": 80, "mail": 70})
    assert points(compared(card, card, shared="b")) == {"phone": 80}
    assert compared(card, card, shared="ab").score.value == 0
    assert [part.value for part in found.score.parts] == ["138****5678", "si****@163.com"]


@pytest.mark.parametrize(
    ("mine", "theirs", "key"),
    [
        ("王思雨", "王思雨", "name"),
        ("王思雨", "Wang Siyu", "name"),
        ("王思雨", "Siyu WANG", "name"),
        ("王思雨", "王思宇", "similar_name"),
        ("王思雨", "王思云", None),
        ("Gabriela Ríos", "gabriela rios", "name"),
        ("Gabriela Rios", "Gabriella Rios", "similar_name"),
        ("Ann Lee", "Anna Li", None),
        ("Gabriela Rios", "Gabriel Rossi", None),
    ],
)
def test_which_names_are_alike(mine, theirs, key):
    found = rules.name_key([Name.of(mine)], [Name.of(theirs)])
    assert (found and found[0]) == key


def test_a_name_speaks_only_with_a_field_or_an_agency():
    tea, big = {"tea": "Tea"}, {"agency": "big", "agency_name": "Big"}
    assert compared(named("王思雨"), named("王思雨")).score.value == 0
    assert points(compared(named("王思雨", fields=tea), named("王思雨", fields=tea))) == {
        "name": 40,
        "field": 15,
    }
    both = named("王思雨", fields=tea, **big)
    assert compared(both, both).score.value == 75
    assert compared(named("王思雨", fields=tea), named("王思雨", fields={"run": "Run"})).score.value == 0
    assert compared(Card(fields=tea, **big), Card(fields=tea, **big)).score.value == 0


def test_a_sound_apart_in_one_field_is_not_shown_in_one_agency_it_is():
    tea = {"tea": "Tea"}
    assert compared(named("王思雨", fields=tea), named("王思宇", fields=tea)).score.value == 45
    big = {"agency": "big"}
    assert compared(named("王思雨", **big), named("王思宇", **big)).score.value == 50


def test_an_alias_counts_as_a_name():
    tea = {"tea": "Tea"}
    assert compared(named("Lin Xia", "王思雨", fields=tea), named("王思雨", fields=tea)).score.value == 55


def test_what_was_compared_is_the_same_from_both_sides_and_another_with_other_facts():
    tea = {"tea": "Tea"}
    one, other = named("Gabriela Rios", fields=tea), named("Gabriella Rios", fields=tea)
    assert compared(one, other).facts == compared(other, one).facts
    more = named("Gabriella Rios", fields=tea, agency="big")
    assert (
        compared(more, named("Gabriela Rios", fields=tea, agency="big")).facts != compared(one, other).facts
    )


# The finder


def twins(kol) -> list:
    return [(found.kol, int(found.likeness.score.value)) for found in twin.of_files([kol.pk])[kol.pk]]


@pytest.mark.django_db
def test_the_same_phone_is_found_however_it_is_written(operator):
    one = make_kol(operator, "王思雨", contacts=[PHONE])
    other = make_kol(operator, "Lin", contacts=[{"channel": "phone", "value": "+86 138 1234-5678"}])
    assert twins(one) == [(other.pk, 80)]
    assert twins(other) == [(one.pk, 80)]


@pytest.mark.django_db
def test_a_contact_on_three_files_is_shared_and_matches_no_more(operator):
    kols = [make_kol(operator, f"Lin {n}", contacts=[PHONE]) for n in range(2)]
    assert twins(kols[0]) == [(kols[1].pk, 80)]
    assert len(creating.look(Actor(operator, "page", NOW), {"name": "New"}, contacts=[PHONE]).shown) == 2
    make_kol(operator, "Lin 3", contacts=[PHONE])
    assert twins(kols[0]) == []
    assert not creating.look(Actor(operator, "page", NOW), {"name": "New"}, contacts=[PHONE])


@pytest.mark.django_db
def test_a_contact_said_to_be_shared_or_an_agencys_matches_not(operator):
    one = make_kol(operator, "Lin", contacts=[PHONE, MAIL])
    make_kol(operator, "Chen", contacts=[PHONE | {"shared": True}, MAIL])
    assert twins(one)[0][1] == 70
    agency = Agency.objects.create(name="Big", folded="big")
    digest = contacts.digests("mail", MAIL["value"])["digest"]
    ContactPoint.objects.create(
        agency=agency, channel="mail", sealed=b"x", digest=digest, masked="si****@163.com"
    )
    assert twins(one) == []


@pytest.mark.django_db
def test_rows_of_one_import_that_would_share_a_phone_do_not_match_by_it(operator):
    kol = make_kol(operator, "Lin", contacts=[PHONE])
    card = twin.card_of_values({"name": "x"}, contacts=[PHONE])
    assert [[one.kol for one in found] for found in twin.find([twin.Probe(card)] * 2)] == [[kol.pk], [kol.pk]]
    assert twin.find([twin.Probe(card)] * 3) == [[], [], []]


@pytest.mark.django_db
def test_a_name_with_a_field_is_found_in_another_script(operator):
    one = make_kol(operator, "王思雨", fields=[(field("tea"), 3)])
    other = make_kol(operator, "Siyu Wang", fields=[(field("tea"), 5), (field("running"), 1)])
    make_kol(operator, "王思雨", fields=[(field("running"), 3)])
    assert twins(one) == [(other.pk, 55)]


@pytest.mark.django_db
def test_a_slip_in_a_name_is_found_within_the_agency(operator):
    one = make_kol(operator, "Gabriela Rios", agency="悦动")
    other = make_kol(operator, "Gabriella Rios", agency="悦动")
    assert twins(one) == [(other.pk, 50)]


@pytest.mark.django_db
def test_many_cards_cost_as_many_queries_as_thirty(operator):
    kols = [
        make_kol(operator, f"Lin {n}", contacts=[{"channel": "phone", "value": f"1381234{n // 2:04}"}])
        for n in range(80)
    ]
    counts = []
    for several in (30, 80):
        with CaptureQueriesContext(connection) as asked:
            found = twin.of_files([kol.pk for kol in kols[:several]])
        counts.append(len(asked))
        assert all(len(one) == 1 for one in found.values())
    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db
def test_points_are_policy_and_checked(operator, manager):
    one = make_kol(operator, "Lin", contacts=[PHONE])
    make_kol(operator, "Chen", contacts=[PHONE])
    policy.change(Actor(manager, "page", NOW), {"twin_points": rules.POINTS | {"phone": 49}})
    assert twins(one) == []
    number = policy.current().number
    for wrong in (101, -1, 3.5, "many"):
        with pytest.raises(ValidationError) as refused:
            policy.change(Actor(manager, "page", NOW), {"twin_points": rules.POINTS | {"phone": wrong}})
        assert list(refused.value.message_dict) == ["twin_points.phone"]
    assert policy.current().number == number


# A new file


@pytest.mark.django_db
def test_a_twin_refuses_a_new_file_and_insisting_is_recorded(actor, operator):
    one = make_kol(operator, "Lin", contacts=[PHONE])
    before = state()
    with pytest.raises(creating.TwinsFound) as refused:
        creating.create(actor, {"name": "Chen"}, contacts=[PHONE])
    assert state() == before
    assert [shown["id"] for shown in refused.value.details["twins"]] == [str(one.pk)]
    assert refused.value.details["unseen"] == []
    kol = creating.create(actor.again(), {"name": "Chen"}, insist=True, contacts=[PHONE])
    assert ChangeSet.objects.filter(insisted=True).count() == 1
    [pair] = Duplicate.objects.all()
    assert ({pair.first_id, pair.second_id}, pair.score, pair.state) == ({one.pk, kol.pk}, 80, "open")


@pytest.mark.django_db
def test_nobody_alike_is_created_at_once(actor, operator):
    make_kol(operator, "Lin", contacts=[PHONE])
    kol = creating.create(actor, {"name": "Chen"}, contacts=[MAIL])
    assert (kol.owner, Duplicate.objects.count()) == (operator, 0)
    assert not ChangeSet.objects.filter(insisted=True).exists()


@pytest.mark.django_db
def test_of_a_twin_elsewhere_only_the_team_and_whom_to_ask_is_told(operator, stranger):
    theirs = make_kol(stranger, "Secret Name", contacts=[PHONE])
    told = creating.look(Actor(operator, "page", NOW), {"name": "Chen"}, contacts=[PHONE])
    assert (told.shown, told.words) == ([], ["already on file with team West, ask Stranger"])
    with pytest.raises(creating.TwinsFound) as refused:
        creating.create(Actor(operator, "api", NOW), {"name": "Chen"}, contacts=[PHONE])
    assert "Secret" not in str(refused.value.details)
    assert str(theirs.pk) not in str(refused.value.details)
    Kol.objects.update(owner=None)
    assert creating.look(Actor(operator, "page", NOW), {"name": "Chen"}, contacts=[PHONE]).words == [
        "already on file with team West, ask its manager"
    ]


@pytest.mark.django_db
def test_a_twin_in_the_trash_is_told_to_who_sees_the_trash(operator, actor):
    one = make_kol(operator, "Lin", contacts=[PHONE])
    files.archive(actor, one, None)
    [shown] = creating.look(Actor(operator, "page", NOW), {"name": "Chen"}, contacts=[PHONE]).shown
    assert (shown.kol, shown.as_json()["archived"]) == (one, True)


@pytest.mark.django_db
def test_an_account_on_file_names_the_file_that_has_it(actor, operator):
    one = make_kol(operator, "Lin", accounts=[{"platform": "weibo", "handle": "siyu"}])
    sent = [{"platform": "weibo", "handle": "@SIYU"}]
    with pytest.raises(creating.TwinsFound) as refused:
        creating.create(actor, {"name": "Chen"}, accounts=sent)
    [told] = refused.value.details["twins"]
    assert (told["id"], told["parts"][0]["key"]) == (str(one.pk), "account")
    with pytest.raises(Exception, match="on a file already"):
        creating.create(actor.again(), {"name": "Chen"}, insist=True, accounts=sent)
    assert Kol.objects.count() == 1


# The pairs


def a_pair(operator) -> Duplicate:
    make_kol(operator, "Lin", contacts=[PHONE])
    make_kol(operator, "Chen", contacts=[PHONE])
    duplicate.nightly(Actor.job(NOW))
    return Duplicate.objects.get()


@pytest.mark.django_db
def test_the_night_finds_each_pair_once_and_a_second_night_nothing_new(operator):
    pair = a_pair(operator)
    assert (pair.score, pair.parts) == (80, [{"key": "phone", "value": "138****5678", "points": 80}])
    again = duplicate.nightly(Actor.job(NOW))
    assert (again.seen, again.done, Duplicate.objects.get().pk) == (1, 0, pair.pk)


@pytest.mark.django_db
def test_a_pair_put_aside_stays_so_until_the_facts_change(operator, actor):
    pair = duplicate.put_aside(actor, a_pair(operator))
    assert (pair.state, pair.decided_by, pair.decided_at) == ("distinct", operator, NOW)
    duplicate.nightly(Actor.job(NOW))
    assert Duplicate.objects.get().state == "distinct"
    for kol in Kol.objects.all():
        contacts.add(actor.again(), kol, MAIL)
    duplicate.nightly(Actor.job(NOW))
    again = Duplicate.objects.get()
    assert (again.state, again.score, again.decided_by) == ("open", 100, None)


@pytest.mark.django_db
def test_a_pair_that_no_longer_holds_goes_unless_it_was_decided(operator, actor):
    pair = a_pair(operator)
    contacts.change(actor, pair.first.contacts.get(), {"value": "13500001111"})
    duplicate.refresh(actor, [pair.second_id])
    assert Duplicate.objects.count() == 0


@pytest.mark.django_db
def test_putting_aside_asks_for_both_files_and_is_taken_back(operator, actor, stranger):
    pair = a_pair(operator)
    before = state()
    with pytest.raises(Exception, match="both files"):
        duplicate.put_aside(Actor(stranger, "page", NOW), pair)
    assert state() == before
    duplicate.put_aside(actor, pair)
    with pytest.raises(Exception, match="already_decided"):
        duplicate.put_aside(actor.again(), pair)
    assert duplicate.look_again(actor.again(), pair).state == "open"


@pytest.mark.django_db
def test_a_pair_is_shown_only_to_who_sees_both(operator, colleague, stranger, manager, admin):
    pair = a_pair(operator)
    assert [Duplicate.objects.visible_to(user).count() for user in (operator, colleague, manager, admin)] == [
        1
    ] * 4
    Kol.objects.filter(pk=pair.first_id).update(team=stranger.team, owner=stranger)
    assert [Duplicate.objects.visible_to(user).count() for user in (operator, stranger, admin)] == [0, 0, 1]
