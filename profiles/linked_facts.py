"""What nested conditions may ask of the records that hang on a file: its notes, ties, agency and accounts.

Each kind of record is one ``EXISTS`` over the index of its rows by file (DOMAIN 3.2–3.5, 3.9, 3.11): facts
of one kind in an AND group are met by one record. Of ties that stand on another file only those count whose
file the reader sees (2.2).
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import falling, policy
from kol_crm.core.conditions import ChoiceFact, Fact, FlagFact, Reader, TextFact
from kol_crm.core.date_facts import DateFact
from kol_crm.core.same_record import Records
from profiles import platforms, search
from profiles.filterable import ACCOUNT, linked
from profiles.models import (
    Agency,
    ImportantDate,
    Kol,
    LifeEvent,
    Need,
    Platform,
    Promise,
    Request,
    Tie,
)
from profiles.services.figure_policy import FRESH_DAYS
from profiles.services.yearly import rules
from profiles.yearly import in_run, yearly_between

NOTES, PEOPLE, ACCOUNTS = _("Needs, promises, requests"), _("Ties, agency, dates"), _("Accounts")
MUTUAL = (Tie.Kind.PARTNER, Tie.Kind.RIVAL, Tie.Kind.FAMILY)  # read the same from both files


OPEN_NEED = Records(pgettext_lazy("condition", "open need"), linked(Need, state=Need.State.OPEN))
MET_NEED = Records(pgettext_lazy("condition", "need that was met"), linked(Need, state=Need.State.MET))
DECLINED_NEED = Records(
    pgettext_lazy("condition", "need that was declined"), linked(Need, state=Need.State.DECLINED)
)
OPEN_PROMISE = Records(pgettext_lazy("condition", "open promise"), linked(Promise, state=Promise.State.OPEN))
KEPT_PROMISE = Records(pgettext_lazy("condition", "kept promise"), linked(Promise, state=Promise.State.KEPT))
BROKEN_PROMISE = Records(
    pgettext_lazy("condition", "broken promise"), linked(Promise, state=Promise.State.BROKEN)
)
OPEN_REQUEST = Records(pgettext_lazy("condition", "open request"), linked(Request, answered_at=None))
ANSWERED_REQUEST = Records(
    pgettext_lazy("condition", "answered request"), linked(Request, answered_at__isnull=False)
)
IMPORTANT_DATE = Records(pgettext_lazy("condition", "important date"), linked(ImportantDate))
LIFE_EVENT = Records(pgettext_lazy("condition", "life event"), linked(LifeEvent, closed_at=None))


def facts(_reader: Reader) -> list[Fact]:
    """Facts of linked records, under their headings."""
    return [*_needs(), *_promises(), *_requests(), *_people(), *_days(), *_accounts()]


def _kinds(name: str, label, group, choices, column: str, of: Records, **also) -> ChoiceFact:
    """A linked row of any of the chosen kinds."""
    return ChoiceFact(
        name,
        label,
        group,
        of=of,
        also=Q(**also),
        options=lambda _reader: choices,
        ask=lambda values, _reader: Q(**{f"{column}__in": values}),
    )


def _words(name: str, label, group, column: str, of: Records) -> TextFact:
    return TextFact(
        name,
        label,
        group,
        of=of,
        ask=lambda text, _reader: Q(**{f"{column}__icontains": text}),
        refuse=search.reads_as_contact,
    )


def _needs() -> list[Fact]:
    kinds = Need.Kind.choices
    return [
        _kinds("open_need", _("Open need"), NOTES, kinds, "kind", OPEN_NEED),
        DateFact("need_due", _("Open need, to come back to"), NOTES, of=OPEN_NEED, column="due_on"),
        _kinds("met_need", _("Need that was met"), NOTES, kinds, "kind", MET_NEED),
        _kinds("declined_need", _("Need that was declined"), NOTES, kinds, "kind", DECLINED_NEED),
    ]


def _promises() -> list[Fact]:
    def by(name: str, label, of: Records) -> ChoiceFact:
        return _kinds(name, label, NOTES, Promise.By.choices, "by", of)

    def due(name: str, label, side: str) -> DateFact:
        return DateFact(
            name,
            label,
            NOTES,
            of=OPEN_PROMISE,
            also=Q(by=side),
            fixed=frozenset({side}),
            column="due_on",
        )

    return [
        by("open_promise", _("Open promise"), OPEN_PROMISE),
        ChoiceFact(
            "overdue_promise",
            _("Overdue promise"),
            NOTES,
            of=OPEN_PROMISE,
            options=lambda _reader: Promise.By.choices,
            ask=lambda values, reader: Q(by__in=values, due_on__lt=reader.day),
        ),
        due("our_promise_due", _("Our open promise, due"), Promise.By.US),
        due("their_promise_due", _("The KOL’s open promise, due"), Promise.By.KOL),
        by("kept_promise", _("Kept promise"), KEPT_PROMISE),
        by("broken_promise", _("Broken promise"), BROKEN_PROMISE),
    ]


def _requests() -> list[Fact]:
    def is_so(name: str, label, of: Records, ask: Callable[[Reader], Q]) -> FlagFact:
        return FlagFact(name, label, NOTES, of=of, ask=ask)

    return [
        is_so("open_request", _("Open request"), OPEN_REQUEST, lambda _reader: Q()),
        is_so("overdue_request", _("Overdue request"), OPEN_REQUEST, lambda reader: Q(due_on__lt=reader.day)),
        DateFact("request_due", _("Open request, answer due"), NOTES, of=OPEN_REQUEST, column="due_on"),
        is_so(
            "unsatisfied_request",
            _("Request answered, KOL not satisfied"),
            ANSWERED_REQUEST,
            lambda _reader: Q(satisfied=False),
        ),
    ]


def _people() -> list[Fact]:
    return [
        ChoiceFact("tie", _("Tie"), PEOPLE, options=lambda _reader: Tie.Kind.choices, ask=_tied),
        FlagFact("has_agency", _("Has an agency"), PEOPLE, ask=lambda _reader: Q(agency__isnull=False)),
        _of_agency("agency", _("Agency’s name"), "name"),
        _of_agency("agency_city", _("Agency’s city"), "city"),
    ]


def _of_agency(name: str, label, column: str) -> TextFact:
    """Agencies are few: their ids are found first, and the file's own column is asked."""
    return TextFact(
        name,
        label,
        PEOPLE,
        ask=lambda text, _reader: Q(agency__in=Agency.objects.filter(**{f"{column}__icontains": text})),
        refuse=search.reads_as_contact,
    )


def _tied(kinds: Iterable[str], reader: Reader) -> Q:
    """By a tie that has not ended, read from either of its two files where both read it alike."""
    kinds = list(kinds)
    standing = Q(ended_on=None) | Q(ended_on__gte=reader.day)
    tied = Exists(Tie.objects.filter(standing, kind__in=kinds, kol=OuterRef("pk")))
    both = [kind for kind in kinds if kind in MUTUAL]
    if not both:
        return Q(tied)
    seen = Tie.objects.filter(standing, kol__in=Kol.objects.visible_to(reader.user), kind__in=both)
    return Q(tied) | Q(Exists(seen.filter(other=OuterRef("pk"))))


def _days() -> list[Fact]:
    return [
        DateFact(
            "important_date",
            _("Important date"),
            PEOPLE,
            of=IMPORTANT_DATE,
            column="next_on",
            came=_dates_between,
        ),
        _words("important_date_is", _("Important date, what day"), PEOPLE, "what", IMPORTANT_DATE),
        DateFact("life_event", _("Life event"), PEOPLE, of=LIFE_EVENT, column="next_on"),
        _words("life_event_is", _("Life event, what happens"), PEOPLE, "what", LIFE_EVENT),
    ]


def _dates_between(start: date, end: date) -> Q:
    """Important dates that came round; those of one year alone in the year that they name."""
    wanted = Q(yearly_between(start, end), yearly=True)
    for run in falling.between(start, end, rules()):
        wanted |= Q(in_run(run), yearly=False, year=run.year)
    return wanted


def _accounts() -> list[Fact]:
    return [
        ChoiceFact(
            "stale_account",
            _("Followers out of date on"),
            ACCOUNTS,
            of=ACCOUNT,
            options=lambda _reader: platforms.choices(),
            ask=_stale,
        ),
        _kinds(
            "unknown_followers",
            _("Followers unknown on"),
            ACCOUNTS,
            Platform.choices,
            "platform",
            ACCOUNT,
            followers=None,
        ),
        DateFact("followers_on", _("Followers as of"), ACCOUNTS, of=ACCOUNT, column="followers_on"),
    ]


def _stale(platforms: Iterable[str], reader: Reader) -> Q:
    """Older than the limit of stocks, as levels and verdicts leave them out (DOMAIN 3.5)."""
    oldest = reader.day - timedelta(days=policy.current().get(FRESH_DAYS)["stock"])
    return Q(platform__in=platforms, followers_on__lt=oldest)
