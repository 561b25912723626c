"""The pages of the Settings area: each app hangs its own in, the frame puts those of the reader beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.extension import ExtensionPoint

OWN, WORK, INSTALLATION = "own", "work", "installation"
GROUPS = (
    (OWN, pgettext_lazy("settings", "You")),
    (WORK, _("How we work")),
    (INSTALLATION, _("Installation")),
)


@dataclass(frozen=True)
class SettingsPage:
    """``url`` is a url name without arguments, active below it too; ``may(user)``: who sees the page."""

    label: Any
    icon: str
    url: str
    group: str
    may: Callable[[Any], bool]


pages: ExtensionPoint[SettingsPage] = ExtensionPoint("settings_pages")


def pages_of(user) -> Iterator[SettingsPage]:
    """What the user may open, in the order of the groups, then of registration."""
    for group, _label in GROUPS:
        yield from (page for page in pages if page.group == group and page.may(user))


def navigation(user, path: str) -> list[dict[str, Any]]:
    """The side navigation: per group its label and items (label, icon, url, active)."""
    items = [(page, reverse(page.url)) for page in pages_of(user)]
    here = max((url for _page, url in items if path.startswith(url)), key=len, default="")
    found = []
    for group, label in GROUPS:
        entries = [
            {"label": page.label, "icon": page.icon, "url": url, "active": url == here}
            for page, url in items
            if page.group == group
        ]
        if entries:
            found.append({"label": label, "items": entries})
    return found
