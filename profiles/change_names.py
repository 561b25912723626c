"""What the history of a file calls models, doors and fields."""

from typing import Any

from django.utils.translation import gettext_lazy

from kol_crm.core.extension import ExtensionPoint

KOL = "profiles.kol"
MERGE = "profiles.merge"
CONTACT, ACCOUNT, QUOTE = "profiles.contactpoint", "profiles.account", "profiles.quote"
ATTACHMENT = "profiles.attachment"
DOORS = {
    "page": gettext_lazy("page"),
    "api": gettext_lazy("API"),
    "import": gettext_lazy("import"),
    "job": gettext_lazy("job"),
    "command": gettext_lazy("command"),
    "rule-link": gettext_lazy("the KOL’s own link"),
}
# What a row of a model is called in the history; apps above add theirs under its label in lower case.
rows: ExtensionPoint[Any] = ExtensionPoint("words for changed rows")
for _model, _words in {
    CONTACT: gettext_lazy("contact"),
    ACCOUNT: gettext_lazy("account"),
    QUOTE: gettext_lazy("quote"),
    "profiles.fanreport": gettext_lazy("fan quality"),
    "profiles.duplicate": gettext_lazy("duplicate"),
    "profiles.merge": gettext_lazy("merged with"),
    "profiles.externalid": gettext_lazy("id in another system"),
    "profiles.source": "",
    "profiles.agency": "",
    "profiles.need": gettext_lazy("need"),
    "profiles.promise": gettext_lazy("promise"),
    "profiles.request": gettext_lazy("request"),
    "profiles.importantdate": gettext_lazy("important date"),
    "profiles.lifeevent": gettext_lazy("life event"),
    "profiles.tie": gettext_lazy("tie"),
    ATTACHMENT: gettext_lazy("attachment"),
}.items():
    rows.register(_model, _words)
# Changes that the story of a file tells as something else: a move.
TOLD_ELSEWHERE = ("stage", "stage_since")
# The other end of a tie, whose name not every reader may know.
TIE = "profiles.tie"
OTHER_END, HOLDER = "other", "kol"
NOTES = (
    *("profiles.need", "profiles.promise", "profiles.request", "profiles.lifeevent"),
    *("profiles.importantdate", TIE),
)
# What the history calls otherwise than the column, or what has no column.
FIELDS = {
    "fields": gettext_lazy("fields"),
    "tags": gettext_lazy("tags"),
    "level_override": gettext_lazy("level by hand"),
    "archived_at": gettext_lazy("archived"),
    "value": gettext_lazy("value"),
    "kol": gettext_lazy("held by"),
    "contacts": gettext_lazy("contacts"),
    "accounts": gettext_lazy("accounts"),
    "merged_into": gettext_lazy("a part of"),
}
