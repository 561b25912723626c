"""Rows pasted from a spreadsheet: read, looked at, mended, taken in (DOMAIN 3.4, 3.5)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from profiles.importing import paste
from profiles.models import Snapshot
from profiles.services import figures
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol
from tests.permissions.asking import state

TODAY = NOW.date()


def read(text, **how):
    pasted = paste.read(paste.grid_of(text), TODAY, **how)
    return pasted, [(one.metric, one.value, one.start, one.end) for one in pasted.figures]


def day(month, number, year=2026):
    return date(year, month, number)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("日期\t粉丝数\n2026-11-01\t1.2万", [("followers", Decimal(12000), day(11, 1), day(11, 1))]),
        ("Date\tFollowers\n1 Nov 2026\t3.4K", [("followers", Decimal(3400), day(11, 1), day(11, 1))]),
        ("date\tfans\n11月20日\t12,345", [("followers", Decimal(12345), day(11, 20), day(11, 20))]),
        ("日期\t粉丝数\n12-30\t5", [("followers", Decimal(5), day(12, 30, 2025), day(12, 30, 2025))]),
        ("2026-11-01\t100\n2026-11-02\t", [("followers", Decimal(100), day(11, 1), day(11, 1))]),
        ("date\tPosts\n2026-10\t9", [("posts", Decimal(9), day(10, 1), day(10, 31))]),
        ("date\tposts\n2026-11\t9", [("posts", Decimal(9), day(11, 1), TODAY)]),
        ("日期\t粉丝数\n2026-10\t900", [("followers", Decimal(900), day(10, 31), day(10, 31))]),
        ("from\tto\tposts\n2026-11-02\t2026-11-08\t4", [("posts", Decimal(4), day(11, 2), day(11, 8))]),
        (
            "指标\t2026-11-01\t2026-11-08\n粉丝数\t1.2万\t1.3万",
            [
                ("followers", Decimal(12000), day(11, 1), day(11, 1)),
                ("followers", Decimal(13000), day(11, 8), day(11, 8)),
            ],
        ),
        ("日期\t发布数\n2026-11-01\t3", [("posts", Decimal(3), day(11, 1), day(11, 1))]),
        ("date,followers\n2026-11-01,900", [("followers", Decimal(900), day(11, 1), day(11, 1))]),
    ],
)
def test_days_by_figures_in_both_languages_and_both_ways_round(text, figures):
    pasted, found = read(text)
    assert (found, pasted.problems, pasted.whole) == (figures, {}, "")


@pytest.mark.parametrize(
    ("span", "start"),
    [("day", day(11, 8)), ("week", day(11, 2)), ("month", day(10, 9))],
)
def test_a_row_of_flows_covers_what_is_said_and_stocks_one_day(span, start):
    _pasted, found = read("date\tposts\tfollowers\n2026-11-08\t4\t900", span=span)
    assert found == [
        ("posts", Decimal(4), start, day(11, 8)),
        ("followers", Decimal(900), day(11, 8), day(11, 8)),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("date\tfollowers\n2026-11-01\tmany", (1, 1)),
        ("date\tfollowers\n2026-11-01\t-5", (1, 1)),
        ("date\tfollowers\nsoon\t5", (1, 0)),
        ("date\tfollowers\n03/04/2026\t5", (1, 0)),
        ("date\tfollowers\n2026-12-01\t5", (1, 0)),
        ("date\tfollowers\n\t5", (1, 0)),
        ("from\tto\tposts\n2026-11-09\t2026-11-08\t4", (1, 0)),
        ("指标\t2026-11-01\n心情\t1", (1, 0)),
        ("指标\t2026-12-01\n粉丝数\t1", (0, 1)),
        ("date\tfollowers\tmood\n2026-11-01\t5\tgood", (0, 2)),
    ],
)
def test_what_is_not_understood_is_told_at_its_cell(text, place):
    pasted, _found = read(text)
    assert list(pasted.problems) == [place]
    assert pasted.problems[place]


@pytest.mark.parametrize("text", ["", "\n\n", "hello", "date\tmood\n2026-11-01\tgood", "x\n" * 501])
def test_what_is_no_table_of_figures_is_told_as_a_whole(text):
    pasted, found = read(text)
    assert (bool(pasted.whole), found) == (True, [])


def test_a_heading_that_is_not_understood_leaves_its_column_out():
    _pasted, found = read("date\tfollowers\tmood\n2026-11-01\t5\tgood")
    assert [one[0] for one in found] == ["followers"]


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("_at_noon")
class TestOnThePage:
    def test_a_paste_is_looked_at_mended_in_place_and_taken_in(self, kol, operator, as_user):
        account = make_account(kol, "bilibili", "lin")
        browser, path = as_user(operator), reverse("profiles:account-paste", args=[kol.pk, account.pk])
        before = state()
        text = "日期\t粉丝数\n2026-11-01\t1.2万\n2026-11-08\tmany"
        looked = browser.post(path, {"text": text, "step": "save"})
        assert (looked.status_code, state()) == (422, before)
        page = looked.content.decode()
        assert 'value="many"' in page
        data = {"rows": "3", "columns": "2", "step": "save"}
        cells = [["日期", "粉丝数"], ["2026-11-01", "1.2万"], ["2026-11-08", "1.3万"]]
        data |= {f"cell-{r}-{c}": cell for r, row in enumerate(cells) for c, cell in enumerate(row)}
        done = browser.post(path, data)
        assert done.status_code == 302, done.content
        rows = Snapshot.objects.filter(standing=True).order_by("end").values_list("value", "end", "source")
        assert list(rows) == [(12000, day(11, 1), "hand"), (13000, day(11, 8), "hand")]

    def test_the_preview_says_new_changed_and_unchanged(self, kol, operator, as_user, actor):
        account = make_account(kol, "bilibili", "lin")
        for on, value in ((day(11, 1), 900), (day(11, 8), 1000)):
            figures.record(actor, [NewFigure(account.pk, "followers", Decimal(value), on, on, "hand")])
        path = reverse("profiles:account-paste", args=[kol.pk, account.pk])
        before = state()
        looked = as_user(operator).post(
            path, {"text": "date\tfans\n2026-11-01\t900\n2026-11-08\t1100\n2026-11-15\t1200", "step": "look"}
        )
        page = looked.content.decode()
        assert state() == before
        assert [page.count(f'class="is-{word}"') for word in ("new", "changed", "unchanged")] == [1, 1, 1]
        assert "was 1,000" in page

    def test_the_same_days_twice_are_told_and_not_taken(self, kol, operator, as_user):
        account = make_account(kol, "bilibili", "lin")
        path = reverse("profiles:account-paste", args=[kol.pk, account.pk])
        answer = as_user(operator).post(
            path, {"text": "date\tfans\n2026-11-01\t900\n2026-11-01\t901", "step": "save"}
        )
        assert (answer.status_code, Snapshot.objects.count()) == (422, 0)

    def test_rows_of_many_accounts_name_them_by_link_id_handle_or_kol(self, operator, colleague, as_user):
        names = ("陈可欣", "李健", "Noah Park")
        made = [
            make_account(make_kol(operator, n), "bilibili", f"h{i}", external_id=f"10{i}")
            for i, n in enumerate(names)
        ]
        text = "账号\t粉丝数\thttps\nspace.bilibili.com/100\t1万\n@H1\t2万\nNoah Park\t3万"
        answer = as_user(operator).post(reverse("profiles:figures-paste"), {"text": text, "step": "save"})
        assert answer.status_code == 302, answer.content.decode()
        found = dict(Snapshot.objects.values_list("account", "value"))
        assert found == {made[0].pk: 10000, made[1].pk: 20000, made[2].pk: 30000}
        assert set(Snapshot.objects.values_list("end", flat=True)) == {TODAY}

    @pytest.mark.parametrize(
        "who", ["theirs", "twice", "nobody", "https://b23.tv/x", "bilibili.com/video/1", ""]
    )
    def test_an_account_of_nobody_of_others_or_of_several_is_told_at_its_cell(
        self, operator, colleague, as_user, who
    ):
        make_account(make_kol(colleague, "a"), "bilibili", "theirs")
        for platform in ("bilibili", "weibo"):
            make_account(make_kol(operator, platform), platform, "twice")
        before = state()
        text = f"account\tfans\n{who}\t5\nbilibili\t6"
        answer = as_user(operator).post(reverse("profiles:figures-paste"), {"text": text, "step": "save"})
        assert (answer.status_code, state()) == (422, before)
        assert 'aria-invalid="true"' in answer.content.decode()

    def test_the_platform_tells_two_accounts_apart(self, operator, as_user):
        made = {p: make_account(make_kol(operator, p), p, "twice") for p in ("bilibili", "weibo")}
        text = "account\t平台\tfans\ntwice\t微博\t5"
        answer = as_user(operator).post(reverse("profiles:figures-paste"), {"text": text, "step": "save"})
        assert answer.status_code == 302
        assert Snapshot.objects.get().account == made["weibo"]

    def test_thirty_rows_cost_as_many_queries_as_three(
        self, operator, as_user, django_assert_max_num_queries
    ):
        for n in range(30):
            make_account(make_kol(operator, f"k{n}"), "bilibili", f"h{n}")
        text = "account\tfans\n" + "\n".join(f"h{n}\t{n}" for n in range(30))
        browser = as_user(operator)
        with django_assert_max_num_queries(25):
            browser.post(reverse("profiles:figures-paste"), {"text": text, "step": "look"})
