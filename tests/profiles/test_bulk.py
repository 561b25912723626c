"""Bulk edit: as file by file, under the rights of the moment, and back as a whole (HOUSE, 5)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, ChangeSet, Dirty, Work
from profiles.models import Agency, Kol, KolField, KolTag, Tag
from profiles.services import bulk, bulk_work, quiet, trash
from profiles.services import kol as files
from tests.factories import NOW, field, kol_type, make_kol

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def three(operator):
    """Files with different tags and fields; the second has half of what is asked for already."""
    return [
        make_kol(
            operator, "甲", city="上海", tags=["run"], fields=[(field("running"), 5), (field("tea"), 2)]
        ),
        make_kol(operator, "乙", city="杭州", tags=["Tea", "run"], fields=[(field("cooking"), 4)]),
        make_kol(operator, "丙"),
    ]


def later(user):
    return Actor(user, "page", LATER)


# As file by file


def state() -> dict:
    """Everything that a bulk edit touches, without ids."""
    unlike = {"id", "kol_id", "change_set_id", "version"}
    of_kol = {kol.pk: kol.name for kol in Kol.objects.all()}

    def rows(model):
        return sorted(
            repr({k: v for k, v in row.items() if k not in unlike}) for row in model.objects.values()
        )

    changes = Change.objects.filter(at=LATER)
    tags = KolTag.objects.values_list("kol__name", "tag__team", "tag__name")
    fields = KolField.objects.values_list("kol__name", "field__slug", "strength", "position")
    return {
        "Kol": rows(Kol),
        "tags": sorted(map(str, tags)),
        "fields": sorted(map(str, fields)),
        "Tag": sorted(map(str, Tag.objects.values_list("team", "folded", "name"))),
        "changes": sorted(repr((of_kol[c.root], c.field, c.before, without_act(c.after))) for c in changes),
        "sets": ChangeSet.objects.filter(at=LATER).count(),
        "marks": sorted({of_kol[row.subject] + row.planner for row in Dirty.objects.all()}),
    }


def without_act(kept):
    """A handover goes by who gives and who receives, not by the id of the act."""
    return kept["handover"]["label"] if isinstance(kept, dict) and "handover" in kept else kept


def compared(singly, set_form) -> tuple[dict, dict]:
    states = []
    for act in (singly, set_form):
        mark = transaction.savepoint()
        Dirty.objects.all().delete()
        act()
        states.append(state())
        transaction.savepoint_rollback(mark)
    return tuple(states)


def at_once(actor, kols, changes):
    bulk.check(actor, changes)
    return bulk.apply(actor, bulk.allowed(actor, [kol.pk for kol in kols], changes), changes)


def test_facts_tags_and_fields_become_what_each_edit_makes_of_them(three, manager, colleague):
    agency = Agency.objects.create(name="Blue Harbor", folded="blue harbor")
    facts = {
        "owner": colleague,
        "type": kol_type(),
        "agency": agency,
        "language": "en",
        "city": "杭州",
        "touch_interval": 21,
    }
    actor = later(manager)

    def singly():
        for kol in three:
            tags = [row.tag.name for row in kol.kol_tags.all() if row.tag.folded != "run"]
            tags = tags if "Tea" in tags else [*tags, "tea"]
            kept = [(row.field, row.strength) for row in kol.kol_fields.order_by("position")]
            kept = [pair for pair in kept if pair[0].slug != "tea"]
            if "cooking" not in [one.slug for one, _strength in kept]:
                kept.append((field("cooking"), 3))
            files.edit(actor, kol, facts, None, tags=tags, fields=kept)

    changes = bulk.Changes(
        facts=facts,
        tags_add=["tea"],
        tags_remove=["RUN"],
        fields_add=[(field("cooking"), 3)],
        fields_remove=[field("tea")],
    )
    one, other = compared(singly, lambda: at_once(actor, three, changes))
    assert len(one["changes"]) > 15
    assert other == one


@pytest.mark.parametrize("cause", ["mourning", ""])
def test_the_quiet_mark_as_its_own_verb_sets_it(three, operator, cause):
    quiet.set_mark(Actor(operator, "page", NOW), three[0], "opted_out")
    actor = later(operator)

    def singly():
        for kol in three:
            quiet.put(actor, kol, cause)

    one, other = compared(singly, lambda: at_once(actor, three, bulk.Changes(facts={"quiet_cause": cause})))
    one["marks"], other["marks"] = (
        set(one["marks"]) >= set(other["marks"]),
        True,
    )  # only changed ones are told
    assert other == one


def test_the_archive_as_its_own_verb_fills_it(three, operator):
    actor = later(operator)

    def singly():
        for kol in three:
            files.archive(actor, kol, None)

    one, other = compared(singly, lambda: at_once(actor, three, bulk.Changes(archive=True)))
    assert len(one["changes"]) == 3
    assert other == one


def test_each_file_is_raised_by_one_version_and_unchanged_ones_by_none(three, operator):
    changed = at_once(later(operator), three, bulk.Changes(facts={"city": "杭州"}, tags_add=["run"]))
    assert set(changed) == {three[0].pk, three[2].pk}
    assert [Kol.objects.get(pk=kol.pk).version for kol in three] == [2, 1, 2]


def test_the_number_of_statements_does_not_grow_with_the_files(operator):
    changes = bulk.Changes(
        facts={"city": "杭州", "owner": operator}, tags_add=["x"], fields_add=[(field("tea"), 3)]
    )

    def asked(count) -> int:
        kols = [make_kol(operator, f"k{count}-{number}") for number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as found:
            at_once(later(operator).again(), kols, changes)
        return len(found)

    asked(1)
    assert asked(2) == asked(12)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"facts": {"stage": "late"}}, "stage"),
        ({"facts": {"city": "x" * 81}}, "city"),
        ({"facts": {"language": "xx"}}, "language"),
        ({"facts": {"quiet_cause": "bored"}}, "quiet_cause"),
        ({"tags_add": ["x" * 41]}, "tags_add"),
        ({"tags_add": ["Tea"], "tags_remove": ["tea"]}, "tags_add"),
        ({}, "__all__"),
    ],
)
def test_what_no_file_could_take_is_refused_at_its_field(operator, changes, key):
    with pytest.raises(ValidationError) as refusal:
        bulk_work.start(later(operator), bulk.Changes(**changes), ids=[])
    errors = refusal.value.message_dict if hasattr(refusal.value, "error_dict") else {"__all__": ""}
    assert list(errors) == [key]
    assert not Work.objects.exists()


def test_an_operator_gives_files_to_nobody_outside_the_team(three, operator, stranger):
    with pytest.raises(ValidationError) as refusal:
        bulk_work.start(later(operator), bulk.Changes(facts={"owner": stranger}), ids=[three[0].pk])
    assert list(refusal.value.message_dict) == ["owner"]


# As background work


def run(actor, changes, **which) -> Work:
    return works.run_one(bulk_work.start(actor, changes, **which))


CITY = bulk.Changes(facts={"city": "Suzhou"})


def test_ticked_files_are_changed_and_those_one_may_not_edit_are_listed(three, operator, colleague, stranger):
    theirs, elsewhere = make_kol(colleague, "丁"), make_kol(stranger, "戊")
    ids = [kol.pk for kol in (*three, theirs, elsewhere)]
    work = run(later(operator), CITY, ids=ids)
    assert (work.state, work.done, work.total) == ("done", 5, 5)
    assert (work.counts["changed"], work.counts["refused"]) == (3, 2)
    assert {UUID(one) for one in work.counts["refused_ids"]} == {theirs.pk, elsewhere.pk}
    assert set(Kol.objects.filter(city="Suzhou").values_list("name", flat=True)) == {"甲", "乙", "丙"}


def test_every_result_of_a_filter_is_changed_piece_by_piece(operator, monkeypatch):
    monkeypatch.setattr(bulk_work, "PIECE", 3)
    inside = [make_kol(operator, f"in{n}", language="en") for n in range(8)]
    make_kol(operator, "out", language="zh-hans")
    # The filter no longer finds what has been changed, and nothing is passed over for that.
    work = run(later(operator), bulk.Changes(facts={"language": ""}), query="q=in")
    assert (work.total, work.done, work.counts["changed"]) == (8, 8, 8)
    assert Kol.objects.filter(language="").count() == 8
    assert Change.objects.filter(change_set=work.change_set, field="language").count() == 8
    assert all(Kol.objects.get(pk=kol.pk).version == 2 for kol in inside)


def test_a_run_that_died_goes_on_where_it_stood_in_the_same_act(operator, monkeypatch):
    monkeypatch.setattr(bulk_work, "PIECE", 2)
    kols = [make_kol(operator, f"k{n}") for n in range(5)]
    work = bulk_work.start(later(operator), CITY, ids=[kol.pk for kol in kols])
    real, calls = bulk.apply, []

    def dies(*given):
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError
        return real(*given)

    monkeypatch.setattr(bulk, "apply", dies)
    assert works.run_one(work).state == "failed"
    assert (work.done, Kol.objects.filter(city="Suzhou").count()) == (2, 2)
    Work.objects.filter(pk=work.pk).update(state=Work.State.WAITING)
    monkeypatch.setattr(bulk, "apply", real)
    work = works.run_one(work)
    assert (work.state, work.counts["changed"], Kol.objects.filter(city="Suzhou").count()) == ("done", 5, 5)
    assert set(Change.objects.filter(field="city").values_list("change_set", flat=True)) == {work.change_set}


def test_rights_are_those_of_the_moment_the_work_runs(three, operator):
    work = bulk_work.start(later(operator), CITY, ids=[kol.pk for kol in three])
    type(operator).objects.filter(pk=operator.pk).update(role="finance")
    work = works.run_one(work)
    assert (work.counts["changed"], work.counts["refused"]) == (0, 3)
    assert not Kol.objects.filter(city="Suzhou").exists()


def test_files_of_nobody_are_claimed_by_taking_them_for_oneself(operator, manager):
    free = make_kol(manager, "free", owner=None)
    Kol.objects.filter(pk=free.pk).update(team=operator.team)
    assert run(later(operator), CITY, ids=[free.pk]).counts["refused"] == 1
    work = run(later(operator), bulk.Changes(facts={"owner": operator}), ids=[free.pk])
    assert (work.counts["changed"], Kol.objects.get(pk=free.pk).owner) == (1, operator)


# Back again


def undo(actor, work) -> Work:
    return works.run_one(bulk_work.undo(actor, work))


def everything(colleague) -> bulk.Changes:
    return bulk.Changes(
        facts={
            "owner": colleague,
            "type": kol_type(),
            "city": "Suzhou",
            "touch_interval": 21,
            "quiet_cause": "mourning",
        },
        archive=True,
        tags_add=["new"],
        tags_remove=["run"],
        fields_add=[(field("cooking"), 3)],
        fields_remove=[field("tea")],
    )


def test_the_whole_job_is_undone(three, operator, colleague):
    def facts():
        names = [*bulk.COLUMNS, "main_field"]
        return {
            kol.pk: (
                {name: getattr(kol, name) for name in names},
                sorted(kol.kol_tags.values_list("tag__name", flat=True)),
                list(kol.kol_fields.values_list("field__slug", "strength", "position")),
            )
            for kol in Kol.objects.all()
        }

    before = facts()
    work = run(later(operator), everything(colleague), ids=[kol.pk for kol in three])
    assert work.counts["changed"] == 3
    assert facts() != before
    undone = undo(later(operator).again(), work)
    assert (undone.state, undone.counts["changed"], undone.counts["left"]) == ("done", 3, 0)
    assert facts() == before
    assert Change.objects.filter(change_set=undone.change_set).exists()


def test_what_was_changed_since_is_left_and_listed(three, operator):
    work = run(
        later(operator), bulk.Changes(facts={"city": "Suzhou", "language": "en"}), ids=[k.pk for k in three]
    )
    files.edit(later(operator).again(), three[0], {"city": "Wuxi"}, None)
    undone = undo(later(operator).again(), work)
    first = Kol.objects.get(pk=three[0].pk)
    assert (first.city, first.language) == ("Wuxi", "")
    assert undone.counts["left_fields"] == [[str(three[0].pk), ["city"]]]
    assert (undone.counts["changed"], undone.counts["left"]) == (2, 1)
    assert Kol.objects.get(pk=three[1].pk).city == "杭州"


def test_after_the_days_of_the_trash_only_an_admin_takes_an_archive_back(three, operator, admin):
    done = {}
    for user, kol in zip((operator, admin), three, strict=False):
        done[user] = run(later(user), bulk.Changes(archive=True), ids=[kol.pk])
    trash.close(Actor.job(NOW + timedelta(days=40)))
    assert undo(later(operator).again(), done[operator]).counts["refused"] == 1
    assert undo(later(admin).again(), done[admin]).counts["changed"] == 1
    first, second = (Kol.objects.get(pk=kol.pk) for kol in three[:2])
    assert (first.archived_at is None, first.trash_over) == (False, True)
    assert (second.archived_at, second.trash_over) == (None, False)


def test_it_is_undone_once_and_only_when_it_is_over(three, operator):
    work = bulk_work.start(later(operator), CITY, ids=[three[0].pk])
    with pytest.raises(Refused, match="still_running"):
        bulk_work.undo(later(operator).again(), work)
    works.run_one(work)
    bulk_work.undo(later(operator).again(), work)
    with pytest.raises(Refused, match="already_undone"):
        bulk_work.undo(later(operator).again(), work)


# On the page

URL = "/kols/bulk/"


def test_the_panel_shows_the_tags_of_the_ticked_files(three, operator, as_user):
    answer = as_user(operator).post(
        URL, {"kol": [kol.pk for kol in three], "filter": "sort=name&stage=initial"}
    )
    form = answer.context["form"]
    assert [(tag["name"], tag["count"]) for tag in form.tags] == [("run", 2), ("Tea", 1)]
    assert answer.context["given"]["filter"] == "stage=initial"
    assert answer.context["count"] == 3


def test_the_page_starts_the_work_and_shows_what_came_of_it(three, operator, colleague, as_user):
    browser, theirs = as_user(operator), make_kol(colleague, "丁")
    ids = ",".join(str(kol.pk) for kol in (*three, theirs))
    data = {"start": "1", "ids": ids, "city": "Suzhou", "tag:run": "remove", "tags_new": "a, b"}
    data |= {"clear": ["touch_interval"], "strength": "3"}
    answer = browser.post(URL, data)
    work = Work.objects.get()
    assert answer.status_code == 200
    assert reverse("profiles:bulk-state", args=[work.pk]) in answer.content.decode()
    works.run_one(work)
    over = browser.get(reverse("profiles:bulk-state", args=[work.pk]))
    assert reverse("profiles:bulk-undo", args=[work.pk]) in over["HX-Trigger"]
    page = browser.get(reverse("profiles:bulk-result", args=[work.pk])).content.decode()
    assert "3 files changed, 1 you may not edit" in page
    assert "丁" in page
    assert sorted(three[1].kol_tags.values_list("tag__name", flat=True)) == ["Tea", "a", "b"]
    answer = browser.post(reverse("profiles:bulk-undo", args=[work.pk]))
    works.run_waiting()
    assert answer.status_code == 302
    assert sorted(three[1].kol_tags.values_list("tag__name", flat=True)) == ["Tea", "run"]


@pytest.mark.parametrize(
    ("sent", "key"),
    [({"touch_interval": "0"}, "touch_interval"), ({"owner": "stranger"}, "owner"), ({}, "__all__")],
)
def test_an_error_stands_at_its_field_and_nothing_is_started(three, operator, stranger, as_user, sent, key):
    answer = as_user(operator).post(URL, {"start": "1", "ids": str(three[0].pk), **sent})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [key]
    assert not Work.objects.exists()


def test_work_of_others_is_not_seen(three, operator, colleague, as_user):
    work = run(later(operator), CITY, ids=[three[0].pk])
    for name in ("bulk-state", "bulk-result"):
        assert as_user(colleague).get(reverse(f"profiles:{name}", args=[work.pk])).status_code == 404
    assert as_user(colleague).post(reverse("profiles:bulk-undo", args=[work.pk])).status_code == 404


# Through the API

API = "/api/v1/kols/bulk-edit/"


def test_a_client_edits_many_files_and_takes_it_back(three, operator, colleague, api):
    client, theirs = api(operator), make_kol(colleague, "丁")
    body = {"ids": [str(kol.pk) for kol in (*three, theirs)]}
    body["changes"] = {"city": "Suzhou", "tags_add": ["a"], "fields_add": [{"field": "cooking"}]}
    answer = client.post(API, body, format="json")
    assert answer.status_code == 202
    works.run_waiting()
    done = client.get(answer["Location"]).json()
    assert (done["state"], done["counts"]["changed"], done["counts"]["refused"]) == ("done", 3, 1)
    assert Kol.objects.filter(city="Suzhou").count() == 3
    assert client.post(f"{API}{done['id']}/undo/").status_code == 202
    works.run_waiting()
    assert not Kol.objects.filter(city="Suzhou").exists()
    assert client.post(f"{API}{done['id']}/undo/").json()["code"] == "already_undone"


def test_a_filter_of_a_client_reaches_only_what_it_finds(three, operator, api):
    body = {"filter": "tag=tea&sort=name", "changes": {"type": "creator"}}
    assert api(operator).post(API, body, format="json").status_code == 202
    works.run_waiting()
    assert list(Kol.objects.filter(type__slug="creator").values_list("name", flat=True)) == ["乙"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"changes": {"city": "x"}}, "ids"),
        ({"ids": [], "filter": "", "changes": {"city": "x"}}, "ids"),
        ({"ids": [], "changes": {"city": "x" * 81}}, "changes.city"),
        ({"ids": [], "changes": {"stage": "late"}}, "changes.stage"),
        ({"ids": [], "changes": {"owner": "stranger"}}, "owner"),
        ({"ids": [], "changes": {}}, "non_field_errors"),
    ],
)
def test_a_body_that_is_not_understood_is_refused_at_its_field(operator, stranger, api, body, key):
    answer = api(operator).post(API, body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [key])
    assert not Work.objects.exists()


def test_a_token_that_may_only_read_starts_nothing(three, operator, api):
    body = {"ids": [str(three[0].pk)], "changes": {"city": "x"}}
    assert api(operator, "kols:read").post(API, body, format="json").status_code == 403
    assert not Work.objects.exists()


def test_no_file_goes_to_the_colleague_who_is_its_kol(three, manager, colleague):
    """DOMAIN 2.1, as the edit of one file has it."""
    own = three[0]
    files.set_figures(own.pk, staff_user=colleague)
    by = Actor(manager, "page", NOW)
    with transaction.atomic():
        changed = at_once(by, three, bulk.Changes(facts={"owner": colleague}))
    assert set(changed) == {kol.pk for kol in three[1:]}
    assert Kol.objects.get(pk=own.pk).owner != colleague
    assert not Change.objects.filter(row=own.pk, field="owner", change_set=by.change_set).exists()
