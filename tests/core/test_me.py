"""One's own page: what everybody may change about themselves."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core import settings_pages
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change, User
from kol_crm.core.services import me
from tests.forms import Page

pytestmark = pytest.mark.django_db
PATH = "/settings/me/"


def typed(browser, **values) -> dict:
    return Page(browser.get(PATH).content.decode()).form_to(PATH) | values


def test_own_facts_are_saved_with_a_version_and_a_trace(actor, operator):
    saved = me.edit(actor, {"display_name": "Lin Xiao", "zone": "Europe/Paris"}, 1)
    assert (saved.version, saved.display_name, saved.zone) == (2, "Lin Xiao", "Europe/Paris")
    told = Change.objects.filter(change_set=actor.change_set).values_list("model", "field", "after")
    assert sorted(told) == [
        ("core.user", "display_name", "Lin Xiao"),
        ("core.user", "zone", "Europe/Paris"),
    ]


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "Mars/Base"), ("language", "tlh"), ("role", "admin"), ("team", None)]
)
def test_what_is_not_known_or_not_ones_own_is_refused_at_its_field(actor, operator, field, value):
    with pytest.raises(ValidationError) as refused:
        me.edit(actor, {field: value}, 1)
    assert set(refused.value.message_dict) == {field}
    operator.refresh_from_db()
    assert (operator.version, operator.role, operator.zone) == (1, User.Role.OPERATOR, "")


def test_a_stale_save_writes_nothing(actor, operator):
    me.edit(actor, {"zone": "Europe/Paris"}, 1)
    with pytest.raises(Conflict):
        me.edit(actor.again(), {"display_name": "Late"}, 1)
    operator.refresh_from_db()
    assert operator.display_name == "Operator"


def test_the_page_saves_and_the_next_page_speaks_the_language(as_user, operator):
    browser = as_user(operator)
    browser.cookies["django_language"] = "en"
    answer = browser.post(PATH, typed(browser, language="zh-hans", display_name="林晓"))
    assert (answer.status_code, answer.cookies["django_language"]["max-age"]) == (302, 0)
    del browser.cookies["django_language"]
    assert "保存" in browser.get(PATH).content.decode()
    operator.refresh_from_db()
    assert (operator.language, operator.display_name) == ("zh-hans", "林晓")


def test_what_was_typed_survives_a_save_of_somebody_else(as_user, operator, actor):
    browser = as_user(operator)
    sent = typed(browser, display_name="Mine")
    me.edit(actor, {"display_name": "Theirs"}, 1)
    answer = browser.post(PATH, sent)
    page = Page(answer.content.decode())
    assert (answer.status_code, page.form_to(PATH)["display_name"]) == (409, "Mine")
    assert "Theirs" in answer.content.decode()
    assert browser.post(PATH, page.form_to(PATH)).status_code == 302
    operator.refresh_from_db()
    assert operator.display_name == "Mine"


def test_the_side_navigation_shows_only_what_one_may_open_and_where_one_is(operator):
    groups = settings_pages.navigation(operator, reverse("settings:me"))
    assert [entry["url"] for group in groups for entry in group["items"] if entry["active"]] == [PATH]
    assert {str(group["label"]) for group in groups} == {
        "You",
        "How we work",
    }  # the rules are for everybody to read
