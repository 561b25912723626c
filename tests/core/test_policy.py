"""Policy: one versioned set; a value is checked by its shape, a refusal stands at its input (DOMAIN 2)."""

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core import installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import PolicyVersion, Team, User
from kol_crm.core.shapes import (
    Choice,
    Hour,
    Number,
    Numbers,
    Rows,
    Share,
    Table,
    Text,
    at,
    leaves,
    like,
    put_together,
)
from tests.factories import NOW, UserFactory
from tests.forms import Page

pytestmark = pytest.mark.django_db
FIGURES = "/settings/policy/figures/"
STAGES = {"introduction": 14, "initial": 14, "mid_term": 30, "late": 30}


@pytest.fixture
def chief():
    """A manager of the top team."""
    return UserFactory(username="chief", role=User.Role.MANAGER, team=Team.objects.get(parent=None))


@pytest.fixture
def by(chief):
    return Actor(chief, "page", NOW)


def form_at(browser, path) -> dict:
    return Page(browser.get(path).content.decode()).form_to(path)


@pytest.mark.parametrize("setting", policy.declared(), ids=lambda setting: setting.key)
def test_every_default_is_what_its_own_shape_and_form_allow(setting):
    assert setting.problems(setting.default) == {}


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (Number(1, 5), 0),
        (Number(1, 5), 6),
        (Number(1, 5), "3"),
        (Number(1, 5), True),
        (Share(), "1.01"),
        (Share(), "NaN"),
        (Share(), 0.5),
        (Text(3), "four"),
        (Text(3), " "),
        (Choice(lambda: [("a", "A")]), "b"),
        (Hour(), "25:00"),
        (Numbers(0, 9, 2), []),
        (Numbers(0, 9, 2), [1, 1]),
        (Numbers(0, 9, 2), [1, 2, 3]),
        (Numbers(0, 9, 2), ["x"]),
        (Table({"a": ("A", Number(1, 2))}), {}),
        (Table({"a": ("A", Number(1, 2))}), {"a": 1, "b": 1}),
    ],
)
def test_a_value_of_another_shape_is_a_problem(shape, value):
    assert shape.problems(value)


def test_a_problem_names_its_place_and_parts_come_together_again():
    shape = Table({"a": ("A", Table({"x": ("X", Number(1, 2)), "y": ("Y", Hour())}))})
    value = {"a": {"x": 3, "y": "09:00"}}
    assert set(shape.problems(value)) == {"a.x"}
    assert put_together({"a.x": at(value, "a.x"), "a.y": at(value, "a.y")}) == value


PAIR = Table({"name": ("Name", Text(9)), "place": ("Place", Number(1, 9))})
ROWS = Rows(PAIR, {"name": "", "place": 1}, lambda row: row["name"], 2)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ({}, ""),
        ({"A b": {"name": "x", "place": 1}}, ""),
        ({key: {"name": key, "place": 1} for key in "abc"}, ""),
        ({"a": {"name": "", "place": 1}}, "a.name"),
        ({"a": {"name": "x"}}, "a"),
    ],
)
def test_rows_are_one_to_so_many_each_whole_under_a_key(value, at):
    assert set(ROWS.problems(value)) == {at}


def test_rows_are_read_in_their_places_under_their_names():
    value = {"a": {"name": "last", "place": 2}, "b": {"name": "first", "place": 1}}
    assert ROWS.problems(value) == {}
    told = [(path, labels) for path, labels, _leaf in leaves(ROWS, value)]
    assert told[0] == ("b.name", ("first", "Name"))
    assert [path for path, _labels in told] == ["b.name", "b.place", "a.name", "a.place"]


def test_a_setting_without_a_shape_is_edited_as_its_default_looks():
    assert like({"a": 1}).problems({"a": "x"})
    assert like([1]).problems([1, 2]) == {}
    assert like("x").problems("y") == {}


def test_a_version_keeps_who_when_why_and_only_what_differs(by, chief):
    made = policy.change(by, {"reveals_per_hour": 9, "touch_intervals": STAGES}, "fewer looks")
    assert (made.number, made.user, made.at, made.reason) == (1, chief, NOW, "fewer looks")
    assert made.values == {"reveals_per_hour": 9, "touch_intervals": STAGES}
    assert policy.differences(policy.Policy(None), policy.current()) == [
        (policy.find("reveals_per_hour"), "", "60", "9")
    ]
    assert policy.change(by.again(), {"reveals_per_hour": 9}) is None
    assert PolicyVersion.objects.count() == 1


def test_changes_of_two_managers_merge_unless_they_are_of_one_setting(by):
    policy.change(by, {"reveals_per_hour": 9}, number=0)
    policy.change(by.again(), {"verdict_least_posts": 8}, number=0)
    assert policy.current().get(policy.find("reveals_per_hour")) == 9
    stale = {"reveals_per_hour": 60, "verdict_own_share": "0.3"}  # of a form that was open all the while
    policy.change(by.again(), stale, number=0)
    assert policy.current().get(policy.find("reveals_per_hour")) == 9
    with pytest.raises(ValidationError) as refused:
        policy.change(by.again(), {"reveals_per_hour": 7}, number=0)
    assert set(refused.value.message_dict) == {"reveals_per_hour"}
    assert policy.current().number == 3


MODES = policy.find("occasion_modes").default
AT_NIGHT = {"mode": "itself", "at": "22:00"}


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        (
            "level_thresholds",
            {"nano": 10, "micro": 10, "mid": 20, "macro": 30, "mega": 40},
            "level_thresholds.micro",
        ),
        ("level_rates", {"up": "0.01", "down": "0.02"}, "level_rates.up"),
        ("touch_intervals", STAGES | {"late": 0}, "touch_intervals.late"),
        ("occasion_modes", MODES | {"birthday": AT_NIGHT}, "occasion_modes.birthday.at"),
        ("holidays_of", "XX", "holidays_of"),
        ("installation_zone", "Mars/Base", "installation_zone"),
        ("currency", "XXQ", "currency"),
        ("no_such", 1, "no_such"),
    ],
)
def test_a_refused_value_is_named_and_nothing_is_written(by, key, value, place):
    with pytest.raises(ValidationError) as refused:
        policy.change(by, {key: value})
    assert set(refused.value.message_dict) == {place}
    assert not PolicyVersion.objects.exists()


def test_a_template_with_an_unknown_place_is_refused(by):
    words = policy.find("greeting_templates").default
    wrong = words | {"birthday": words["birthday"] | {"en": {"subject": "Hi {nmae}", "body": "x"}}}
    with pytest.raises(ValidationError) as refused:
        policy.change(by, {"greeting_templates": wrong})
    assert set(refused.value.message_dict) == {"greeting_templates.birthday.en.subject"}


def test_zone_currency_and_name_count_from_the_next_question_on(by):
    assert installation.zone() == "Asia/Shanghai"
    policy.change(by, {"installation_zone": "Europe/Paris", "currency": "EUR", "platform_name": "Pengyou"})
    assert installation.current() == installation.Installation("Pengyou", "Europe/Paris", "EUR")


def test_only_admins_and_managers_of_the_top_team_edit_policy(as_user, chief, admin, manager, operator):
    statuses = [as_user(user).get(FIGURES).status_code for user in (chief, admin, manager, operator)]
    assert statuses == [200, 200, 403, 403]


def test_the_page_saves_a_table_and_shares_in_per_cent(as_user, chief):
    browser = as_user(chief)
    form = form_at(browser, FIGURES)
    assert (form["level_thresholds.nano"], form["level_rates.up"]) == ("1000", "5")
    changed = {"level_thresholds.nano": "2000", "level_rates.up": "7.5", "reason": "we grew"}
    assert browser.post(FIGURES, form | changed).status_code == 302
    rules = policy.current()
    assert rules.get(policy.find("level_thresholds"))["nano"] == 2000
    assert rules.get(policy.find("level_rates")) == {"up": "0.075", "down": "0.005"}
    told = browser.get("/settings/policy/versions/").content.decode()
    assert all(words in told for words in ("we grew", "2000", "7.5 %"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level_thresholds.micro", "500"),
        ("fresh_days.stock", "0"),
        ("verdict_own_share", "101"),
        ("reason", ""),
    ],
)
def test_the_page_refuses_at_the_input_and_keeps_what_was_typed(as_user, chief, field, value):
    browser = as_user(chief)
    sent = form_at(browser, FIGURES) | {"reason": "because", field: value}
    answer = browser.post(FIGURES, sent)
    page = Page(answer.content.decode())
    assert (answer.status_code, page.invalid) == (422, {field})
    assert page.form_to(FIGURES)[field] == value
    assert not PolicyVersion.objects.exists()


def test_a_verb_asks_for_the_policy_once_and_sees_what_it_changes_itself(by, django_assert_num_queries):
    setting = policy.declared()[0]
    with policy.held():
        with django_assert_num_queries(1):
            policy.current()
            with policy.held():
                assert policy.current().number == 0
        made = policy.change(by, {setting.key: setting.default})
        assert policy.current().number == made.number
    with django_assert_num_queries(2):  # outside each asks for itself
        policy.current()
        policy.current()
