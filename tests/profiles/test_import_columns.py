"""Which column means what: small tables of our own with the shapes and the dirt of the real ones."""

import pytest

from profiles.importing.columns import match_columns
from profiles.importing.glance import Glance
from profiles.importing.headings import PLATFORM_WORDS, meaning
from profiles.models.words import Platform


def match(headings, rows, platform="youtube", known_handles=frozenset()):
    glances = [Glance(heading) for heading in headings]
    for row in rows:
        for glance, cell in zip(glances, row, strict=True):
            glance.see(cell, known_handles)
    return match_columns(glances, platform)


def targets(headings, rows, **kwargs):
    return [column.target for column in match(headings, rows, **kwargs)[0]]


def test_platforms_are_those_of_the_accounts():
    assert set(PLATFORM_WORDS) == set(Platform.values)


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("粉丝数", "followers"),
        ("Subscribers count", "followers"),
        (" Subscribers", "followers"),
        ("FOLLOWERS", "followers"),
        ("Fans", "followers"),
        ("关注数", "following"),
        ("涨粉数", "growth"),
        ("Followers gained", "growth"),
        ("播放数", "views"),
        ("Likes avg", "likes_avg"),
        ("Avg. likes", "likes_avg"),
        ("Likes (Avg.)", "likes_avg"),
        ("\nViews (Avg.)", "views_avg"),
        ("平均播放量", "views_avg"),
        ("Engagement average\r\n", "interactions_avg"),
        ("Engagement average Values \n", "interactions_avg"),
        ("Eng. (Auth.)", "interactions_avg_authentic"),
        ("Category-2", "fields"),
        ("创作领域", "fields"),
        ("up主标签", "title"),
        ("mid", "external_id"),
        ("用户ID", "external_id"),
        ("S.no", "rank"),
        ("排名", "rank"),
        ("达人昵称", "name"),
        ("抖音号", "handle"),
        ("国家/地区", "country"),
        ("Audience country", "audience_country"),
        ("等级", None),
        ("Watch time(Minutes)", None),
        ("Average viewers", None),
    ],
)
def test_a_heading_is_understood_in_chinese_and_english(heading, target):
    assert meaning(heading).target == target


def test_a_heading_tells_the_unit_of_its_figures():
    assert (meaning("粉丝数（万）").target, meaning("粉丝数（万）").unit) == ("followers", 10_000)


def test_a_column_of_another_platform_is_not_taken():
    columns, _notes = match(
        ["昵称", "微博粉丝数", "抖音粉丝数"], [["甲", "10", "20"], ["乙", "30", "40"]], platform="douyin"
    )
    assert [column.target for column in columns] == ["name", None, "followers"]
    assert "weibo" in columns[1].why


HANDLES = ["oneshow", "two_tv", "3cooks", "four live", "five kids"]
NAMES = ["One Show", "Two TV", "Three Cooks", "four live", "five kids"]


@pytest.mark.parametrize(
    ("headings", "handle_first"),
    [
        (("channel name", "youTuber"), True),
        (("Name", "Youtuber"), False),
        (("Youtube channel", "youtuber name"), True),
        (("Youtube channel", "youtuber name"), False),
    ],
)
def test_handle_and_name_are_told_apart_by_their_values_whatever_the_heading(headings, handle_first):
    pairs = zip(HANDLES, NAMES, strict=True) if handle_first else zip(NAMES, HANDLES, strict=True)
    expected = ["handle", "name"] if handle_first else ["name", "handle"]
    columns, notes = match(headings, [list(pair) for pair in pairs])
    assert [column.target for column in columns] == expected
    assert any("40 % against 100 %" in note for note in notes)


def test_known_handles_decide_where_blanks_do_not():
    rows = [["alpha", "ada"], ["beta", "bob"], ["gamma", "cid"]]
    assert targets(["Name", "Channel"], rows, known_handles={"ada", "bob"}) == ["name", "handle"]
    assert targets(["Name", "Channel"], rows, known_handles={"alpha", "beta"}) == ["handle", "name"]


def test_a_close_decision_is_said():
    _columns, notes = match(["Name", "Channel"], [["alpha", "ada"], ["beta", "bob"]])
    assert any("close decision" in note for note in notes)


def test_chinese_names_without_blanks_are_names_and_ascii_ones_handles():
    assert targets(["账号名称", "账号"], [["做饭的小王", "wang_cooks"], ["北京遛弯", "bj2020"]]) == [
        "name",
        "handle",
    ]


def test_headings_that_leave_no_doubt_are_believed():
    rows = [["Some One", "some one"], ["An Other", "another"]]
    assert targets(["Username", "Nickname"], rows) == ["handle", "name"]


def test_two_columns_of_names_do_not_make_a_handle():
    assert targets(["昵称", "姓名"], [["小王", "王一"], ["小李", "李二"]]) == ["name", None]


def test_a_single_column_holds_names():
    assert targets(["Channel", "Followers"], [["xOne", "10"], ["two", "20"]]) == ["name", "followers"]


def test_text_and_number_of_one_figure_are_twins_and_the_number_is_read():
    columns, notes = match(
        ["Channel", "Followers", "Followers"], [["a", "1.5M", "1510000"], ["b", "2M", "2000000"]]
    )
    assert [column.target for column in columns] == ["name", "followers", "followers"]
    assert [column.twin_of for column in columns] == [None, 2, None]
    assert any("the more precise one" in note for note in notes)


def test_values_contradict_a_heading_that_slipped_by_a_column():
    columns, notes = match(
        ["Channel", "Views avg.", "Likes avg"],
        [["a", "Spain", "10"], ["b", "United States", "20"], ["c", "South Korea", "30"]],
    )
    assert [column.target for column in columns] == ["name", "country", "likes_avg"]
    assert any("countries" in note for note in notes)


def test_a_figure_column_of_mere_gaps_is_still_believed():
    assert targets(["Channel", "Likes avg"], [["a", "N/A'"], ["b", "#VALOR!"], ["c", "5"]])[1] == "likes_avg"


def test_more_comments_than_likes_everywhere_means_wrong_headings():
    rows = [[f"channel{number}", str(number + 5), str(number + 500)] for number in range(30)]
    columns, notes = match(["Channel", "Likes avg", "Comments avg."], rows)
    assert [column.target for column in columns] == ["name", None, None]
    assert sum("comments exceed likes" in note for note in notes) == 2
    swapped = [[name, more, fewer] for name, fewer, more in rows]
    assert targets(["Channel", "Likes avg", "Comments avg."], swapped)[1:] == ["likes_avg", "comments_avg"]


def test_authentic_engagement_is_read_only_where_the_average_is_missing():
    rows = [["a", "5", "9"], ["b", "6", "8"]]
    assert targets(["Channel", "Eng. (Auth.)", "Eng. (Avg.)"], rows)[1:] == [None, "interactions_avg"]
    assert targets(["Channel", "Eng. (Auth.)", "Rank"], rows)[1:] == ["interactions_avg", None]


def test_counts_need_a_period_and_posts_without_one_are_a_total():
    rows = [["周榜", "甲", "5", "9", "7"], ["周榜", "乙", "6", "8", "7"]]
    headings = ["榜单类型", "up主", "涨粉数", "播放数", "投稿视频数"]
    assert targets(headings, rows) == ["period", "name", "growth", "views", "posts"]
    without = targets(headings[1:], [row[1:] for row in rows])
    assert without == ["name", None, None, "posts_total"]


def test_a_period_is_recognised_by_its_values_under_any_heading():
    assert targets(["what", "up主"], [["日榜", "甲"], ["月榜", "乙"]]) == ["period", "name"]


def test_an_id_that_only_counts_the_rows_is_no_id():
    assert targets(["id", "昵称"], [["1", "甲"], ["2", "乙"], ["3", "丙"]]) == [None, "name"]
    assert targets(["id", "昵称"], [["91", "甲"], ["72", "乙"], ["3", "丙"]]) == ["external_id", "name"]


def test_an_address_is_a_link_only_where_it_holds_links():
    assert targets(["昵称", "地址"], [["甲", "https://a.example"], ["乙", "https://b.example"]])[1] == "url"
    assert targets(["昵称", "地址"], [["甲", "北京"], ["乙", "上海"]])[1] == "address"


def test_a_table_of_introductions_alone_takes_them_for_names():
    assert targets(
        ["Introduction", "Address"], [["Blog A", "https://a.example"], ["B 博客", "https://b.example"]]
    ) == [
        "name",
        "url",
    ]
