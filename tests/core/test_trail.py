"""Every page of Settings that changes a row shows what became of it (DOMAIN 3.12)."""

import pytest
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.services import me
from kol_crm.core.services import team as teams
from profiles.services import attribute, catalogue
from tests.factories import NOW, field

pytestmark = pytest.mark.django_db


def told(browser, name, **ids):
    page = browser.get(reverse(name, kwargs=ids))
    assert "History" in page.content.decode()
    return [(str(one.what), one.before, one.after, str(one.by)) for one in page.context["changes"]]


def test_a_team_a_field_an_attribute_and_oneself_show_their_history(admin, team, as_user):
    actor, browser = Actor(admin, "page", NOW), as_user(admin)
    who = str(admin)
    teams.edit(actor.again(), team, "Eastern", team.parent, None)
    assert ("name", "East", "Eastern", who) in told(browser, "settings:team", pk=team.pk)
    tea = field("tea")
    catalogue.edit(actor.again(), tea, {"name_en": "Fine tea"}, None)
    assert "Fine tea" in [after for _w, _b, after, _by in told(browser, "profiles:field-edit", pk=tea.pk)]
    row = attribute.create(
        actor.again(),
        {"key": "motto", "name_en": "Motto", "name_zh": "座右铭", "kind": "text", "group": "personal"},
    )
    attribute.retire(actor.again(), row)
    assert len(told(browser, "profiles:attribute-edit", pk=row.pk)) >= 2
    me.edit(actor.again(), {"display_name": "Chief"}, None)
    assert "Chief" in [after for _w, _b, after, _by in told(browser, "settings:me")]
