"""What one might give a KOL, loaded for the rule (DOMAIN 7.4)."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incentives import gift_policy, gift_repeat
from incentives.models import Gift
from incentives.rules import gift_ideas as rule
from incentives.rules.gift_ideas import Coming, Idea, Known, Liked, Reason
from incentives.rules.gift_repeat import in_the_way
from kol_crm.core.occurrence import next_occurrence
from kol_crm.core.policy import Policy
from kol_crm.core.text import fold
from kol_crm.core.wording import babel_locale, day_words
from profiles.models import ImportantDate, Kol, LifeEvent
from profiles.services.birthday import partial_day

MOST = 8
LOOKED_AT = 500  # the latest gifts to others that went down well


def of(user: Any, kol: Kol, day: date, rules: Policy) -> list[Idea]:
    """The best ideas for this KOL; of other files only what ``user`` sees. A fixed number of queries."""
    days = gift_policy.days(rules)
    until = day + timedelta(days=days.idea)
    had = gift_repeat.had(kol.pk)
    taken = {item for item, times in had.items() if in_the_way(times, day, days.years)}
    ideas = Gift.objects.filter(kol=kol, state=Gift.State.IDEA).values_list("folded", flat=True)
    own = Gift.objects.filter(kol=kol, liked=True).values_list("item", "received_on")
    known = Known(
        likes=tuple(kol.likes),
        avoids=tuple(kol.dislikes),
        events=tuple(_events(kol)),
        dates=tuple(_dates(kol, day, until)),
        own=tuple(Liked(item, on) for item, on in own),
        others=tuple(_others(user, kol)),
        taken=frozenset(taken | set(ideas)),
    )
    return rule.propose(known, gift_repeat.key, MOST)


def words(reason: Reason) -> str:
    """likes tea; baby born, 12 Oct 2026; for Mother's birthday, 3 Dec."""
    told = {"what": reason.about, "day": _day(reason.day), "n": reason.times}
    match reason.code:
        case rule.LIKES:
            return _("likes %(what)s") % told
        case rule.EVENT:
            return _("%(what)s, %(day)s") % told if reason.day else reason.about
        case rule.OWN:
            return _("they liked it on %(day)s") % told
        case rule.DATE:
            return _("for %(what)s, %(day)s") % told
    return (
        ngettext(
            "%(n)d other who likes %(what)s was glad of it",
            "%(n)d others who like %(what)s were glad of it",
            reason.times,
        )
        % told
    )


def _events(kol: Kol):
    rows = LifeEvent.objects.filter(kol=kol).exclude(gift_idea="").open().order_by("next_on", "id")
    return (Coming(row.pk, row.what, row.next_on, row.gift_idea) for row in rows)


def _dates(kol: Kol, day: date, until: date):
    rows = ImportantDate.objects.filter(kol=kol, next_on__range=(day, until)).awaited()
    for row in rows.order_by("next_on", "id"):
        yield Coming(row.pk, row.what, row.next_on)
    birthday = next_occurrence(partial_day(kol), day)
    if birthday is not None and birthday <= until:
        yield Coming(None, _("Birthday"), birthday)


def _others(user: Any, kol: Kol):
    likes = {fold(word): word for word in kol.likes}
    rows = Gift.objects.visible_to(user).filter(liked=True).exclude(kol=kol).order_by("-received_on", "-pk")
    for item, on, theirs in rows.values_list("item", "received_on", "kol__likes")[:LOOKED_AT]:
        if shared := tuple(likes[fold(word)] for word in theirs if fold(word) in likes):
            yield Liked(item, on, shared)


def _day(day: date | None) -> str:
    return day_words(day, "year", date.min, babel_locale()) if day else ""
