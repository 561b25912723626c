"""Occasions: how each is greeted and with which words (DOMAIN 7.1, 7.3). All of it is policy."""

import re
from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Greeting
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import QUIET_FROM, QUIET_UNTIL
from kol_crm.core.shapes import Choice, Hour, Table, Text

OPERATOR, ITSELF = "operator", "itself"
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
    },
    "date": {
        "en": {
            "subject": "{name}, all the best on your day",
            "body": "Dear {name},\n\nI have not forgotten what day it is: {what}.\n\nAll the best to you and yours.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{name}，今天是个好日子",
            "body": "{name}：\n\n还记得今天是{what}。\n\n祝你和家人一切顺心。\n\n{operator}",
        },
    },
    "festival": {
        "en": {
            "subject": "Happy {what}, {name}",
            "body": "Dear {name},\n\nhappy {what}!\n\nI wish you and yours good days together.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{name}，{what}安康",
            "body": "{name}：\n\n{what}到了，祝你和家人节日安康、平安喜乐。\n\n{operator}",
        },
    },
    "anniversary": {
        "en": {
            "subject": "{what} together: thank you, {name}",
            "body": "Dear {name},\n\n{what} with us today. Thank you for all that you brought here.\n\nTo many more.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{name}，感谢同行{what}",
            "body": "{name}：\n\n今天是我们同行{what}的日子。谢谢你带来的一切。\n\n期待更多个年头。\n\n{operator}",
        },
    },
    "milestone": {
        "en": {
            "subject": "{what} followers: congratulations, {name}",
            "body": "Dear {name},\n\n{what} followers! Every one of them was earned.\n\nCongratulations from all of us.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{name}，恭喜粉丝突破{what}",
            "body": "{name}：\n\n粉丝突破{what}，每一位都来之不易。\n\n衷心祝贺！\n\n{operator}",
        },
    },
    "event": {
        "en": {
            "subject": "Thinking of you, {name}",
            "body": "Dear {name},\n\nI have been thinking of what comes up for you: {what}.\n\nMy best wishes for it.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{name}，送上祝福",
            "body": "{name}：\n\n一直惦记着你的大事：{what}。\n\n祝一切顺利！\n\n{operator}",
        },
    },
    "own": {
        "en": {
            "subject": "{what}",
            "body": "Dear {name},\n\n{what}.\n\nAll the best.\n\n{operator}",
        },
        "zh-hans": {
            "subject": "{what}",
            "body": "{name}：\n\n{what}。\n\n祝一切都好。\n\n{operator}",
        },
    },
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
