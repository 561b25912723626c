"""What nights keep and add up: risk by month, shares departed by band, survival (DOMAIN 7.7, 7.8)."""

from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, Min, OuterRef, Q, Value, When

from incentives.models import BandRate, CohortStep, RiskMonth
from incentives.rules import losses
from incentives.rules.risk import BANDS
from kol_crm.core import copying, installation, installation_memo
from kol_crm.core.actor import Actor
from kol_crm.core.making import make
from kol_crm.core.outbox import Tally
from lifecycle.models import LOST_FROM, Stay
from lifecycle.pace import months_until
from profiles.counting import FIELDS, FILES, key_text
from profiles.models import Kol, Stage

YEAR, WITHIN = timedelta(days=365), timedelta(days=losses.DAYS)
CHUNK = 5000
RATES = "loss rates"  # what a process remembers of them
COHORTS = 36  # months of intake that survival looks back on
ACTIVE = ", ".join(f"'{stage.value}'" for stage in LOST_FROM)
BAND = Case(
    *(When(risk__range=band, then=Value(str(band[0]))) for band in BANDS),
    default=Value(losses.UNKNOWN),
    output_field=CharField(),
)


def nightly(actor: Actor) -> Tally:
    """After bond and risk were set: the record of the month, then what is counted from it."""
    day = installation.day(actor.at)
    recorded = record_month(day)
    count_rates(day)
    return Tally(seen=recorded, done=recorded + count_cohorts(day))


def record_month(day: date) -> int:
    """The risk of everybody in initial–late, on the first night of a month; how many. Again adds nothing."""
    if RiskMonth.objects.filter(on__gte=day.replace(day=1)).exists():
        return 0
    files = Kol.objects.filter(archived_at=None, stage__in=LOST_FROM).order_by("pk")
    rows = files.values_list("pk", "stage", "risk", "bond")
    made = 0
    with transaction.atomic():
        kept = []
        for kol, stage, risk, bond in rows.iterator(chunk_size=CHUNK):
            kept.append(make(RiskMonth, kol_id=kol, on=day, stage=stage, risk=risk, bond=bond))
            if len(kept) == CHUNK:
                copying.insert(kept)
                made, kept = made + len(kept), []
        copying.insert(kept)
    return made + len(kept)


def count_rates(day: date) -> None:
    """Of those in each band on a recorded day of the last year, how many departed within 90 days of it.

    Of all it is counted by the stays, which reach further back than the record of risk.
    """
    first, last = day - YEAR, day - WITHIN
    seen: dict[str, list[int]] = {}
    gone = set()
    record = RiskMonth.objects.filter(kol__merged_into=None)
    for on in record.filter(on__range=(first, last)).order_by("on").values_list("on", flat=True).distinct():
        seen_then = record.filter(on=on).annotate(band=BAND, left=_departed(on))
        for kol, band, left in seen_then.values_list("kol", "band", "left").iterator(chunk_size=CHUNK):
            counted = seen.setdefault(band, [0, 0])
            counted[0] += 1
            counted[1] += left
            if left:
                gone.add(kol)
    everybody, departed = _overall(first, last)
    reaches = record.aggregate(first=Min("on"))["first"]
    rows = [
        BandRate(
            on=day,
            band=BandRate.ALL,
            kols=everybody,
            departed=departed,
            departures=len(gone),
            reaches=reaches,
        ),
        *(
            BandRate(on=day, band=band, kols=seen[band][0], departed=seen[band][1])
            for band in losses.NAMES
            if band in seen
        ),
    ]
    with transaction.atomic():
        BandRate.objects.all().delete()
        BandRate.objects.bulk_create(rows)
    installation_memo.drop(RATES)


def _departed(on: date) -> Exists:
    """Whether the KOL was lost within 90 days of that day; an undone move has left no stay."""
    return Exists(
        Stay.objects.filter(
            kol=OuterRef("kol"),
            stage=Stage.DEPARTED,
            since__gt=on,
            since__lte=on + WITHIN,
            entered_by__from_stage__in=LOST_FROM,
        )
    )


def _overall(first: date, last: date) -> tuple[int, int]:
    """Of those who stood in initial–late on the first of each month, how many were lost within 90 days."""
    kols = departed = 0
    for on in months_until(last, 12):
        if on < first:
            continue
        stood = Stay.objects.filter(
            Q(until=None) | Q(until__gt=on), stage__in=LOST_FROM, since__lte=on, kol__merged_into=None
        )
        kols += stood.count()
        departed += stood.filter(_departed(on)).count()
    return kols, departed


def count_cohorts(day: date) -> int:
    """Rewrite what came and went by cohort and scope; how many rows. One statement reads all stays once."""
    first = months_until(day, COHORTS)[0]
    with transaction.atomic(), connection.cursor() as cursor:
        CohortStep.objects.all().delete()
        cursor.execute(
            f"INSERT INTO {CohortStep._meta.db_table} (team_id, field, level, cohort, month, entered, net) "
            f"{steps_sql()} HAVING SUM(c.entered) <> 0 OR SUM(c.net) <> 0",
            [first],
        )
        return cursor.rowcount


def steps_sql(of_file: str = "") -> str:
    """Rows (team, field, level, cohort, month, entered, net) of files not archived, or of one of them."""
    stays = Stay._meta.db_table
    entered = (
        f"SELECT s.kol_id, MIN(s.since) AS first FROM {stays} s "  # noqa: S608 - names of ours
        f"WHERE s.stage = '{Stage.INITIAL.value}' GROUP BY s.kol_id HAVING MIN(s.since) >= %s"
    )
    steps = (
        f"SELECT e.kol_id, e.first, e.first AS on_day, 1 AS entered, 0 AS net FROM entered e "  # noqa: S608
        f"UNION ALL SELECT e.kol_id, e.first, s.since, 0, 1 FROM entered e JOIN {stays} s "
        f"ON s.kol_id = e.kol_id AND s.stage IN ({ACTIVE}) AND s.since >= e.first "
        f"UNION ALL SELECT e.kol_id, e.first, s.until, 0, -1 FROM entered e JOIN {stays} s "
        f"ON s.kol_id = e.kol_id AND s.stage IN ({ACTIVE}) AND s.since >= e.first AND s.until IS NOT NULL"
    )
    files = (
        f"SELECT k.id, k.team_id, k.level, '' AS field FROM {FILES} k WHERE k.archived_at IS NULL{of_file} "  # noqa: S608
        f"UNION ALL SELECT k.id, k.team_id, k.level, {key_text('f.field_id')} FROM {FILES} k "
        f"JOIN {FIELDS} f ON f.kol_id = k.id WHERE k.archived_at IS NULL{of_file}"
    )
    level = f"CASE v.every WHEN 1 THEN '{CohortStep.ANY_LEVEL}' ELSE k.level END"
    counted = (
        f"SELECT k.team_id, k.field, {level} AS level, {_month('p.first')} AS cohort, "  # noqa: S608
        f"{_month('p.on_day')} AS month, p.entered, p.net "
        f"FROM steps p JOIN files k ON k.id = p.kol_id CROSS JOIN (SELECT 1 AS every UNION ALL SELECT 0) v"
    )
    return (
        f"WITH entered AS ({entered}), steps AS ({steps}), files AS ({files}) "  # noqa: S608
        f"SELECT c.team_id, c.field, c.level, c.cohort, c.month, SUM(c.entered), SUM(c.net) "
        f"FROM ({counted}) c GROUP BY c.team_id, c.field, c.level, c.cohort, c.month"
    )


def _month(column: str) -> str:
    """SQL of the first day of the month of a date."""
    if connection.vendor == "postgresql":
        return f"CAST(date_trunc('month', {column}) AS date)"
    return f"date({column}, 'start of month')"
