"""Files of all sorts for the dashboard, each number on it, and how long the list behind its link is."""

from datetime import date, timedelta
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import reverse

from incentives.survivors import SURVIVORS
from kol_crm.core import lists
from kol_crm.core.actor import Actor
from kol_crm.dashboard import CHARTS, Dashboard
from lifecycle.board import Board
from lifecycle.models import Move, Review, Stay
from lifecycle.stay_list import STAYS
from lifecycle.views.review import REVIEWS
from profiles import counting, scope_counting
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from profiles.views.list import KOLS
from tests.factories import NOW, TeamFactory, UserFactory, field, make_kol
from tests.lifecycle.factories import at_stage

DAY = date(2026, 11, 23)
STAGES = ("introduction", "initial", "initial", "mid_term", "late", "departed")
LEVELS = ("", "nano", "micro", "micro", "macro")
VERDICTS = ("unknown", "drifting", "thriving", "drifting")
FIELDS = ("running", "cooking", "reading")
# What a file went through before: (from, to, days ago, cause)
COURSES = (
    (("introduction", "initial", 200, ""), ("initial", "mid_term", 80, ""), ("mid_term", "late", 20, "")),
    (("introduction", "initial", 40, ""), ("initial", "introduction", 12, "")),
    (("introduction", "initial", 300, ""), ("initial", "departed", 100, "inactive")),
    (("introduction", "initial", 90, ""), ("initial", "departed", 30, "competitor")),
    (("introduction", "departed", 60, "refused"), ("departed", "introduction", 5, "")),
)


def went(kol: Kol, course) -> None:
    """The file moved so, as the verbs would have written it."""
    stay = Stay.objects.get(kol=kol, until=None)
    Stay.objects.filter(pk=stay.pk).update(stage=course[0][0], since=DAY - timedelta(days=course[0][2] + 50))
    for before, after, days, cause in course:
        day = DAY - timedelta(days=days)
        move = Move.objects.create(
            kol=kol,
            from_stage=before,
            to_stage=after,
            at=NOW - timedelta(days=days),
            cause=cause,
            look_again_on=DAY if cause else None,
        )
        Stay.objects.filter(kol=kol, until=None).update(until=day)
        Stay.objects.create(kol=kol, stage=after, since=day, entered_by=move)
        kol_verbs.set_figures(kol.pk, stage=after, stage_since=day)


def make_files(operator, colleague, stranger):
    """24 files over all sorts, of three owners in two teams, and two without an owner."""
    below = UserFactory(username="below", team=TeamFactory(name="East below", parent=operator.team))
    counting.recount()
    for n in range(24):
        owner = (operator, colleague, stranger, below)[n % 4]
        fields = [(field(FIELDS[n % 3]), 4)] + ([(field("running"), 2)] if n % 3 == 1 else [])
        kol = make_kol(owner, f"KOL {n}", fields=fields)
        since = DAY - timedelta(days=60 * (n % 5))
        at_stage(kol, STAGES[n % 6], since=since, review_due=DAY + timedelta(days=3 * (n % 9) - 12))
        if n % 2:
            went(kol, COURSES[n % 5])
        kol_verbs.set_figures(
            kol.pk,
            level=LEVELS[n % 5],
            verdict=VERDICTS[n % 4 if n % 7 else 0],
            figures_due=DAY + timedelta(days=n % 3 - 1),
        )
        kol.refresh_from_db()
        if kol.stage == "departed":
            Review.objects.filter(kol=kol).delete()
            kol_verbs.set_figures(kol.pk, review_due=None)
    Kol.objects.filter(name__in=["KOL 4", "KOL 9"]).update(owner=None, dormant=True, review_due=None)
    Review.objects.filter(kol__owner=None).delete()
    kol_verbs.archive(Actor(operator, "page", NOW), Kol.objects.get(name="KOL 8"), None)
    scope_counting.draw(DAY)


LISTS = {
    "profiles:kol-list": KOLS,
    "lifecycle:review-list": REVIEWS,
    "lifecycle:stay-list": STAYS,
    "incentives:survivor-list": SURVIVORS,
}


def numbers(dashboard: Dashboard) -> list[tuple[str, int, str]]:
    """Each number on the page with its words and its link."""
    found = [(tile["label"], tile["count"], tile["url"]) for tile in dashboard.tiles]
    found.append(("all", dashboard.total, dashboard.asked.url()))
    for key in CHARTS:
        for line in dashboard.whole(key).lines:
            found += [(f"{key} {line.key}", one.count, one.url) for one in line.figures if one.url]
    return found


def length_of(url: str, user) -> int:
    """How many rows the list at that address has for this reader; of the board those of the column."""
    parts = urlsplit(url)
    params = QueryDict(parts.query)
    if parts.path == reverse("lifecycle:board"):
        board = Board(params, user, NOW)
        assert board.filterset.problems == {}
        tally = board.tallies().get(params["column"])
        return tally.total if tally else 0
    spec = {reverse(name): spec for name, spec in LISTS.items()}[parts.path]
    listing = lists.read(spec, params, user, NOW)
    assert listing.problems == {}
    return listing.total.value
