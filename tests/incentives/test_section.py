"""The section "Incentives": one bar of tabs, one entry of the rail."""

import pytest
from django.urls import reverse

from incentives.section import TABS, tabs_of

pytestmark = pytest.mark.django_db


def test_every_tab_opens_and_is_the_active_one_on_its_page(as_user, admin):
    client = as_user(admin)
    for tab in TABS:
        answer = client.get(reverse(tab.url))
        assert answer.status_code == 200, tab.url
        active = [found["label"] for found in tabs_of(admin, reverse(tab.url)) if found["active"]]
        assert active == [tab.label]
        words = answer.content.decode()
        assert f'<a href="{reverse(tab.url)}" aria-current="page">{tab.label}' in words


def test_finance_opens_the_tabs_meant_for_it(as_user, finance):
    client = as_user(finance)
    shown = tabs_of(finance, "/plans/")
    assert shown
    for tab in shown:
        assert client.get(tab["url"]).status_code == 200, tab["url"]
