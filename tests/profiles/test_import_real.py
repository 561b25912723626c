"""The whole tables of ../shared/data: real headings, real dirt. Skipped where the folder is absent."""

from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count

from profiles.models import Account, Kol, Snapshot

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the tables of {DATA} are not here"),
]


def last_line(name: str, platform: str) -> str:
    out = StringIO()
    call_command("import_kols", str(DATA / name), "--platform", platform, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()[-1]


def test_the_bilibili_ranking_is_4649_creators_and_gb18030_says_nothing_new():
    first = last_line("inf_bilibili_up_rank_2022.csv", "bilibili")
    assert first == "created 4649, updated 7268, unchanged 0, rejected 0"
    assert (Kol.objects.count(), Snapshot.objects.count()) == (4649, 47668)
    again = last_line("enc_gb18030_bilibili_up_rank.csv", "bilibili")
    assert again == "created 0, updated 0, unchanged 11917, rejected 0"
    assert Snapshot.objects.count() == 47668


@pytest.mark.parametrize(
    ("platform", "counts", "months"),
    [
        ("instagram", [(979, 4, 39), (222, 767, 61), (62, 936, 2)], {3: 706, 2: 285, 1: 272}),
        ("youtube", [(999, 1, 21), (140, 859, 48), (60, 938, 2)], {3: 793, 2: 211, 1: 195}),
    ],
)
def test_three_months_become_a_series_per_account(platform, counts, months):
    for month, (created, updated, unchanged) in zip(("06", "09", "11"), counts, strict=True):
        name = f"inf_{platform}_2022-{month}.csv"
        said = last_line(name, platform)
        assert said == f"created {created}, updated {updated}, unchanged {unchanged}, rejected 0"
        rows = created + updated + unchanged
        assert last_line(name, platform) == f"created 0, updated 0, unchanged {rows}, rejected 0"
    accounts = Account.objects.annotate(days=Count("snapshots__end", distinct=True))
    assert Counter(accounts.values_list("days", flat=True)) == months
    assert Kol.objects.count() == sum(months.values())
    assert set(Snapshot.objects.values_list("end", flat=True)) == {
        date(2022, month, 1) for month in (6, 9, 11)
    }
