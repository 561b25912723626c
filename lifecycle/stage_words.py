"""What managers write about each stage: when one enters and leaves it, and what is done there (DOMAIN 5)."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kol_crm.core import policy
from kol_crm.core.shapes import Table, Text
from lifecycle.gates import SECTIONS
from lifecycle.services.steps import ORDER
from profiles.models import Stage

ENTRY, EXIT, PLAYBOOK = "entry", "exit", "playbook"
PARTS = (
    (ENTRY, gettext_lazy("Who enters"), 3),
    (EXIT, gettext_lazy("When one leaves"), 3),
    (PLAYBOOK, gettext_lazy("What we do here"), 6),
)
LONGEST = 4000
ENGLISH, CHINESE = "en", "zh-hans"
DELIVERED: dict[str, dict[str, dict[str, str]]] = {
    Stage.INTRODUCTION: {
        ENGLISH: {
            ENTRY: "Somebody whose followers our users would be glad of, in a field with room.",
            EXIT: "The cooperation plan is agreed, they know the rules, and we know as whom they will start.",
            PLAYBOOK: "Look at fit before reach.\n"
            "Write through the warmest way, one voice at a time.\n"
            "Agree what they do, what they get, and what keeps them.",
        },
        CHINESE: {
            ENTRY: "其粉丝会被我们的用户所喜欢，且所在领域尚未饱和的人。",
            EXIT: "合作方案已达成一致，对方了解规则，我们也清楚其将以怎样的形象起步。",
            PLAYBOOK: "先看契合度，再看粉丝量。\n走最熟的渠道联系，同一时间只有一个人对外。\n"
            "谈定做什么、得到什么、靠什么留下来。",
        },
    },
    Stage.INITIAL: {
        ENGLISH: {
            ENTRY: "The plan is agreed and the persona designed; they know our rules.",
            EXIT: "Own followers fit their level, and the followers answer to what they post.",
            PLAYBOOK: "Package: highlights first, then story, image and tone.\n"
            "Empower: coach them, open features and data.\n"
            "Give resources, and look after 14 days whether they helped.",
        },
        CHINESE: {
            ENTRY: "合作方案已谈定，人设已设计，对方了解规则。",
            EXIT: "站内粉丝达到其量级应有的规模，并且粉丝愿意互动。",
            PLAYBOOK: "包装：先找亮点，再定故事、形象和语气。\n赋能：辅导，开放功能和数据。\n"
            "给资源，14 天后看效果。",
        },
    },
    Stage.MID_TERM: {
        ENGLISH: {
            ENTRY: "A standing of their own here: followers and answers as their level asks.",
            EXIT: "Both have held for two months, and they have given value back or stopped growing.",
            PLAYBOOK: "Agree exclusivity, and watch the dates.\nAdjust the persona by what the fans say.\n"
            "Ask for the first things back, not too often.",
        },
        CHINESE: {
            ENTRY: "在站内已站稳：粉丝量和互动达到其量级的要求。",
            EXIT: "两项指标稳定保持两个月，并已回馈价值或增长放缓。",
            PLAYBOOK: "谈独家，盯紧到期日。\n按粉丝反应调整人设。\n开始请其回馈，但不要太频繁。",
        },
    },
    Stage.LATE: {
        ENGLISH: {
            ENTRY: "Steady followers and answers for 60 days.",
            EXIT: "They go in the end: later, and with more returned.",
            PLAYBOOK: "Bind by share and continuous pay rather than by buyouts.\n"
            "Keep needs met and dates remembered.\n"
            "Look for signs of drifting before each review.",
        },
        CHINESE: {
            ENTRY: "粉丝和互动稳定 60 天。",
            EXIT: "人终会离开：让离开晚一些，回馈多一些。",
            PLAYBOOK: "多用分成和持续合作绑定，少用一次性买断。\n满足需求，记住重要日子。\n"
            "每次复盘前留意流失迹象。",
        },
    },
}


def _table() -> Table:
    parts = Table({key: (label, Text(LONGEST, rows=rows, required=False)) for key, label, rows in PARTS})
    return Table({code: (name, parts) for code, name in settings.LANGUAGES})


_ABOUT = gettext_lazy("{stage}: criteria and playbook")
WORDS = {
    stage: policy.declare(
        f"stage_words_{stage}",
        DELIVERED[stage],
        format_lazy(_ABOUT, stage=stage.label),
        section=SECTIONS[stage],
        shape=_table(),
        help=gettext_lazy("Shown before a move and on the file. Where a language is empty the other one is."),
    )
    for stage in ORDER
}


@dataclass(frozen=True)
class StageWords:
    """In the reader's language; empty where nobody wrote anything."""

    stage: str
    entry: str = ""
    exit: str = ""
    playbook: str = ""

    @property
    def label(self) -> Any:
        return Stage(self.stage).label

    def __bool__(self) -> bool:
        return bool(self.entry or self.exit or self.playbook)


def words(stage: str, rules: policy.Policy, language: str | None = None) -> StageWords:
    """What is written about a stage; of the departed nothing is."""
    if stage not in WORDS:
        return StageWords(stage)
    written = rules.get(WORDS[Stage(stage)])
    first = ENGLISH if (language or get_language() or ENGLISH).startswith("en") else CHINESE
    codes = [first, *(code for code in written if code != first)]
    found = {
        part: next((text for code in codes if (text := written[code][part].strip())), "")
        for part, *_shape in PARTS
    }
    return StageWords(stage, **found)


def written(from_stage: str, to_stage: str) -> list[tuple[Any, str]]:
    """What one reads before a step: when to leave the one stage, who enters the other, what is done there."""
    rules = policy.current()
    left, entered = words(from_stage, rules), words(to_stage, rules)
    told = []
    if from_stage != to_stage and to_stage in ORDER:
        said = {"left": left.label, "entered": entered.label}
        told = [
            (_("When one leaves %(left)s") % said, left.exit),
            (_("Who enters %(entered)s") % said, entered.entry),
            (_("What we do in %(entered)s") % said, entered.playbook),
        ]
    return [(title, text) for title, text in told if text]
