"""What settled facts of a table are written as: new files and edits, for the set forms of the verbs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core.models import Team, User
from kol_crm.core.text import fold
from profiles.importing.facts import ACCOUNT_FACTS, KOL_FACTS
from profiles.models import Agency, Field, Kol
from profiles.rules.flow import Figure
from profiles.services import attribute, many
from profiles.services.birthday import COLUMNS as BIRTHDAY
from profiles.services.contact import Checked
from profiles.services.figures import CENTS
from profiles.services.matching import SOURCE, Case


@dataclass(frozen=True)
class Filling:
    """What settled facts are written as."""

    platform: str
    owner: User | None
    team: Team
    fields: Mapping[str, Field]
    agencies: Mapping[str, Agency]

    def new_file(self, case: Case) -> many.NewFile:
        facts = case.settled.facts
        account = self._account(facts)
        values = self._values(facts)
        values.setdefault("name", facts.get("handle") or case.external_id or _unnamed(case))
        return many.NewFile(
            values | {"owner": self.owner, "team": self.team},
            account | {"platform": self.platform} if account else None,
            [self.fields[slug] for slug in facts.get("fields", ())],
            self._contacts(case),
            list(case.settled.tags.values()),
            self._attributes(facts),
            self._figures(case),
        )

    def edit(self, kol: Kol, case: Case) -> many.Edit:
        facts = case.settled.facts
        account = self._account(facts)
        if case.account is None and not ("external_id" in account or "handle" in account):
            account = {}  # a name or a link alone is no account
        elif case.account is None:
            account["platform"] = self.platform
        return many.Edit(
            kol,
            case.account,
            self._values(facts) | {fact: facts[fact] for fact in ("owner", "archived_at") if fact in facts},
            account,
            [self.fields[slug] for slug in facts["fields"]] if "fields" in facts else None,
            self._contacts(case),
            list(case.settled.tags.values()),
            self._attributes(facts),
        )

    @staticmethod
    def _figures(case: Case) -> list[Figure]:
        return [
            Figure(metric, value.quantize(CENTS), start, end, SOURCE)
            for (metric, start, end), value in case.settled.figures.items()
        ]

    @staticmethod
    def _attributes(facts: Mapping[str, Any]) -> dict[str, str]:
        return attribute.split(facts)[1]

    def _values(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        values = {fact: facts[fact] for fact in KOL_FACTS if fact in facts}
        if "birthday" in values:
            values |= dict(zip(BIRTHDAY, values.pop("birthday"), strict=True))
        if "agency" in values:
            values["agency"] = self.agencies[fold(values["agency"])]
        for tastes in {"likes", "dislikes"} & set(values):
            values[tastes] = list(values[tastes])
        return values

    @staticmethod
    def _account(facts: Mapping[str, Any]) -> dict[str, str]:
        return {fact: facts[fact] for fact in ACCOUNT_FACTS if fact in facts}

    @staticmethod
    def _contacts(case: Case) -> list[dict[str, Any]]:
        """As they were checked when the rows were read: neither validated nor hashed a second time."""
        return [
            {"channel": channel, "value": Checked(contact.value, contact.normal, contact.mask, digest)}
            for (channel, digest), contact in case.settled.contacts.items()
        ]


def _unnamed(case: Case) -> str:
    """Who has no name is called by the mask of a contact: never by the contact itself (DOMAIN 2.3)."""
    masks = [contact.mask for contact in case.settled.contacts.values()]
    return masks[0] if masks else _("No name")
