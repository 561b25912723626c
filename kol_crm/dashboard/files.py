"""Charts of the files themselves: who looks after them, verdicts, levels, fields."""

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kol_crm.dashboard import names
from kol_crm.dashboard.charts import Chart, Figure, Line, nothing, number, percent
from kol_crm.dashboard.scope import Asked
from kol_crm.dashboard.stages import REVIEWS
from lifecycle.services.steps import ORDER
from profiles.filters import NONE
from profiles.models import Level, Verdict
from profiles.scope_counting import LATE_OF, LEVEL, OWNER, STAGE, VERDICT
from profiles.scope_counts import FIELD, Figures

SHOWN = 10
LIMIT = "limit"  # how many files an operator can look after
WORKING = tuple(stage.value for stage in ORDER)


def loads(asked: Asked, figures: Figures, *, shown: int = SHOWN) -> Chart:
    """Owners by name, without rank (DOMAIN 7.5); nobody's files are a tile of their own."""
    limit = int(figures.told[LIMIT])
    have, late = figures[OWNER], figures[LATE_OF]
    people = names.owners_in(figures.told[names.OWNERS])
    owners = sorted((one.display_name or one.username, one.username, str(one.key)) for one in people)
    lines, rows = [], []
    for name, username, key in owners:
        count, overdue = have[key], late[key]
        above = count > limit
        if len(lines) < shown:
            link = asked.url(owner=username, stage=WORKING)
            notes = ()
            if overdue:
                words = _("%(n)s overdue") % {"n": number(overdue)}
                notes = ((words, asked.url(REVIEWS, due="overdue", owner=username), "bad"),)
            figure = Figure(count, link, name, "bad" if above else "tint")
            lines.append(Line(username, name, (figure,), total=count, notes=notes, more={"avatar": username}))
        rows.append((name, count, overdue, limit))
    over = sum(1 for _name, _username, key in owners if have[key] > limit)
    finding = _("Nobody owns a file here")
    if owners:
        mean = round(sum(have[key] for _name, _username, key in owners) / len(owners))
        words = ngettext(
            "%(count)s of %(all)s has more than %(limit)s files; %(mean)s each on average",
            "%(count)s of %(all)s have more than %(limit)s files; %(mean)s each on average",
            over,
        )
        finding = words % {
            "count": number(over),
            "all": number(len(owners)),
            "limit": number(limit),
            "mean": number(mean),
        }
    rest = len(owners) - len(lines)
    return Chart(
        "loads",
        _("Operator load"),
        finding,
        lines,
        (_("Owner"), _("Files"), _("Overdue reviews"), _("Limit")),
        rows,
        span=6,
        note=_("By name, no rank; the mark is the limit"),
        mark=limit,
        url=reverse("lifecycle:coverage"),
        url_label=_("Coverage"),
        more_url=asked.own_url(part="loads") if rest > 0 else "",
        more_label=_("%(count)s more") % {"count": number(rest)},
    )


def verdicts(asked: Asked, figures: Figures) -> Chart:
    found = figures[VERDICT]
    total = found.total()
    lines = [
        Line(
            verdict.value,
            str(verdict.label),
            (Figure(found[verdict], asked.url(verdict=verdict.value), verdict.label, "tint"),),
            total=found[verdict],
            more={"dot": "quiet" if verdict == Verdict.UNKNOWN else verdict.value},
        )
        for verdict in Verdict
    ]
    known = total - found[Verdict.UNKNOWN]
    finding = _("No verdict yet: figures of both sides are missing")
    if known:
        words = {"share": percent(found[Verdict.DRIFTING], known), "unknown": number(found[Verdict.UNKNOWN])}
        finding = _("%(share)s of those with a verdict drift; %(unknown)s unknown") % words
    return Chart(
        "verdicts",
        _("Own platform against other channels"),
        finding,
        lines,
        (_("Verdict"), _("KOLs")),
        [(line.label, line.main.count) for line in lines],
    )


def levels(asked: Asked, figures: Figures) -> Chart:
    """From mega down, those without a level last; with levels chosen only these."""
    found = figures[LEVEL]
    chosen = asked.scope.levels
    named = [(level.value, level.value, str(level.label)) for level in reversed(Level)]
    lines = [
        Line(key, label, (Figure(found[value], asked.url(level=key), label, "tint"),), total=found[value])
        for value, key, label in (*named, ("", NONE, _("No level")))
        if not chosen or value in chosen
    ]
    return Chart(
        "levels",
        _("Levels"),
        _largest(lines, found.total(), _("%(label)s is the largest: %(count)s (%(share)s)")),
        lines,
        (_("Level"), _("KOLs")),
        [(line.label, line.main.count) for line in lines],
    )


def fields(asked: Asked, figures: Figures, *, shown: int = SHOWN) -> Chart:
    """Most files first; a file counts in each of its fields. With a field chosen only that one."""
    chosen, total = asked.scope.field, figures[STAGE].total()
    counted = {key: count for key, count in figures[FIELD].items() if chosen is None or key == chosen.hex}
    known = names.fields_in(figures.told[names.FIELDS])
    lines = [
        _of_field(asked, known[key], count)
        for key, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]
    finding = _("No file has a field yet; fields are set on the file.")
    if lines:
        words = _("%(label)s has the most: %(count)s, %(share)s of the files")
        finding = _largest(lines, total, words)
    rest = len(lines) - shown
    return Chart(
        "fields",
        _("Fields"),
        finding,
        lines[:shown],
        (_("Field"), _("KOLs")),
        [(line.label, line.main.count) for line in lines],
        more_url=asked.own_url(part="fields") if rest > 0 else "",
        more_label=_("%(count)s more") % {"count": number(rest)},
    )


def _of_field(asked: Asked, one: names.FieldNames, count: int) -> Line:
    label = one.name_zh if (get_language() or "").startswith("zh") else one.name_en
    return Line(one.slug, label, (Figure(count, asked.url(field=one.slug), label, "tint"),), total=count)


def _largest(lines: list[Line], total: int, sentence: str) -> str:
    top = max(lines, key=lambda line: line.total, default=None)
    if top is None or not top.total:
        return nothing()
    return sentence % {
        "label": top.label,
        "count": number(top.total),
        "share": percent(top.total, total),
    }
