"""The facts of a KOL file that nested conditions may ask for, its own and those of linked records.

Contact data and finance are no facts here: what one may not see must not be guessed by filtering
(RELIABILITY 4).
Another app, or a subject whose facts stand in the database, registers a source in ``ready()``, as the linked
records do (``linked_facts.py``); facts that are rows of a table go into ``stored`` (``attribute_facts.py``):

    filterable.sources.register("plans", lambda reader: [DateFact("plan_ends", _("Plan ends"), …)])
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.conditions import (
    ChoiceFact,
    Fact,
    FlagFact,
    NumberFact,
    RatedFact,
    Reader,
    TextFact,
)
from kol_crm.core.date_facts import DateFact
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import User
from kol_crm.core.same_record import Records
from kol_crm.core.text import fold
from profiles import platforms, search
from profiles.importing.cells import Unreadable, parse_figure
from profiles.models import (
    Account,
    Calendar,
    Field,
    Gender,
    KolField,
    KolTag,
    KolType,
    Level,
    LevelRecord,
    QuietCause,
    Stage,
    StopMark,
    Tag,
    Touch,
    TouchChannel,
    Verdict,
)
from profiles.services.access import owners_for, teams_for
from profiles.yearly import yearly_between

ME, NONE = "me", "none"
MOST_TAGS = 500
SOON_DAYS = 7
SHORTEST_YEAR = 350  # days from one lunar birthday to the next, and some to spare
DUE = (
    ("overdue", _("Overdue")),
    ("today", pgettext_lazy("due", "Today")),
    ("week", _("Next 7 days")),
    (NONE, _("Nothing due")),
)
FILE, LINKED, DATES, FIGURES = _("The file"), _("Linked records"), _("Dates"), _("Figures")
Source = Callable[[Reader], Iterable[Fact]]

sources: ExtensionPoint[Source] = ExtensionPoint("filterable")
# Facts that are rows of a table, by how their names begin: looked up only where one may be meant.
stored: ExtensionPoint[Source] = ExtensionPoint("filterable, stored")


def facts(reader: Reader, asked: str | None = None) -> list[Fact]:
    """All that this reader may filter by; ``asked``: all that these conditions, as text, may name."""
    meant = [source for prefix, source in stored.items() if asked is None or prefix in asked]
    return [fact for source in (*sources, *meant) for fact in source(reader)]


def owned_by(values: Iterable[str], reader: Reader) -> Q:
    """User names, ``me``, ``none``.

    Who they are is asked first: what an owner's files look like the planner knows only of a key it sees.
    """
    names = [value for value in values if value not in (ME, NONE)]
    named = list(User.objects.filter(username__in=names).values_list("pk", flat=True)) if names else []
    wanted = Q(owner__in=named)
    if ME in values:
        wanted |= Q(owner=reader.user.pk)
    return wanted | Q(owner=None) if NONE in values else wanted


def due_in(spans: Iterable[str], reader: Reader) -> Q:
    """Of the spans of ``DUE`` any, on the reader's day."""
    day = reader.day
    conditions = {
        "overdue": Q(next_due__lt=day),
        "today": Q(next_due=day),
        "week": Q(next_due__gt=day, next_due__lte=day + timedelta(days=SOON_DAYS)),
        NONE: Q(next_due=None),
    }
    wanted = Q(pk__in=[])
    for span in spans:
        wanted |= conditions[span]
    return wanted


def has_level(levels: Iterable[str], _reader: Reader | None = None) -> Q:
    return Q(level__in=["" if level == NONE else level for level in levels])


def has_field(condition: Q) -> Q:
    return Q(Exists(KolField.objects.filter(condition, kol=OuterRef("pk"))))


def has_tag(words: Iterable[str], _reader: Reader | None = None) -> Q:
    folded = [fold(word) for word in words]
    return Q(Exists(KolTag.objects.filter(kol=OuterRef("pk"), tag__folded__in=folded)))


def born_in(months: Iterable[str], _reader: Reader | None = None) -> Q:
    """Solar birthdays by their month, past ones too; lunar ones by the month of their next day."""
    numbers = [int(month) for month in months]
    return Q(birth_calendar=Calendar.SOLAR, birth_month__in=numbers, next_birthday__isnull=False) | Q(
        birth_calendar=Calendar.LUNAR, next_birthday__month__in=numbers
    )


def _born_between(start: date, end: date) -> Q:
    """Birthdays from ``start`` to ``end``. All of these come next within days, or about a year later."""
    near = Q(next_birthday__lte=end + timedelta(days=1))
    near |= Q(next_birthday__gte=start + timedelta(days=SHORTEST_YEAR))
    return near & yearly_between(start, end, "birth_")


def linked(model, **fixed) -> Callable[[Q], Q]:
    """Asks whether a row of ``model`` that points at the file, with these values, meets the condition."""
    return lambda condition: Q(Exists(model.objects.filter(condition, kol=OuterRef("pk"), **fixed)))


ACCOUNT = Records(pgettext_lazy("condition", "account"), linked(Account))


def _figure(text: str) -> Any:
    try:
        number = parse_figure(text)
    except Unreadable as error:
        raise ValidationError(_("This is not a figure.")) from error
    if number is None:
        raise ValidationError(_("This is not a figure."))
    return number


def _strength(text: str) -> int:
    if text not in {"1", "2", "3", "4", "5"}:
        raise ValidationError(_("Strength is a number from 1 to 5."))
    return int(text)


def _owners(reader: Reader):
    people = [(person.username, str(person)) for person in owners_for(reader.user)]
    return [(ME, _("Me")), (NONE, _("Nobody")), *people]


def _tags(reader: Reader):
    words = Tag.objects.filter(team__in=teams_for(reader.user)).values_list("name", flat=True)
    return [(name, name) for name in dict.fromkeys(words[:MOST_TAGS])]


def _rows_of(model) -> Callable[[Reader], list]:
    return lambda _reader: [(row.slug, str(row)) for row in model.objects.all()]


def _account(platform: str, lookup: str, followers: Any, _reader: Reader) -> Q:
    return Q(platform=platform, **{f"followers__{lookup}": followers})


def _latest_level(condition: Q) -> Q:
    newer = LevelRecord.objects.filter(kol=OuterRef("kol"), since__gt=OuterRef("since"))
    latest = LevelRecord.objects.filter(condition, ~Exists(newer), kol=OuterRef("pk"))
    return Q(Exists(latest))


def _text(name: str, label: Any, column: str, group: Any = FILE) -> TextFact:
    return TextFact(
        name,
        label,
        group,
        ask=lambda text, _reader: Q(**{f"{column}__icontains": text}),
        refuse=search.reads_as_contact,
    )


def _choice(name: str, label: Any, choices: Any, column: str, group: Any = FILE) -> ChoiceFact:
    return ChoiceFact(
        name,
        label,
        group,
        options=lambda _reader: choices,
        ask=lambda values, _reader: Q(**{f"{column}__in": values}),
    )


def own(_reader: Reader) -> list[Fact]:
    """Facts of the file itself, of its dates and figures, and of the records this app links to it."""
    named = TextFact(
        "name", _("Name"), FILE, ask=lambda text, _r: search.named(text), refuse=search.reads_as_contact
    )
    return [
        _choice("stage", _("Stage"), Stage.choices, "stage"),
        ChoiceFact(
            "level",
            _("Level"),
            FILE,
            options=lambda _r: [*Level.choices, (NONE, _("No level"))],
            ask=has_level,
        ),
        ChoiceFact("owner", _("Owner"), FILE, options=_owners, ask=owned_by),
        _choice("verdict", _("Verdict"), Verdict.choices, "verdict"),
        ChoiceFact(
            "type", _("Type"), FILE, options=_rows_of(KolType), ask=lambda slugs, _r: Q(type__slug__in=slugs)
        ),
        ChoiceFact("tag", _("Tag"), FILE, options=_tags, ask=has_tag),
        ChoiceFact("due", _("Due"), FILE, options=lambda _r: DUE, ask=due_in),
        named,
        _text("city", _("City"), "city"),
        _choice("gender", _("Gender"), Gender.choices, "gender"),
        _text("good_at", _("Especially good at"), "good_at"),
        _text("credentials", _("Credentials"), "credentials"),
        _text("introduction", _("Introduction"), "introduction"),
        _text("how_met", _("How we met"), "how_met"),
        FlagFact("quiet", _("Quiet mark"), FILE, ask=lambda _r: ~Q(quiet_cause="")),
        _choice("quiet_cause", _("Cause of the quiet mark"), QuietCause.choices, "quiet_cause"),
        FlagFact("stopped", _("Stopped"), FILE, ask=lambda _r: ~Q(stop="")),
        _choice("stop", _("Cause of the stop"), StopMark.choices, "stop"),
        FlagFact("minor", _("Under age"), FILE, ask=lambda _r: Q(minor=True)),
        DateFact("last_touch", _("Last touch"), DATES, column="last_touch_at", moment=True),
        DateFact("next_due", _("Next due"), DATES, column="next_due"),
        DateFact("review_due", _("Next review"), DATES, column="review_due"),
        DateFact("stage_since", _("In stage since"), DATES, column="stage_since"),
        DateFact("level_since", _("At this level since"), DATES, column="since", within=_latest_level),
        DateFact("created", _("Created"), DATES, column="created_at", moment=True),
        DateFact("birthday", _("Birthday"), DATES, column="next_birthday", came=_born_between),
        ChoiceFact(
            "birthday_month",
            _("Birthday in month"),
            DATES,
            options=lambda _r: [(str(month), str(month)) for month in range(1, 13)],
            ask=born_in,
        ),
        NumberFact("followers", _("Own followers"), FIGURES, column="own_followers", read=_figure),
        NumberFact(
            "most_followers", _("Largest account’s followers"), FIGURES, column="most_followers", read=_figure
        ),
        NumberFact("risk", _("Risk"), FIGURES, column="risk"),
        NumberFact("bond", _("Bond"), FIGURES, column="bond"),
        ChoiceFact(
            "field",
            _("Field"),
            LINKED,
            options=_rows_of(Field),
            ask=lambda slugs, _r: has_field(Q(field__slug__in=slugs)),
        ),
        RatedFact(
            "field_strength",
            _("Strength in"),
            LINKED,
            options=_rows_of(Field),
            ask=lambda slug, lookup, number, _r: has_field(
                Q(field__slug=slug, **{f"strength__{lookup}": number})
            ),
            read=_strength,
        ),
        ChoiceFact(
            "platform",
            _("Has an account on"),
            LINKED,
            of=ACCOUNT,
            options=lambda _r: platforms.choices(),
            ask=lambda values, _r: Q(platform__in=values),
        ),
        RatedFact(
            "account_followers",
            _("Followers on"),
            LINKED,
            of=ACCOUNT,
            options=lambda _r: platforms.choices(),
            ask=_account,
            read=_figure,
        ),
        ChoiceFact(
            "touch_channel",
            _("Ever touched by"),
            LINKED,
            options=lambda _r: TouchChannel.choices,
            ask=lambda values, _r: linked(Touch, takes_back=None, taken_back_by=None)(Q(channel__in=values)),
        ),
    ]
