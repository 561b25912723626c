"""Occasions: how each is greeted and with which words (DOMAIN 7.1, 7.3). All of it is policy."""

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Greeting
from kol_crm.core import policy
from kol_crm.core.clock import QUIET_FROM, QUIET_UNTIL

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


def _check_modes(value) -> str | None:
    for mode in value.values():
        if mode.get("mode") not in (OPERATOR, ITSELF):
            return _("Choose who sends: the operator, or the software by itself.")
        try:
            at = time.fromisoformat(mode.get("at", ""))
        except ValueError:
            return _("Give the time as HH:MM.")
        if mode["mode"] == ITSELF and not QUIET_UNTIL <= at < QUIET_FROM:
            return _("Nothing goes by itself between 21:00 and 09:00.")
    return None


MODES = policy.declare(
    "occasion_modes",
    {Greeting.Occasion.BIRTHDAY.value: {"mode": OPERATOR, "at": "09:00"}},
    gettext_lazy("Who sends a greeting, and when"),
    check=_check_modes,
)
TEMPLATES = policy.declare("greeting_templates", TEXTS, gettext_lazy("Words of greetings"))


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
