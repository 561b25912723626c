"""The weekly digest of managers: on the first working day of the week, 08:00 theirs (issue 7; DOMAIN 8.2).

It is a notice under the bell, and a mail with the key weekly:<user>:<ISO week>, both in one transaction.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import clock, notices, policy, staff_mail
from kol_crm.core.actor import Actor
from kol_crm.core.mail import Letter
from kol_crm.core.models import Notice, Send, User
from kol_crm.core.notice_rules import AT_ONCE, EVERY, IN_APP, ROBOT
from kol_crm.core.notices import NoticeKind, Told
from kol_crm.core.outbox import Kind, Tally
from kol_crm.core.workdays import HOLIDAYS
from lifecycle import weekly
from lifecycle.models import Cause
from lifecycle.rules import pace as pace_rules

KIND = "weekly"
AT = time(8)
SHOWN = 10  # fields in the mail


def week_of(day: date) -> str:
    """2026-W48."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02}"


def plan(actor: Actor) -> Tally:
    """One tick: whose week begins. Repeating it is harmless: a manager is told of a week once."""
    tally = Tally()
    country = policy.current().get(HOLIDAYS)
    managers = User.objects.filter(role=User.Role.MANAGER, is_active=True, team__isnull=False)
    due = {user: week for user in managers.select_related("team") if (week := _due(user, actor.at, country))}
    if not due:
        return tally
    keys = {f"{KIND}:{week}" for week in due.values()}
    told = set(Notice.objects.filter(user__in=due, key__in=keys).values_list("user", "key"))
    for user, week in due.items():
        if (user.pk, f"{KIND}:{week}") in told:
            continue
        tally.seen += 1
        with tally.sparing(f"user {user.pk}"), transaction.atomic():
            notices.notify(
                actor, [user], KIND, data=_numbers(user, actor.at) | {"week": week}, key=f"{KIND}:{week}"
            )
            tally.done += 1
    return tally


def _due(user: User, now: datetime, country: str) -> str:
    """The week that began for them, on a working day of it from 08:00 on; empty where it is too early.

    What was asleep on the first one catches up on the next.
    """
    zone = staff_mail.zone_of(user)
    day = clock.local_day(now, zone)
    if not clock.is_working_day(day, country) or now < clock.local_to_utc(day, AT, zone):
        return ""
    return week_of(day)


def _numbers(user: User, now: datetime) -> dict[str, int]:
    """What the notice says: counts as of the moment."""
    week = weekly.of(user, clock.local_day(now, staff_mail.zone_of(user)))
    return {
        "in_care": week.in_care,
        "overdue": week.overdue,
        "at_risk": week.at_risk,
        "departed": week.departed,
    }


def _tell(rows: Sequence[Notice], _user: User) -> dict[UUID, Told]:
    url = reverse("dashboard")
    words = _(
        "Your week: in care %(in_care)d, reviews overdue %(overdue)d, at risk %(at_risk)d, left %(departed)d"
    )
    return {row.pk: Told(words % row.data, url) for row in rows}


NOTICE = NoticeKind(
    label=gettext_lazy("Weekly digest"),
    icon="chart-column",
    tell=_tell,
    usual=frozenset({IN_APP, AT_ONCE, ROBOT}),
    offered=EVERY,
    for_whom=lambda user: user.is_manager,
    letter=KIND,
    letter_key=lambda row: f"{KIND}:{row.user_id}:{row.data['week']}",
)


def wanted(send: Send, _now: datetime) -> str:
    """It is wanted by who is still a manager."""
    if reason := staff_mail.unreachable(send):
        return reason
    user = staff_mail.reader(send)
    return "" if user.is_manager and user.team is not None else "no longer a manager"


def render(send: Send) -> Letter:
    """The whole picture, read when it leaves, with the manager's rights of that moment."""
    user, day = staff_mail.reader(send), staff_mail.day_of(send)
    week = weekly.of(user, day)
    with staff_mail.words_of(user):
        subject = _("Your week: %(in_care)d in care, %(at_risk)d at risk") % {
            "in_care": week.in_care,
            "at_risk": week.at_risk,
        }
        return staff_mail.letter(send, subject, lines(week))


def lines(week: weekly.Week) -> list[str]:
    """The stages against last week, reviews, risk, departures, pace; each with its list."""
    found = [_("Stages (change in seven days)")]
    found += [f"  {one.stage.label}: {one.now} ({_signed(one.change)})" for one in week.stages]
    late = ngettext("%(n)d review is overdue", "%(n)d reviews are overdue", week.overdue) % {
        "n": week.overdue
    }
    found += ["", late, _link("lifecycle:review-list", "?due=overdue")]
    found += ["", _("Loss risk")]
    found += [f"  {low}–{high}: {count}" for low, high, count in week.risks]
    if week.unknown_risk:
        found.append("  " + _("not known yet: %(n)d") % {"n": week.unknown_risk})
    found += [_link("profiles:kol-list", "?sort=-risk"), ""]
    if week.departures:
        found.append(_("Left in seven days"))
        found += [f"  {Cause(cause).label}: {count}" for cause, count in week.departures]
    else:
        found.append(_("Nobody left in seven days."))
    found += ["", _("Pace")]
    found += [_pace_words(one) for one in week.fields[:SHOWN]] or ["  " + _("no field has room or too many")]
    return [*found, _link("lifecycle:pace-list"), ""]


def _pace_words(one) -> str:
    if one.pace.word == pace_rules.ROOM:
        return "  " + _("%(field)s: room for %(n)d") % {"field": one.field, "n": one.pace.room}
    return "  " + _("%(field)s: oversupplied") % {"field": one.field}


def _signed(change: int) -> str:
    return f"+{change}" if change > 0 else str(change).replace("-", "−")


def _link(name: str, query: str = "") -> str:
    return f"  {settings.BASE_URL}{reverse(name)}{query}"


def settled(_send: Send, _letter: Letter | None, _now: datetime, *, address_is_dead: bool) -> None:
    """Nothing follows: the notice stands under the bell all the same."""
    del address_is_dead


MAIL = Kind(wanted=wanted, render=render, settled=settled, resend_uncertain=True)
