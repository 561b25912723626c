"""What can be done with the KOL in view: the command palette offers it, each app adds its own (HOUSE).

A command is done by pressing the element ``[data-command]`` of that name on the file's page, so that palette,
button and key are one way; from another page the palette goes to the file first.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from kol_crm.core.extension import ExtensionPoint
from profiles.models.querysets import CLAIM, EDIT, TOUCH, VIEW


@dataclass(frozen=True)
class Command:
    """``right``: what the user must be allowed on the file; ``tab``: url name of the page that has it."""

    label: Any
    icon: str
    right: str = EDIT
    tab: str = "profiles:kol-detail"
    key: str = ""


commands: ExtensionPoint[Command] = ExtensionPoint("commands")

OWN = {
    "touch": Command(_("Log a touch"), "message-circle", TOUCH, key="T"),
    "claim": Command(_("Claim"), "hand", CLAIM),
    "edit": Command(_("Edit the whole file"), "pencil", tab="profiles:kol-edit"),
    "figures": Command(_("Add a figure"), "chart-line"),
    "fans": Command(_("Fan quality"), "users"),
    "level": Command(_("Level by hand"), "signal"),
    "quiet": Command(_("Quiet mark"), "bell-off"),
    "disclosures": Command(_("Who saw contact data"), "eye"),
    "performance": Command(_("Performance"), "chart-column", VIEW, "profiles:kol-performance"),
    "incentives": Command(_("Incentives"), "hand-heart", VIEW, "profiles:kol-incentives"),
    "history": Command(_("History"), "history", VIEW, "profiles:kol-history"),
    "archive": Command(_("Archive"), "archive"),
}
