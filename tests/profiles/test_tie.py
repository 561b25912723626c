"""Ties (DOMAIN 3.11): to a file or a name; the other end is told only to who may see it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import Tie
from profiles.services import tie
from profiles.views.noted import ties
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture
def foreign(stranger):
    return make_kol(stranger, "秘密同学")


@pytest.fixture
def across(kol, foreign, admin):
    """Made by an admin, who sees both ends."""
    return tie.add(Actor(admin, "page", NOW), kol, {"kind": "friend", "other_id": foreign.pk})


def test_a_tie_is_to_a_file_or_to_a_name(actor, kol):
    for values in ({}, {"name": "Grace", "other_id": make_kol(kol.owner).pk}):
        with pytest.raises(ValidationError) as refusal:
            tie.add(actor.again(), kol, {"kind": "agent", **values})
        assert list(refusal.value.message_dict) == ["name"]
    with pytest.raises(ValidationError) as refusal:
        tie.add(actor.again(), kol, {"kind": "agent", "other_id": kol.pk})
    assert list(refusal.value.message_dict) == ["other"]
    assert not Tie.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tie.objects.create(kol=kol, kind="agent", created_at=NOW)


def test_nobody_ties_a_file_to_one_that_they_cannot_see(actor, kol, foreign):
    with pytest.raises(ValidationError) as refusal:
        tie.add(actor, kol, {"kind": "friend", "other_id": foreign.pk})
    assert list(refusal.value.message_dict) == ["other"]
    assert not Tie.objects.exists()


def test_the_other_end_is_named_to_who_sees_it_and_to_nobody_else(across, kol, foreign, operator, admin):
    told, hidden = ties(kol, admin), ties(kol, operator)
    assert [(row["label"], row["kol"]) for row in told] == [("Friend inside", foreign)]
    assert [(row["label"], row["kol"], row["name"]) for row in hidden] == [("Friend inside", None, "")]


def test_a_tie_stands_on_the_other_file_too_for_who_sees_both(across, kol, foreign, stranger, admin):
    assert [(row["label"], row["kol"]) for row in ties(foreign, admin)] == [("Friend inside of", kol)]
    assert ties(foreign, stranger) == []


def test_no_page_and_no_answer_of_the_file_tells_the_hidden_end(across, kol, foreign, operator, as_user, api):
    browser = as_user(operator)
    pages = ["kol-detail", "kol-history", "kol-timeline"]
    texts = [browser.get(reverse(f"profiles:{name}", args=[kol.pk])).content.decode() for name in pages]
    texts.append(browser.get(reverse("profiles:note-detail", args=["tie", across.pk])).content.decode())
    answer = api(operator).get(reverse("api:tie-detail", args=[across.pk]))
    assert answer.json()["other"] is None
    assert answer.json()["other_hidden"] is True
    for text in (*texts, answer.content.decode()):
        assert "秘密同学" not in text
        assert str(foreign.pk) not in text


def test_the_history_keeps_the_other_end_by_its_id_alone(across, kol, foreign):
    kept = Change.objects.get(root=kol.pk, row=across.pk, field="other")
    assert kept.after == str(foreign.pk)
    assert "秘密同学" not in str(list(Change.objects.filter(root=kol.pk).values_list("after")))


def test_a_name_that_one_visible_file_bears_links_it(kol, operator, as_user, foreign):
    other = make_kol(operator, "李健")
    browser, path = as_user(operator), reverse("profiles:note-create", args=[kol.pk, "tie"])
    for name in ("李健", "秘密同学"):
        assert browser.post(path, {"kind": "partner", "name": name}).status_code == 302
    assert set(Tie.objects.values_list("other", "name")) == {(other.pk, ""), (None, "秘密同学")}


def test_a_file_is_chosen_by_its_id_however_many_bear_the_name(kol, operator, as_user, foreign):
    twins = [make_kol(operator, "李健"), make_kol(operator, "李健")]
    browser, path = as_user(operator), reverse("profiles:note-create", args=[kol.pk, "tie"])
    assert browser.post(path, {"kind": "partner", "name": str(twins[1].pk)}).status_code == 302
    assert Tie.objects.get().other == twins[1]
    for refused in (foreign.pk, kol.pk):
        answer = browser.post(path, {"kind": "partner", "name": str(refused)})
        assert "There is no such file." in answer.content.decode()
    assert Tie.objects.count() == 1


def test_names_are_found_by_initials_among_the_files_one_sees(operator, as_user, foreign):
    other = make_kol(operator, "李健", city="Suzhou")
    browser, path = as_user(operator), reverse("profiles:kol-named")
    [found] = browser.post(path, {"q": "lj"}).json()["people"]
    assert (found["value"], found["text"]) == (str(other.pk), "李健")
    assert "Suzhou" in found["about"]
    assert browser.post(path, {"q": "秘密"}).json() == {"people": []}
    assert browser.post(path, {"q": " "}).json() == {"people": []}
