"""Whole files to clean rows: encodings, delimiters, identity, facts, dated figures, what is rejected."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from profiles.importing.opening import open_table
from profiles.importing.reading import UnreadableTable
from profiles.importing.rows import RowFigure
from profiles.importing.table import read_table

TODAY = date(2026, 11, 23)

RANKING = """榜单类型,创作领域,时间,投币数,涨粉数,等级,获赞数,mid,up主,up主标签,投稿视频数,\
播放数,排名,类型,弹幕数
日榜,美食,2023-03-05,1.5w,-120,6,2.25w,1001,做饭的小王,知名UP主,1,38.97w,1,美食,900
周榜,美食,2023-02-27,300,1.2w,6,4000,1001,小王做饭,,2,1.02亿,7,美食,50
月榜,旅行,2023-02-01,10,0,0,20,2002,,,4,2.70w,21,旅行,
"""
SWAPPED = '''S.no,Name,Youtuber,Country," Subscribers"," Subscribers","Avg
likes","Avg
likes",Category_2,Category_3
1,One Show,oneshow,India,1.5M,1510000,4.6K,4600,Music & Dance,
2,Two TV,two_tv,-,2M,2000000,N/A',#VALOR!,,Toys
3,✿ Kids At Home,✿ Kids At Home,India,9.5K,9500,10,10,Toys,Toys
3,✿ Kids At Home,✿ Kids At Home,India,9.5K,9500,10,10,Toys,Toys
4,,,India,9K,9000,10,10,Toys,
5,"The, ""Fifth""",@Fifth5,,9K,9000,10,10,Toys,
'''


@pytest.fixture
def read(tmp_path):
    def _read(content, platform="bilibili", name="table.csv", encoding="utf-8", **kwargs):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return read_table(path, platform, today=TODAY, **kwargs)

    return _read


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_every_encoding_gives_the_same_rows(read, written, found):
    expected = list(read(RANKING).rows)
    table = read(RANKING, encoding=written)
    assert (table.encoding, table.guessed) == (found, False)
    assert list(table.rows) == expected
    assert table.total == len(expected) == 3


def test_western_text_is_windows_1252_and_the_guess_is_said(read):
    text = "Channel;Followers\nJosé Müller;1.234.567\nÅse Ødegård;12 345\nGarcía;3\n"
    table = read(text, platform="youtube", encoding="cp1252")
    assert (table.encoding, table.guessed, table.delimiter) == ("cp1252", True, ";")
    assert "Windows-1252" in table.notes[0]
    assert [(row.name, row.figures[0].value) for row in table.rows] == [
        ("José Müller", 1234567),
        ("Åse Ødegård", 12345),
        ("García", 3),
    ]


def test_accents_before_letters_are_not_taken_for_chinese(read):
    text = "Channel,Followers\nGarcía,1\nMünchner,2\nLópez,3\n"
    assert text.encode("cp1252").decode("gb18030")
    table = read(text, platform="youtube", encoding="cp1252")
    assert (table.encoding, [row.name for row in table.rows]) == ("cp1252", ["García", "Münchner", "López"])


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(read, delimiter):
    text = '昵称|粉丝数|简介\n甲|"12,345"|"a; b\tc"\n乙|10|\n'.replace("|", delimiter)
    table = read(text)
    assert table.delimiter == delimiter
    assert [(row.name, row.figures[0].value) for row in table.rows] == [("甲", 12345), ("乙", 10)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"name\0,followers\0\n", "zero bytes"),
        (b",,\n1,2,3\n", "no headings"),
        ("name,x\na,b\n".encode("utf-16")[:-1], "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(read, content, word):
    with pytest.raises(UnreadableTable, match=word):
        read(content)


def test_a_missing_file_is_unreadable(tmp_path):
    with pytest.raises(UnreadableTable):
        open_table(tmp_path / "none.csv")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\n"])
def test_a_file_without_words_is_empty_however_it_says_it_is_written(read, content):
    with pytest.raises(UnreadableTable, match="The file is empty"):
        read(content)


def test_a_cell_without_end_is_refused_with_its_line(read):
    with pytest.raises(UnreadableTable, match="Line"):
        read('name,followers\na,"' + "x" * 140_000)


def test_the_ranking_is_growth_per_period_from_its_first_day(read):
    day, week, month = read(RANKING).rows
    assert (day.number, day.external_id, day.handle, day.name) == (2, "1001", "", "做饭的小王")
    assert day.facts == {"fields": ["美食"], "title": "知名UP主"}
    fifth = date(2023, 3, 5)
    assert sorted(day.figures, key=lambda figure: figure.metric) == [
        RowFigure("growth", Decimal(-120), fifth, fifth),
        RowFigure("interactions", Decimal(15_000 + 22_500 + 900), fifth, fifth),
        RowFigure("posts", Decimal(1), fifth, fifth),
        RowFigure("views", Decimal(389_700), fifth, fifth),
    ]
    assert {(figure.start, figure.end) for figure in week.figures} == {(date(2023, 2, 27), fifth)}
    assert next(figure.value for figure in week.figures if figure.metric == "views") == 102_000_000
    assert {(figure.start, figure.end) for figure in month.figures} == {(date(2023, 2, 1), date(2023, 2, 28))}


def test_a_sum_with_a_missing_part_is_unknown(read):
    *_others, month = read(RANKING).rows
    assert {figure.metric for figure in month.figures} == {"growth", "posts", "views"}


def test_an_id_needs_no_name(read):
    *_others, month = read(RANKING).rows
    assert (month.external_id, month.name, month.rejected) == ("2002", "", None)


def test_rows_of_a_table_with_swapped_headings(read):
    rows = list(read(SWAPPED, platform="youtube", name="youtube_2022-09.csv").rows)
    assert [(row.handle, row.handle_folded, row.name) for row in rows[:3]] == [
        ("oneshow", "oneshow", "One Show"),
        ("two_tv", "two_tv", "Two TV"),
        ("✿ kids at home", "✿ kids at home", "✿ Kids At Home"),
    ]
    assert (rows[5].handle, rows[5].handle_folded, rows[5].name) == ("Fifth5", "fifth5", 'The, "Fifth"')
    assert rows[0].facts == {"fields": ["Music & Dance"], "country": "India"}
    assert rows[2].facts == {"fields": ["Toys"], "country": "India"}
    september = date(2022, 9, 1)
    assert rows[0].figures == [
        RowFigure("followers", Decimal(1_510_000), september, september),
        RowFigure("likes_avg", Decimal(4600), september, september),
    ]


def test_an_unreadable_cell_is_listed_and_its_figure_unknown(read):
    row = list(read(SWAPPED, platform="youtube").rows)[1]
    assert row.facts == {"fields": ["Toys"]}
    assert [figure.metric for figure in row.figures] == ["followers"]
    assert [(problem.column, problem.raw) for problem in row.problems] == [
        ("Avg likes", "#VALOR!"),
        ("Avg likes", "N/A'"),
    ]


def test_a_twin_is_read_where_the_better_column_says_nothing(read):
    text = "Channel,Followers,Followers\na,1.5M,\nb,2M,2000000\nc,3M,#REF!\n"
    rows = list(read(text, platform="twitch").rows)
    assert [row.figures[0].value for row in rows] == [1_500_000, 2_000_000, 3_000_000]
    assert [problem.raw for problem in rows[2].problems] == ["#REF!"]


def test_a_row_without_account_is_rejected_with_the_reason_and_duplicates_pass(read):
    rows = list(read(SWAPPED, platform="youtube").rows)
    assert [row.number for row in rows if row.rejected] == [6]
    assert "no account found" in rows[4].rejected
    assert (rows[4].facts, rows[4].figures) == ({}, [])
    assert rows[2].handle_folded == rows[3].handle_folded


def test_a_line_of_nothing_but_delimiters_is_no_row(read):
    rows = list(read("昵称,粉丝数\n甲,100\n , \n,,,\n乙,5\n").rows)
    assert [(row.number, row.name, row.rejected) for row in rows] == [(2, "甲", None), (5, "乙", None)]


def test_a_row_wider_than_its_headings_is_rejected_not_shifted(read):
    rows = list(read("昵称,粉丝数\n甲,乙,100\n丙,5,,\n").rows)
    assert "3 cells" in rows[0].rejected
    assert (rows[1].rejected, rows[1].name) == (None, "丙")


def test_a_row_with_a_rounded_id_has_only_its_name(read):
    row = next(read("uid,昵称\n6.97E+08,甲\n5,乙\n").rows)
    assert (row.external_id, row.handle_folded) == ("", "甲")
    assert [problem.raw for problem in row.problems] == ["6.97E+08"]


def test_an_id_too_long_for_an_account_is_rejected(read):
    assert "120" in next(read(f"uid,昵称\n{'9' * 121},甲\n").rows).rejected


def test_names_with_the_handle_in_brackets_give_both(read):
    rows = list(read("Channel,Followers\nsolo1,5\n두유 (doyou_tv),6\n", platform="twitch").rows)
    assert [(row.handle, row.name) for row in rows] == [("solo1", "solo1"), ("doyou_tv", "두유")]


def test_a_link_names_the_account_before_the_name_does(read):
    text = "昵称,主页链接\n甲,https://space.bilibili.com/77\n乙,https://example.org/\n"
    assert [(row.external_id, row.handle_folded) for row in read(text).rows] == [("77", ""), ("", "乙")]


def test_a_heading_with_a_unit_counts_in_it_unless_the_cell_has_its_own(read):
    rows = read("昵称,粉丝数（万）\n甲,12.3\n乙,5.5万\n").rows
    assert [row.figures[0].value for row in rows] == [123_000, 55_000]


DATED = "昵称,粉丝数,日期\n甲,10,2023-01-05\n乙,20,\n丙,30,someday\n丁,40,2023-01-07\n"


def test_stocks_stand_at_the_day_told_else_at_the_rows_own_else_at_the_files_else_today(read):
    def days(table):
        return [[figure.start for figure in row.figures] for row in table.rows]

    told = date(2023, 2, 2)
    assert days(read(DATED, day=told)) == [[told]] * 4
    assert days(read(DATED, name="x_2022-06.csv")) == [[date(2023, 1, 5)], [], [], [date(2023, 1, 7)]]
    plain = "昵称,粉丝数\n甲,10\n"
    assert days(read(plain, name="x_2022-06.csv")) == [[date(2022, 6, 1)]]
    table = read(plain)
    assert days(table) == [[TODAY]]
    assert any("2026-11-23" in note for note in table.notes)


def test_figures_without_a_day_are_left_out_and_listed(read):
    rows = list(read(DATED).rows)
    assert [len(row.problems) for row in rows] == [0, 1, 2, 0]


def test_a_table_that_names_no_account_says_so(read):
    table = read("date,score\n2023-01-01,5\n")
    assert any("No column names an account" in note for note in table.notes)
    assert all(row.rejected for row in table.rows)


# The whole real files, where they lie beside the project.

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real tables in ../shared/data are not here")


def real_rows(name, platform):
    table = read_table(DATA / name, platform, today=TODAY)
    rows = list(table.rows)
    assert len(rows) == table.total
    assert not any(row.rejected for row in rows)
    return rows


@real
def test_the_bilibili_ranking_has_11917_rows_of_4649_creators():
    rows = real_rows("inf_bilibili_up_rank_2022.csv", "bilibili")
    assert len(rows) == 11_917
    assert len({row.external_id for row in rows}) == 4649
    assert sum(len(row.figures) for row in rows) == 4 * 11_917
    assert not any(row.problems for row in rows)
    assert sum(not row.name for row in rows) == 6
    assert sum(figure.value < 0 for row in rows for figure in row.figures) == 721
    spans = {(figure.end - figure.start).days + 1 for row in rows for figure in row.figures}
    assert spans == {1, 7, 28, 30, 31}


@real
def test_the_bilibili_ranking_reads_the_same_in_gb18030():
    assert real_rows("enc_gb18030_bilibili_up_rank.csv", "bilibili") == real_rows(
        "inf_bilibili_up_rank_2022.csv", "bilibili"
    )


@real
def test_twitch_reads_the_same_in_utf_16():
    rows = real_rows("inf_twitch_top1000.csv", "twitch")
    assert rows == real_rows("enc_utf16le_bom_tab_twitch.txt", "twitch")
    assert len({row.handle_folded for row in rows}) == 1000
    assert not any(" " in row.handle for row in rows)


@real
@pytest.mark.parametrize(
    ("platform", "rows_per_month", "handles_per_month", "in_every_month", "in_any_month"),
    [
        ("instagram", [1022, 1050, 1000], [979, 983, 998], 706, 1263),
        ("youtube", [1021, 1047, 1000], [999, 999, 998], 793, 1199),
    ],
)
def test_three_months_are_one_series_per_account(
    platform, rows_per_month, handles_per_month, in_every_month, in_any_month
):
    months = [real_rows(f"inf_{platform}_2022-{month}.csv", platform) for month in ("06", "09", "11")]
    handles = [{row.handle_folded for row in rows} for rows in months]
    assert [len(rows) for rows in months] == rows_per_month
    assert [len(found) for found in handles] == handles_per_month
    assert len(set.intersection(*handles)) == in_every_month
    assert len(set.union(*handles)) == in_any_month
    assert all(
        figure.start == date(2022, month, 1)
        for month, rows in zip((6, 9, 11), months, strict=True)
        for row in rows
        for figure in row.figures
    )


@real
def test_the_gaps_of_the_youtube_table_are_listed_cell_by_cell():
    rows = real_rows("inf_youtube_2022-06.csv", "youtube")
    raws = [problem.raw for row in rows for problem in row.problems]
    assert (raws.count("N/A'"), raws.count("#VALOR!"), len(raws)) == (230, 230, 460)
    metrics = [figure.metric for row in rows for figure in row.figures]
    assert [metrics.count(metric) for metric in ("followers", "views_avg", "likes_avg", "comments_avg")] == [
        1021,
        1021,
        993,
        819,
    ]
    assert sum("country" not in row.facts for row in rows) == 184


@real
def test_the_slipped_headings_of_instagram_in_june_give_no_false_figures():
    table = read_table(DATA / "inf_instagram_2022-06.csv", "instagram", today=TODAY)
    rows = list(table.rows)
    assert {figure.metric for row in rows for figure in row.figures} == {"followers"}
    assert {match.heading for match in table.ignored} == {"Likes avg", "Comments avg."}
    assert rows[0].facts["country"] == "Spain"
