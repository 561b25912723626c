"""Template tags and what stands behind them: words, dates and small figures, without rules."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from kol_crm.core import drawing, wording
from kol_crm.core.templatetags import ui

TODAY = date(2026, 11, 23)
ENGLISH, CHINESE = "en", "zh_Hans"


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (None, "–", "–"),
        (0, "0", "0"),
        (999, "999", "999"),
        (1240, "1.2K", "1,240"),
        (11_200, "11.2K", "1.1万"),
        (864_000, "864K", "86.4万"),
        (1_280_000, "1.28M", "128万"),
        (128_000_000, "128M", "1.28亿"),
        (-1500, "-1.5K", "-1,500"),
    ],
)
def test_large_numbers_are_shortened_the_reader_s_way(number, english, chinese):
    assert wording.compact(number, ENGLISH) == english
    assert wording.compact(number, CHINESE) == chinese


@pytest.mark.parametrize(
    ("count", "words"), [(None, "–"), (312, "312"), (1000, "1,000"), (1001, "1,000+"), (10**6, "1,000+")]
)
def test_totals_are_exact_to_the_cap(count, words):
    assert wording.capped(count, 1000, ENGLISH) == words


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "words"),
    [
        (1280, "CNY", ENGLISH, "¥1,280"),
        (Decimal("1280.50"), "CNY", CHINESE, "¥1,280.50"),
        (Decimal("1280.00"), "CNY", CHINESE, "¥1,280"),
        (1280, "USD", ENGLISH, "$1,280"),
        (1280, "USD", CHINESE, "US$1,280"),
        (1280, "JPY", ENGLISH, "JP¥1,280"),
        (1280, "JPY", CHINESE, "JP¥1,280"),
        (-20, "CNY", ENGLISH, "-¥20"),
        (None, "CNY", ENGLISH, "–"),
    ],
)
def test_money_shows_cents_only_when_there_are_some(amount, currency, locale, words):
    assert wording.money(amount, currency, locale) == words


def test_a_change_has_a_sign_and_a_true_minus():
    assert wording.percent_change(0.124, ENGLISH) == "+12.4%"
    assert wording.percent_change(-0.088, CHINESE) == "−8.8%"
    assert wording.percent_change(None, ENGLISH) == "–"


@pytest.mark.parametrize(
    ("style", "english", "chinese"),
    [
        ("plain", "9 Sep", "9月9日"),
        ("year", "9 Sep 2026", "2026年9月9日"),
        ("weekday", "Wed 9 Sep", "9月9日 周三"),
        ("full", "Wed 9 Sep 2026", "2026年9月9日 周三"),
        ("month", "September 2026", "2026年9月"),
    ],
)
def test_dates_follow_the_reader(style, english, chinese):
    day = date(2026, 9, 9)
    assert wording.day_words(day, style, TODAY, ENGLISH).replace("\u00a0", " ") == english
    assert wording.day_words(day, style, TODAY, CHINESE).replace("\u00a0", " ") == chinese


def test_a_plain_date_of_another_year_names_it():
    assert wording.day_words(date(2025, 9, 9), "plain", TODAY, ENGLISH) == "9\u00a0Sep\u00a02025"
    assert wording.day_words(date(2025, 9, 9), "plain", TODAY, CHINESE) == "2025年9月9日"


def test_an_instant_is_shown_on_the_reader_s_clock():
    moment = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        assert wording.day_words(moment, "time", TODAY, ENGLISH) == "23\u00a0Nov\u00a004:30"
        assert wording.day_words(moment, "clock", TODAY, ENGLISH) == "04:30"
        assert wording.days_late(moment, TODAY) == 0
    with timezone.override("America/New_York"):
        assert wording.days_late(moment, TODAY) == 1


@pytest.mark.parametrize(
    ("day", "late", "tone", "words"),
    [
        (date(2026, 11, 20), 3, "late", "3 d late"),
        (date(2026, 11, 23), 0, "today", "Today"),
        (date(2026, 11, 24), -1, "later", "Tomorrow"),
        (date(2026, 11, 30), -7, "later", "30 Nov"),
        (date(2026, 12, 1), -8, "later", "1 Dec"),
        (None, None, "later", "–"),
    ],
)
def test_red_is_late_amber_is_today_and_grey_is_later(day, late, tone, words):
    assert wording.days_late(day, TODAY) == late
    assert wording.due_tone(day, TODAY) == tone
    with translation.override("en"):
        assert wording.due_words(day, TODAY, ENGLISH).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("陈可欣", "陈"),
        ("欧阳澈", "欧"),
        ("小鹿 Luna", "小"),
        ("Noah Park", "NP"),
        ("Ana Maria Silva", "AS"),
        ("ava", "A"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials(name, letters):
    assert ui.initials(name) == letters


def test_an_avatar_keeps_its_hue():
    assert ui.avatar_hue("k1") == ui.avatar_hue("k1")
    assert {ui.avatar_hue(seed) for seed in range(500)} == set(range(24))


def test_pips_fill_up_to_the_stage_and_a_departed_kol_has_none():
    stages = ["introduction", "initial", "mid_term", "late", "departed"]
    assert [ui.pips(stage) for stage in stages] == [1, 2, 3, 4, 0]


def test_a_sparkline_spans_its_box_and_lifts_the_pen_over_gaps():
    points = drawing.spark_points([0, 5, None, 10, 10])
    assert points == [(2, 16), (15, 9), None, (41, 2), (54, 2)]
    assert drawing.spark_path(points) == "M2 16L15 9M41 2L54 2"
    assert drawing.spark_points([None, None]) == []
    assert drawing.spark_points([7]) == [(2, 9)]


def test_a_dial_is_open_at_the_bottom():
    assert drawing.dial_arc(0) == ""
    assert drawing.dial_arc(50) == "M7.98 32.02A17 17 0 0 1 20 3"
    assert drawing.dial_arc(100) == "M7.98 32.02A17 17 0 1 1 32.02 32.02"
    assert drawing.dial_arc(250) == drawing.dial_arc(100)


def test_an_unknown_score_shows_a_dash_and_no_arc():
    drawn = ui.dial(None)
    assert "–" in drawn
    assert "dial-arc" not in drawn
    assert "dial-arc dial-warn" in ui.dial(64, tone="warn")


def test_shares_of_a_bar_lie_end_to_end():
    assert drawing.shares([(1, "bad"), (0, "warn"), (3, "none")]) == [
        (0.0, 25.0, "bad"),
        (25.0, 75.0, "none"),
    ]
    assert drawing.shares([(0, "bad")]) == []


def test_a_meter_stays_within_its_track():
    assert 'width="100%" height="100%" rx="2"/></svg>' in ui.meter(180)
    assert '<rect class="fill-accent" width="0%"' in ui.meter(None)


def test_words_given_to_a_figure_are_escaped():
    assert "<b>" not in ui.meter(10, label="<b>")
    assert "<b>" not in ui.sparkline([1, 2], label="<b>")
    assert "<b>" not in ui.icon("gift", label='"><b>')


def test_a_partial_shows_who_is_late_in_words_and_colour():
    drawn = Template(
        '{% include "_parts/due.html" with day=day kind="Review" icon="calendar-check" today=today %}'
    ).render(Context({"day": date(2026, 11, 20), "today": TODAY}))
    assert "due-late" in drawn
    assert "3\u00a0d\u00a0late" in drawn


def test_nobody_owns_a_claimable_file():
    drawn = Template('{% include "_parts/owner.html" with user=user %}').render(Context({"user": None}))
    assert "Nobody" in drawn
    named = SimpleNamespace(username="wu", display_name="")
    assert ">wu<" in Template('{% include "_parts/owner.html" with user=user %}').render(
        Context({"user": named})
    )
