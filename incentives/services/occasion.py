"""Occasions: how each is greeted and with which words (DOMAIN 7.1, 7.3). All of it is policy."""

import re
from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Greeting
from incentives.services.greeting_texts import TEXTS
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import QUIET_FROM, QUIET_UNTIL
from kol_crm.core.shapes import Choice, Hour, Table, Text

OPERATOR, ITSELF = "operator", "itself"
LATE_HOURS = 24
LANGUAGES = ("en", "zh-hans")


def _in_the_day(modes) -> dict[str, str]:
    """Nothing goes by itself at night."""
    return {
        f"{occasion}.at": _("Nothing goes by itself between 21:00 and 09:00.")
        for occasion, mode in modes.items()
        if mode["mode"] == ITSELF and not QUIET_UNTIL <= time.fromisoformat(mode["at"]) < QUIET_FROM
    }


def _places(text: str) -> str:
    """What is wrong with the places of a template; empty when nothing is."""
    unknown = set(re.findall(r"\{(\w+)\}", text)) - {"name", "operator", "what"}
    return _("Only {name}, {operator} and {what} are filled in.") if unknown else ""


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
PLANNED = tuple(one for one in Greeting.Occasion.values if one != Greeting.Occasion.OWN)
EVENING = time(21)
GREETINGS = policy.Section("greetings", gettext_lazy("Greetings"), 30)
GREETING_WORDS = policy.Section("greeting_words", gettext_lazy("Words of greetings"), 31, own_page=True)
MODES = policy.declare(
    "occasion_modes",
    {one: {"mode": OPERATOR, "at": "09:00"} for one in PLANNED},
    gettext_lazy("Who sends a greeting, and when"),
    section=GREETINGS,
    shape=Table(
        {
            one: (
                Greeting.Occasion(one).label,
                Table(
                    {
                        "mode": (gettext_lazy("Sent by"), Choice(lambda: list(WHO))),
                        "at": (gettext_lazy("At"), Hour()),
                    }
                ),
            )
            for one in PLANNED
        },
        _in_the_day,
    ),
    help=gettext_lazy("The time is the KOL’s own."),
)
TEMPLATES = policy.declare(
    "greeting_templates",
    TEXTS,
    gettext_lazy("Words of greetings"),
    section=GREETING_WORDS,
    shape=Table(
        {
            occasion: (
                Greeting.Occasion(occasion).label,
                Table({code: (name, WORDS) for code, name in settings.LANGUAGES}),
            )
            for occasion in TEXTS
        }
    ),
    help=gettext_lazy("{name}, {operator} and {what} are filled in."),
)


def by_itself(occasion: str, rules: policy.Policy) -> bool:
    """Whether the occasion is set to be sent by the software if untouched."""
    modes = rules.get(MODES)
    return occasion in modes and modes[occasion]["mode"] == ITSELF


def hour(occasion: str, rules: policy.Policy) -> time:
    """HH:MM of the KOL's day at which it goes; what an operator greets for on their own has the whole day."""
    if occasion not in PLANNED:
        return EVENING
    return time.fromisoformat(rules.get(MODES)[occasion]["at"])


def all_by_itself(at: str) -> dict:
    """The setting under which every occasion is sent by the software at ``at``."""
    return {occasion: {"mode": ITSELF, "at": at} for occasion in PLANNED}


def words(occasion: str, language: str, rules: policy.Policy) -> dict[str, str]:
    """``subject`` and ``body`` with their places ``{name}``, ``{operator}``."""
    texts = rules.get(TEMPLATES)[occasion]
    return texts[language if language in texts else LANGUAGES[0]]


def filled(text: str, **places: str) -> str:
    """The text with its places filled; a sign that is no place of ours stays as it stands."""
    return re.sub(r"\{(\w+)\}", lambda place: places.get(place[1], place[0]), text)


def write_words(
    actor: Actor, occasion: str, language: str, texts: dict[str, str], number: int | None
) -> bool:
    """Put another template in force; whether it is another. ``number`` is the policy version one looked at.

    Raises ``ValidationError`` keyed by ``subject``, ``body``, or by nothing.
    """
    standing = policy.current().get(TEMPLATES)
    values = {**standing, occasion: {**standing[occasion], language: texts}}
    try:
        return policy.change(actor, {TEMPLATES.key: values}, _("Words of greetings"), number) is not None
    except ValidationError as error:
        found = {path.rpartition(".")[2]: problems for path, problems in error.message_dict.items()}
        fields = {name: problems for name, problems in found.items() if name in ("subject", "body")}
        raise ValidationError(fields or [one for problems in found.values() for one in problems]) from error
