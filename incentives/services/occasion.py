"""Occasions: how each is greeted and with which words (DOMAIN 7.1, 7.3). All of it is policy."""

import re
from datetime import time

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Greeting
from kol_crm.core import policy
from kol_crm.core.clock import QUIET_FROM, QUIET_UNTIL
from kol_crm.core.shapes import Choice, Hour, Table, Text

OPERATOR, ITSELF = "operator", "itself"
DRAFT_DAYS = 3
LATE_HOURS = 24
LANGUAGES = ("en", "zh-hans")

TEXTS = {
    "birthday": {
        "en": {
            "subject": "Happy birthday, {name}",
            "body": "Dear {name},\n\nhappy birthday!\n\nA warm, bright year to you.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{name}，生日快乐",
            "body": "{name}：\n\n生日快乐！\n\n愿新的一岁，平安喜乐，所念皆如愿。\n\n{operator}",
        },
    }
}


def _in_the_day(modes) -> dict[str, str]:
    """Nothing goes by itself at night."""
    return {
        f"{occasion}.at": _("Nothing goes by itself between 21:00 and 09:00.")
        for occasion, mode in modes.items()
        if mode["mode"] == ITSELF and not QUIET_UNTIL <= time.fromisoformat(mode["at"]) < QUIET_FROM
    }


def _places(text: str) -> str:
    """What is wrong with the places of a template; empty when nothing is."""
    unknown = set(re.findall(r"\{(\w+)\}", text)) - {"name", "operator"}
    return _("Only {name} and {operator} are filled in.") if unknown else ""


WHO = (
    (OPERATOR, gettext_lazy("the operator")),
    (ITSELF, gettext_lazy("by itself, if untouched")),
)
WORDS = Table(
    {
        "subject": (gettext_lazy("Subject"), Text(120, check=_places)),
        "body": (gettext_lazy("Text"), Text(4000, rows=6, check=_places)),
    }
)
GREETINGS = policy.Section("greetings", gettext_lazy("Greetings"), 30)
MODES = policy.declare(
    "occasion_modes",
    {Greeting.Occasion.BIRTHDAY.value: {"mode": OPERATOR, "at": "09:00"}},
    gettext_lazy("Who sends a greeting, and when"),
    section=GREETINGS,
    shape=Table(
        {
            Greeting.Occasion.BIRTHDAY.value: (
                Greeting.Occasion.BIRTHDAY.label,
                Table(
                    {
                        "mode": (gettext_lazy("Sent by"), Choice(lambda: list(WHO))),
                        "at": (gettext_lazy("At"), Hour()),
                    }
                ),
            )
        },
        _in_the_day,
    ),
    help=gettext_lazy("The time is the KOL’s own."),
)
TEMPLATES = policy.declare(
    "greeting_templates",
    TEXTS,
    gettext_lazy("Words of greetings"),
    section=GREETINGS,
    shape=Table(
        {
            occasion: (
                Greeting.Occasion(occasion).label,
                Table({code: (name, WORDS) for code, name in settings.LANGUAGES}),
            )
            for occasion in TEXTS
        }
    ),
    help=gettext_lazy("{name} and {operator} are filled in."),
)


def by_itself(occasion: str, rules: policy.Policy) -> bool:
    """Whether the occasion is set to be sent by the software if untouched."""
    return rules.get(MODES)[occasion]["mode"] == ITSELF


def hour(occasion: str, rules: policy.Policy) -> time:
    """HH:MM of the KOL's day at which it goes."""
    return time.fromisoformat(rules.get(MODES)[occasion]["at"])


def all_by_itself(at: str) -> dict:
    """The setting under which every occasion is sent by the software at ``at``."""
    return {occasion: {"mode": ITSELF, "at": at} for occasion in Greeting.Occasion.values}


def words(occasion: str, language: str, rules: policy.Policy) -> dict[str, str]:
    """``subject`` and ``body`` with their places ``{name}``, ``{operator}``."""
    texts = rules.get(TEMPLATES)[occasion]
    return texts[language if language in texts else LANGUAGES[0]]


def filled(text: str, **places: str) -> str:
    """The text with its places filled; a sign that is no place of ours stays as it stands."""
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text
