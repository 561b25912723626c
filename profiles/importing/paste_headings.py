"""What people write over the columns of a spreadsheet of figures, in both languages."""

from functools import cache

from django.utils.translation import override

from profiles.importing import cells
from profiles.importing.headings import meaning
from profiles.rules import metric as m

IDENTITY = frozenset({"external_id", "handle", "name", "identity", "url"})
FROM = frozenset({"from", "start", "since", "开始", "开始日期", "起始日期", "从"})
UNTIL = frozenset({"to", "end", "until", "结束", "结束日期", "截止日期", "到", "至"})
PLATFORM = frozenset({"platform", "channel", "平台", "渠道"})
METRIC = frozenset({"metric", "figure", "指标", "数据", "数据项", "项目"})
# What people write over columns of figures beside the names of the metrics.
ALSO = {
    m.POSTS: (
        "发布",
        "发布数",
        "发文",
        "发文数",
        "发帖",
        "发帖数",
        "作品",
        "作品数",
        "笔记数",
        "视频数",
        "new posts",
    ),
    m.INTERACTIONS: ("互动", "互动数", "互动量", "engagement", "engagements"),
    m.VIEWS: ("播放", "播放数", "播放量", "阅读", "阅读数", "阅读量", "浏览量", "plays", "reads"),
    m.GROWTH: ("涨粉", "涨粉数", "净增粉丝", "粉丝增长", "new followers"),
    m.ACTIVE_DAYS: ("活跃天数",),
    m.COMPLAINTS: ("投诉", "投诉数"),
}
WHEN, START, END, WHO, WHERE = "date", "from", "until", "account", "platform"
METRIC_HEAD = "metric"


def target_of(heading: str) -> str:
    """A metric, ``date``, ``from``, ``until``, ``account``, ``platform``, ``metric``; "" = not understood."""
    word = cells.tidy(heading).casefold()
    if not word:
        return ""
    for words, target in ((FROM, START), (UNTIL, END), (PLATFORM, WHERE), (METRIC, METRIC_HEAD)):
        if word in words:
            return target
    if word in _labels():
        return _labels()[word]
    target = meaning(heading).target or ""
    if target in IDENTITY:
        return WHO
    return target if target == WHEN or target in m.KINDS else ""


@cache
def _labels() -> dict[str, str]:
    """The metrics by their names in both languages, and by their keys."""
    known = {name.casefold(): name for name in m.KINDS}
    for language in ("en", "zh-hans"):
        with override(language):
            known |= {str(label).casefold(): name for name, label in m.LABELS.items()}
    known |= {word: name for name, words in ALSO.items() for word in words}
    return known | dict.fromkeys(("account", "账号", "帐号", "账户"), WHO)
