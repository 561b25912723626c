"""The ladder as managers set it, and the words for each of its channels (DOMAIN 4.8). All of it is policy."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy
from kol_crm.core.shapes import Number, Table, Text
from lifecycle.models import LADDER
from lifecycle.rules.ladder import Rung
from profiles.models import TouchChannel

PLACES = ("name", "operator", "platform", "programme", "deeds")
LANGUAGES = ("en", "zh-hans")
OUTREACH = policy.Section("outreach", gettext_lazy("Outreach"), 22)


def _one_after_the_other(ladder: Mapping[str, Any]) -> dict[str, str]:
    """Two channels cannot come at the same place, and one at least is used."""
    places: dict[int, str] = {}
    problems = {}
    for channel, rung in ladder.items():
        if rung["place"] and rung["place"] in places:
            problems[f"{channel}.place"] = _("Another channel has this place.")
        places[rung["place"]] = channel
    return problems if any(places) else {f"{LADDER[0]}.place": _("Use one channel at least.")}


RUNG = Table(
    {
        "place": (gettext_lazy("Place (0: not used)"), Number(0, len(LADDER))),
        "gap": (gettext_lazy("Days of silence"), Number(1, 60)),
        # never below two: who was tried once is not unreachable
        "attempts": (gettext_lazy("Attempts"), Number(2, 9)),
    }
)
RUNGS = policy.declare(
    "outreach_ladder",
    {channel.value: {"place": place, "gap": 3, "attempts": 2} for place, channel in enumerate(LADDER, 1)},
    gettext_lazy("The ladder: in which order people are written to"),
    section=OUTREACH,
    shape=Table({channel.value: (channel.label, RUNG) for channel in LADDER}, _one_after_the_other),
    help=gettext_lazy("Silence past the days leads on; an answer ends it. Holds from the next attempt on."),
)
BY_MESSAGE = {
    "en": "Hello {name}, this is {operator} of {platform}. We are looking for people for “{programme}” and "
    "like what you do. May I tell you more?",
    "zh-hans": "{name}您好，我是{platform}的{operator}。我们在为“{programme}”寻找合作伙伴，很喜欢您的内容。"
    "方便的话，我想给您详细介绍一下。",
}
BY_MAIL = {
    "en": "Dear {name},\n\nI am writing for {platform}. For “{programme}” we are looking for people whose "
    "work our users would be glad of, and yours came to mind at once.\n\nWhat we have in mind: {deeds}\n\n"
    "Would you have a quarter of an hour this week?\n\n{operator}",
    "zh-hans": "{name}：\n\n您好！我是{platform}的{operator}。我们正在为“{programme}”寻找能真正帮到用户的"
    "伙伴，第一时间想到了您。\n\n我们的设想：{deeds}\n\n这周方便聊一刻钟吗？\n\n{operator}",
}
BY_OTHERS = {
    "en": "Hello, I am {operator} of {platform}. For “{programme}” we would like to meet {name}. "
    "Could you put us in touch?",
    "zh-hans": "您好，我是{platform}的{operator}。我们想为“{programme}”认识一下{name}，能否请您牵个线？",
}
SUBJECT = {"en": "{platform} × {name}: {programme}", "zh-hans": "{platform} × {name}：{programme}"}
BODIES = {TouchChannel.MAIL: BY_MAIL, TouchChannel.FRIEND: BY_OTHERS, TouchChannel.AGENCY: BY_OTHERS}


def _unknown_places(text: str) -> str:
    unknown = set(re.findall(r"\{(\w+)\}", text)) - set(PLACES)
    known = ", ".join(f"{{{name}}}" for name in PLACES)
    return _("Only these are filled in: %(known)s.") % {"known": known} if unknown else ""


def _words(channel: str) -> Table:
    rows: dict[str, tuple[Any, Any]] = {
        "body": (gettext_lazy("Text"), Text(4000, rows=4, check=_unknown_places))
    }
    if channel == TouchChannel.MAIL:
        rows = {"subject": (gettext_lazy("Subject"), Text(120, check=_unknown_places)), **rows}
    return Table(rows)


def _default(channel: str) -> dict[str, dict[str, str]]:
    bodies = BODIES.get(TouchChannel(channel), BY_MESSAGE)
    return {
        code: ({"subject": SUBJECT[code]} if channel == TouchChannel.MAIL else {}) | {"body": bodies[code]}
        for code in LANGUAGES
    }


TEMPLATES = policy.declare(
    "outreach_templates",
    {channel.value: _default(channel) for channel in LADDER},
    gettext_lazy("First words, by channel and language"),
    section=OUTREACH,
    shape=Table(
        {
            channel.value: (
                channel.label,
                Table({code: (name, _words(channel)) for code, name in settings.LANGUAGES}),
            )
            for channel in LADDER
        }
    ),
    help=gettext_lazy("{name}, {operator}, {platform}, {programme} and {deeds} are filled in."),
)


def rungs(rules: policy.Policy) -> list[Rung]:
    """The channels in use, in their order."""
    used = [(rung["place"], channel, rung) for channel, rung in rules.get(RUNGS).items() if rung["place"]]
    return [
        Rung(channel, rung["gap"], rung["attempts"]) for _place, channel, rung in sorted(used, key=_first)
    ]


def _first(row: tuple[int, str, Any]) -> int:
    return row[0]


def words(channel: str, language: str, rules: policy.Policy) -> dict[str, str]:
    """``body``, and of a mail ``subject``, with their places."""
    texts = rules.get(TEMPLATES)[channel]
    return texts[language if language in texts else LANGUAGES[0]]


def filled(text: str, places: Mapping[str, str]) -> str:
    """The text with its places filled, each once: what is filled in is not looked through again."""
    return re.sub(r"\{(\w+)\}", lambda found: places.get(found[1], found[0]), text)
