"""What the counters of the dashboard should say: every file and stay looked at one by one."""

from collections import Counter

from lifecycle.models import Stay
from lifecycle.stay_counting import MOVED, STAYED, step_of
from profiles.counts import plain
from profiles.models import CountLines, Kol, ScopeCount, Stage
from profiles.scope_counting import AGED, DUE, LATE_OF, LEVEL, OWNER, RISK, STAGE, STALE, VERDICT


def standing() -> Counter:
    sums: Counter = Counter()
    for team, *rest, count in ScopeCount.objects.values_list(
        "team", "kind", "field", "level", "value", "count"
    ):
        sums[team, *rest] += count
    return Counter({key: count for key, count in sums.items() if count})


def counted() -> Counter:
    lines = CountLines.objects.first()
    found: Counter = Counter()
    for kol in Kol.objects.filter(archived_at=None):
        values = list(_of_file(kol, lines))
        stays = [one for stay in Stay.objects.filter(kol=kol) for one in _of_stay(stay)]
        for field in ("", *(one.field_id.hex for one in kol.kol_fields.all())):
            for level in ("*", kol.level):
                for kind, value in (*values, *stays):
                    found[kol.team_id, kind, field, level, value] += 1
    return found


def _of_file(kol, lines):
    owner = "" if kol.owner_id is None else plain(kol.owner_id)
    working = kol.stage != Stage.DEPARTED
    yield STAGE, kol.stage
    yield LEVEL, kol.level
    yield VERDICT, kol.verdict
    if working:
        yield OWNER, owner
    if kol.risk is not None:
        yield RISK, f"{kol.stage}:{max(low for low in (0, 25, 50, 75) if low <= kol.risk)}"
    if lines is None:
        return
    if kol.review_due and kol.review_due < lines.day:
        yield DUE, f"{kol.stage}:{'long_overdue' if kol.review_due < lines.long_late else 'overdue'}"
        if working:
            yield LATE_OF, owner
    elif kol.review_due and kol.review_due <= lines.soon:
        yield DUE, f"{kol.stage}:soon"
    if kol.figures_due and kol.figures_due <= lines.day:
        yield STALE, kol.stage
    if working and kol.stage_since and kol.stage_since < getattr(lines, kol.stage):
        yield AGED, kol.stage


def _of_stay(stay):
    move = stay.entered_by
    if move is not None:
        yield MOVED, f"{stay.since:%Y-%m}:{move.from_stage}:{stay.stage}:{move.cause}"
    if stay.until and stay.stage != Stage.DEPARTED:
        yield STAYED, f"{stay.until:%Y-%m}:{stay.stage}:{step_of((stay.until - stay.since).days)}"
