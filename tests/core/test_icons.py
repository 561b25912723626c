"""Icons that many pages show are drawn once in a file of their own (PERFORMANCE)."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from kol_crm.core import icons
from kol_crm.core.templatetags.ui import icon


def test_the_file_holds_each_shared_icon_with_its_shape():
    sheet = Path(finders.find(icons.FILE)).read_text()
    assert set(re.findall(r'<symbol id="([a-z0-9-]+)"', sheet)) == icons.SHARED
    assert "<path" in icons.shape("users")
    assert icons.shape("users") in sheet


def test_a_shared_icon_points_into_the_file_and_another_is_drawn_in_its_place():
    assert icon("users") == '<svg class=ic aria-hidden=true><use href="/static/icons.svg#users"/></svg>'
    assert '<svg class="ic ic-14" role=img aria-label="&lt;b&gt;">' in icon("x", 14, "<b>")
    assert "skip-forward" not in icons.SHARED
    assert "<path" in icon("skip-forward")


def test_a_size_that_the_stylesheet_does_not_know_is_drawn_in_its_place():
    assert 'width="33"' in icon("users", 33)
