"""The set forms do what the verbs do one by one (HOUSE, 5): both are fed the same rows and compared."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, ChangeSet, Dirty
from lifecycle.models import Stay
from profiles.models import Account, ContactPoint, Holding, Kol, KolField, Stage
from profiles.services import account as account_verbs
from profiles.services import kol as verbs
from profiles.services import many
from tests.factories import NOW, field

pytestmark = pytest.mark.django_db

ROWS = [
    {
        "values": {"name": "王思雨", "gender": "female", "city": "杭州", "introduction": "跑步\\t\t和\n写作"},
        "account": {"platform": "weibo", "external_id": "1", "handle": "@Siyu", "title": "思雨"},
        "fields": ["running", "writing"],
    },
    {
        "values": {"name": "Zoë O'Neil", "language": "en", "credentials": 'wrote "a\\b"'},
        "account": {"platform": "weibo", "handle": "zoë", "url": "https://weibo.example/zoe"},
        "fields": [],
    },
]


@pytest.fixture(params=["page", "import"])
def actor(request, operator):
    return Actor(operator, request.param, NOW)


def one_by_one(actor, rows) -> list[Kol]:
    return [
        verbs.create(
            actor,
            row["values"],
            accounts=[row["account"]],
            fields=[(field(slug), many.STRENGTH) for slug in row["fields"]],
        )
        for row in rows
    ]


def at_once(actor, rows) -> list[Kol]:
    files = [
        many.NewFile(row["values"], row["account"], [field(slug) for slug in row["fields"]]) for row in rows
    ]
    return [kol for kol, _account in many.create(actor, files)]


def state() -> dict:
    """Everything that a file consists of, without ids."""
    unlike = {"id", "kol_id", "account_id", "change_set_id", "subject"}
    of_kol = {str(kol.pk): kol.name for kol in Kol.objects.all()}

    def rows(model):
        found = model.objects.values()
        return sorted(repr({key: value for key, value in row.items() if key not in unlike}) for row in found)

    changes = sorted(
        repr((of_kol[str(change.root)], change.model, change.field, change.before, change.after, change.at))
        for change in Change.objects.all()
    )
    return {
        "changes": changes,
        "marks": sorted(of_kol[str(row.subject)] + row.planner for row in Dirty.objects.all()),
        **{model.__name__: rows(model) for model in (Kol, Account, Holding, KolField, Stay, ChangeSet)},
    }


def compared(singly, set_form) -> tuple[dict, dict]:
    """The state that each leaves behind, from the same start."""
    states = []
    for act in (singly, set_form):
        mark = transaction.savepoint()
        act()
        states.append(state())
        transaction.savepoint_rollback(mark)
    return tuple(states)


def test_creating_many_leaves_what_creating_each_leaves(actor):
    singly, set_form = compared(lambda: one_by_one(actor, ROWS), lambda: at_once(actor, ROWS))
    assert len(singly["Kol"]) == len(singly["Stay"]) == 2
    assert set_form == singly


def test_editing_many_leaves_what_editing_each_leaves(actor):
    one_by_one(actor, ROWS)
    later = actor.again()
    facts = {"name": "李健", "city": "上海", "gender": ""}
    account_facts = {"title": "健", "handle": "Jian"}
    fields = [field("music"), field("writing")]

    def singly():
        kol = Kol.objects.get(name="王思雨")
        entry = {"id": str(kol.accounts.get().pk), **account_facts}
        strengths = [(one, many.STRENGTH) for one in fields]
        verbs.edit(later, kol, facts, 1, accounts=[entry], fields=strengths)

    def set_form():
        kol = Kol.objects.get(name="王思雨")
        account = kol.accounts.get()
        account.kol = kol
        many.edit(later, [many.Edit(kol, account, facts, account_facts, fields)])

    one, other = compared(singly, set_form)
    assert "'version': 2" in " ".join(one["Kol"])
    assert other == one


def test_an_edit_that_changes_nothing_writes_nothing(actor):
    (kol, _other) = one_by_one(actor, ROWS)
    kol = Kol.objects.get(pk=kol.pk)
    before = state()
    same = {"name": kol.name, "city": kol.city}
    many.edit(
        actor.again(),
        [many.Edit(kol, kol.accounts.get(), same, {"title": "思雨"}, [field("running"), field("writing")])],
    )
    assert state() == before


def test_a_kept_field_keeps_its_strength(actor):
    (kol, _other) = one_by_one(actor, ROWS)
    KolField.objects.filter(kol=kol, field=field("running")).update(strength=5)
    kol = Kol.objects.prefetch_related("kol_fields__field").get(pk=kol.pk)
    many.edit(actor.again(), [many.Edit(kol, kol.accounts.get(), fields=[field("music"), field("running")])])
    kol.refresh_from_db()
    assert kol.main_field == field("running")
    assert [(row.field.slug, row.strength) for row in kol.kol_fields.all()] == [("running", 5), ("music", 3)]


@pytest.mark.parametrize(
    ("values", "account", "key"),
    [
        ({"name": ""}, {"platform": "weibo", "handle": "x"}, "0.name"),
        ({"name": "甲", "gender": "?"}, {"platform": "weibo", "handle": "x"}, "0.gender"),
        ({"name": "甲", "stage": Stage.LATE}, {"platform": "weibo", "handle": "x"}, "stage"),
        ({"name": "甲"}, {"platform": "nowhere", "handle": "x"}, "0.account.platform"),
        ({"name": "甲"}, {"platform": "weibo", "handle": "@"}, "0.account.handle"),
        ({"name": "甲"}, {"platform": "weibo", "handle": "x", "url": "no link"}, "0.account.url"),
    ],
)
def test_a_refused_row_is_named_and_nothing_is_written(actor, values, account, key):
    with pytest.raises(ValidationError) as refusal:
        many.create(actor, [many.NewFile(values, account)])
    assert key in refusal.value.message_dict
    assert not Kol.objects.exists()
    assert not Change.objects.exists()


def test_an_account_on_file_already_stops_the_whole_set(actor):
    one_by_one(actor, ROWS[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        at_once(actor, [ROWS[1], {**ROWS[0], "values": {"name": "另一"}}])
    assert Kol.objects.count() == 1


def test_handles_are_told_apart_by_accents_by_every_verb(actor, kol):
    for handle in ("Refúgio Mental", "Refugio Mental"):
        account_verbs.insert(actor, account_verbs.build(kol, {"platform": "youtube", "handle": handle}))
    assert Account.objects.filter(platform="youtube").count() == 2


def test_a_value_that_many_files_brought_is_shared_on_all_of_them_as_one_by_one(actor):
    phone = {"channel": "phone", "value": "13800138000"}
    verbs.create(actor, {"name": "旧"}, contacts=[phone])
    later = actor.again()

    def marks() -> tuple[list, int]:
        points = ContactPoint.objects.order_by("kol__name").values_list("kol__name", "shared", "kol__version")
        return list(points), Change.objects.filter(field="shared", after=True).count()

    def singly():
        for name in ("甲", "乙"):
            verbs.create(later, {"name": name}, contacts=[phone])

    def set_form():
        many.create(later, [many.NewFile({"name": name}, contacts=[phone]) for name in ("甲", "乙")])

    states = []
    for act in (singly, set_form):
        mark = transaction.savepoint()
        act()
        states.append(marks())
        transaction.savepoint_rollback(mark)
    assert states[0] == ([("乙", True, 1), ("旧", True, 2), ("甲", True, 2)], 3)
    assert states[1] == ([("乙", True, 1), ("旧", True, 2), ("甲", True, 1)], 3)  # born shared, so to say
