"""Cells of real tables: a value, empty, or unreadable and listed; unknown is never zero (DOMAIN, opening)."""

from datetime import date
from decimal import Decimal

import pytest

from profiles.importing.cells import (
    Unreadable,
    parse_day,
    parse_external_id,
    parse_figure,
    parse_gender,
    parse_name,
    parse_period,
    parse_text,
)
from profiles.importing.dating import day_in_name, period_end
from profiles.importing.links import account_in_link
from profiles.rules.handle import fold_handle


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", "0"),
        ("680", "680"),
        ("1.2万", "12000"),
        ("4.53w", "45300"),
        ("4.53W", "45300"),
        ("409.8M", "409800000"),
        ("12,345", "12345"),
        ("1,234,567.5", "1234567.5"),
        ("1.5K", "1500"),
        ("1.5 k", "1500"),
        ("2亿", "200000000"),
        ("1.13亿", "113000000"),
        ("3千万", "30000000"),
        ("1.2B", "1200000000"),
        ("1st", "1"),
        ("22nd", "22"),
        ("3.2%", "0.032"),
        ("-6901", "-6901"),
        ("-1.06w", "-10600"),
        ("\u22121.06万", "-10600"),
        ("+300", "300"),
        ("１２，３４５", "12345"),
        ("１．２万", "12000"),
        ("477900000.00", "477900000"),
        ("348.5", "348.5"),
        ("1,5", "1.5"),
        ("1.234.567", "1234567"),
        ("12\u00a0345", "12345"),
        ("1,23,45,678", "12345678"),
        ("4.53E+05", "453000"),
        (" 38.97w ", "389700"),
        ("1.2万人", "12000"),
    ],
)
def test_a_figure_is_read_to_its_exact_value(raw, value):
    assert parse_figure(raw) == Decimal(value)


@pytest.mark.parametrize("raw", ["", "  ", "-", "--", "—", "null", "NULL", "nan", "无", "/"])
def test_an_empty_cell_is_unknown_and_not_zero(raw):
    assert parse_figure(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "N/A'",
        "N/A",
        "n.a.",
        "#VALOR!",
        "#REF!",
        "#DIV/0!",
        "#N/A",
        "10万+",
        "about 5",
        "12x",
        "1.2.3",
        "万",
        "9" * 30,
        "1e99",
    ],
)
def test_an_unreadable_figure_is_said_to_be_so(raw):
    with pytest.raises(Unreadable) as refused:
        parse_figure(raw)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2022-05-05", date(2022, 5, 5)),
        ("2022/5/5", date(2022, 5, 5)),
        ("2022.05.05", date(2022, 5, 5)),
        ("2022年5月5日", date(2022, 5, 5)),
        ("20220505", date(2022, 5, 5)),
        ("2022-05-05 23:59:00", date(2022, 5, 5)),
        ("2022-05-05T23:59:00Z", date(2022, 5, 5)),
        ("2022-06", date(2022, 6, 1)),
        ("2022年6月", date(2022, 6, 1)),
        ("5 May 2022", date(2022, 5, 5)),
        ("May 5th, 2022", date(2022, 5, 5)),
        ("25/12/2022", date(2022, 12, 25)),
        ("12/25/2022", date(2022, 12, 25)),
        ("05.05.2022", date(2022, 5, 5)),
        ("", None),
    ],
)
def test_a_day_is_read_in_the_usual_forms(raw, day):
    assert parse_day(raw) == day


@pytest.mark.parametrize("raw", ["03/04/2022", "2022-02-30", "yesterday", "44686", "#VALOR!", "5 Foo 2022"])
def test_an_impossible_or_ambiguous_day_is_unreadable(raw):
    with pytest.raises(Unreadable):
        parse_day(raw)


def test_words_of_nothing_are_empty_and_spreadsheet_errors_unreadable():
    assert parse_text("  Music \n & Dance ") == "Music & Dance"
    assert parse_text("-") is None
    assert parse_text("#beauty") == "#beauty"
    for raw in ("N/A'", "#VALOR!"):
        with pytest.raises(Unreadable):
            parse_text(raw)


def test_a_person_may_be_called_none_but_not_by_a_spreadsheet_error():
    assert parse_name(" 无 ") == "无"
    assert parse_name("null") == "null"
    assert parse_name("\t") is None
    with pytest.raises(Unreadable):
        parse_name("#NOMBRE?")


def test_an_id_rounded_by_a_spreadsheet_is_no_id():
    assert parse_external_id("697166795.0") == "697166795"
    assert parse_external_id(" 00123 ") == "00123"
    with pytest.raises(Unreadable):
        parse_external_id("6.97167E+08")


def test_gender_and_period_in_chinese_and_english():
    assert [parse_gender(raw) for raw in ("男", "Female", "保密", "")] == ["male", "female", None, None]
    assert [parse_period(raw) for raw in ("日榜", "周榜", "Monthly")] == ["day", "week", "month"]
    with pytest.raises(Unreadable):
        parse_period("年榜")


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        (date(2022, 5, 5), "day", date(2022, 5, 5)),
        (date(2022, 4, 25), "week", date(2022, 5, 1)),
        (date(2022, 2, 1), "month", date(2022, 2, 28)),
        (date(2024, 2, 1), "month", date(2024, 2, 29)),
        (date(2022, 12, 1), "month", date(2022, 12, 31)),
        (date(2022, 1, 31), "month", date(2022, 2, 27)),
    ],
)
def test_the_first_day_of_a_period_tells_its_last(start, period, end):
    assert period_end(start, period) == end


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("inf_instagram_2022-06.csv", date(2022, 6, 1)),
        ("influencers sep-2022.csv", date(2022, 9, 1)),
        ("june 2022 - july 2022.csv", date(2022, 7, 1)),
        ("达人2022年6月.csv", date(2022, 6, 1)),
        ("export_20220615.csv", date(2022, 6, 15)),
        ("export_2022-06-15.csv", date(2022, 6, 15)),
        ("ranking_2022.csv", None),
        ("top1000.csv", None),
    ],
)
def test_a_file_name_tells_a_day_and_a_month_stands_for_its_first(name, day):
    assert day_in_name(name) == day


def test_handles_fold_by_width_case_and_at_sign_but_keep_their_accents():
    assert fold_handle(" @ＭrBeast6000 ") == "mrbeast6000"
    assert fold_handle("Straße") == fold_handle("STRASSE")
    assert fold_handle("Refúgio") != fold_handle("Refugio")
    assert fold_handle(fold_handle("＠Ⅸ İpek")) == fold_handle("＠Ⅸ İpek")


@pytest.mark.parametrize(
    ("link", "platform", "named"),
    [
        ("https://space.bilibili.com/697166795?from=search", "bilibili", ("697166795", "")),
        ("https://www.youtube.com/@Some.One/videos", "youtube", ("", "Some.One")),
        ("https://youtube.com/channel/UCabc-1", "youtube", ("UCabc-1", "")),
        ("instagram.com/some.one/", "instagram", ("", "some.one")),
        ("https://www.instagram.com/p/abc/", "instagram", ("", "")),
        ("https://weibo.com/u/123", "weibo", ("123", "")),
        ("https://blog.example.org/", "other", ("", "blog.example.org")),
        ("https://example.org", "bilibili", ("", "")),
    ],
)
def test_a_profile_link_names_its_account(link, platform, named):
    assert account_in_link(link, platform) == named
