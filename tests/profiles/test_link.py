"""A pasted profile link names platform and account, of every channel of DOMAIN 3.3."""

import pytest

from profiles.rules.link import Named, Unresolved, holds_link, read

OWN = "https://here.example/u/{handle}"

NAMED = [
    ("https://weibo.com/u/1669879400", "weibo", "1669879400", ""),
    ("https://m.weibo.cn/u/1669879400?jumpfrom=weibocom", "weibo", "1669879400", ""),
    ("https://m.weibo.cn/profile/1669879400", "weibo", "1669879400", ""),
    ("https://weibo.com/1669879400", "weibo", "1669879400", ""),
    ("weibo.com/1669879400/Nq3kX9abc", "weibo", "1669879400", ""),
    ("https://weibo.com/p/1005051669879400/home", "weibo", "1669879400", ""),
    ("https://weibo.com/n/李子柒", "weibo", "", "李子柒"),
    ("https://weibo.com/n/%E6%9D%8E%E5%AD%90%E6%9F%92", "weibo", "", "李子柒"),
    ("https://weibo.com/dearliziqi", "weibo", "", "dearliziqi"),
    ("https://www.douyin.com/user/MS4wLjABAAAA-x_9?vid=1", "douyin", "MS4wLjABAAAA-x_9", ""),
    ("https://www.iesdouyin.com/share/user/123?sec_uid=MS4wLjAB&from=app", "douyin", "MS4wLjAB", ""),
    ("https://www.iesdouyin.com/share/user/9876543", "douyin", "9876543", ""),
    (
        "长按复制此条消息，打开抖音搜索，抖音号：cook_lin8 https://v.douyin.com/iJx/",
        "douyin",
        "",
        "cook_lin8",
    ),
    ("7.43 看看她 https://www.douyin.com/user/MS4wAB，很会做饭", "douyin", "MS4wAB", ""),
    ("https://www.zhihu.com/people/zhang-jia-wei/posts", "zhihu", "", "zhang-jia-wei"),
    ("https://www.zhihu.com/org/kexue", "zhihu", "", "kexue"),
    ("https://space.bilibili.com/697166795/dynamic", "bilibili", "697166795", ""),
    ("https://m.bilibili.com/space/697166795", "bilibili", "697166795", ""),
    ("//space.bilibili.com/12", "bilibili", "12", ""),
    (
        "https://www.xiaohongshu.com/user/profile/5ff0e6410000000001008400?xsec_token=A&m_source=pc",
        "xiaohongshu",
        "5ff0e6410000000001008400",
        "",
    ),
    ("小红书号：95123456", "xiaohongshu", "", "95123456"),
    (
        "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzI1NjA0MDg2Mw==#wechat_redirect",
        "wechat_oa",
        "MzI1NjA0MDg2Mw==",
        "",
    ),
    ("https://mp.weixin.qq.com/s?__biz=MzI1NjA0MDg2Mw==&mid=26&idx=1", "wechat_oa", "MzI1NjA0MDg2Mw==", ""),
    ("https://www.kuaishou.com/profile/3xabcdefg", "kuaishou", "3xabcdefg", ""),
    ("https://live.kuaishou.com/u/KPL704668133", "kuaishou", "KPL704668133", ""),
    ("https://www.youtube.com/@Some.One/videos", "youtube", "", "Some.One"),
    ("https://m.youtube.com/@%E6%9D%8E%E5%AD%90%E6%9F%92", "youtube", "", "李子柒"),
    ("https://youtube.com/channel/UCoC47do520os_4DBMEFGg4A", "youtube", "UCoC47do520os_4DBMEFGg4A", ""),
    ("youtube.com/c/cnliziqi", "youtube", "", "cnliziqi"),
    ("https://www.instagram.com/some.one/?igsh=MzRl", "instagram", "", "some.one"),
    ("https://www.instagram.com/stories/some.one/3123/", "instagram", "", "some.one"),
    ("https://www.tiktok.com/@some.one?is_from_webapp=1", "tiktok", "", "some.one"),
    ("https://www.tiktok.com/@some.one/video/7123", "tiktok", "", "some.one"),
    ("https://x.com/jack", "x", "", "jack"),
    ("https://twitter.com/jack/status/20", "x", "", "jack"),
    ("mobile.twitter.com/jack", "x", "", "jack"),
    ("https://x.com/i/user/12", "x", "12", ""),
    ("https://twitter.com/intent/user?screen_name=jack", "x", "", "jack"),
    ("https://www.twitch.tv/ninja", "twitch", "", "ninja"),
    ("https://m.twitch.tv/ninja/about", "twitch", "", "ninja"),
    (
        "https://podcasts.apple.com/cn/podcast/name/id1493503146",
        "podcast",
        "podcasts.apple.com/id1493503146",
        "",
    ),
    (
        "https://www.xiaoyuzhoufm.com/podcast/60de7c003dd577b40d5a40f3",
        "podcast",
        "xiaoyuzhoufm.com/60de7c003dd577b40d5a40f3",
        "",
    ),
    (
        "https://open.spotify.com/show/4rOoJ6Egrf8K2IrywzwOMk?si=x",
        "podcast",
        "open.spotify.com/4rOoJ6Egrf8K2IrywzwOMk",
        "",
    ),
    ("https://here.example/u/lin-lan?tab=posts", "own", "", "lin-lan"),
    ("www.here.example/u/lin-lan", "own", "", "lin-lan"),
]
NAMES_NOBODY = [
    ("https://v.douyin.com/iJxAbc/", "douyin"),
    ("2.53 Y@M.Jv 复制打开抖音，看看【林岚的作品】 https://v.douyin.com/iJxAbc/ 06/12", "douyin"),
    ("https://www.douyin.com/video/7123", "douyin"),
    ("https://b23.tv/abc", "bilibili"),
    ("https://www.bilibili.com/video/BV1xx", "bilibili"),
    ("http://xhslink.com/a/b", "xiaohongshu"),
    ("https://www.xiaohongshu.com/explore/64", "xiaohongshu"),
    ("https://mp.weixin.qq.com/s/AbCdEf", "wechat_oa"),
    ("https://v.kuaishou.com/abc", "kuaishou"),
    ("https://youtu.be/dQw4w9WgXcQ", "youtube"),
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube"),
    ("https://www.instagram.com/p/Cabc/", "instagram"),
    ("https://www.instagram.com/reel/Cabc/", "instagram"),
    ("https://vm.tiktok.com/ZM/", "tiktok"),
    ("https://t.co/abc", "x"),
    ("https://x.com/home", "x"),
    ("https://t.cn/A6", "weibo"),
    ("https://m.weibo.cn/status/4900", "weibo"),
    ("https://zhuanlan.zhihu.com/p/12", "zhihu"),
    ("https://www.twitch.tv/videos/12", "twitch"),
    ("https://www.xiaoyuzhoufm.com/episode/64", "podcast"),
]


@pytest.mark.parametrize(("text", "platform", "external_id", "handle"), NAMED)
def test_a_link_names_platform_and_account(text, platform, external_id, handle):
    named = read(text, OWN)
    assert (named.platform, named.external_id, named.handle) == (platform, external_id, handle)
    assert holds_link(text)


@pytest.mark.parametrize(("text", "platform"), NAMES_NOBODY)
def test_a_short_link_or_a_post_is_told_and_not_guessed(text, platform):
    with pytest.raises(Unresolved) as refusal:
        read(text, OWN)
    assert refusal.value.platform == platform
    assert str(refusal.value)


@pytest.mark.parametrize(
    "text", ["林岚", "@linlan", "1.2万", "a/b", "", "138 0013 8000", "lin@mail.example", "half/life"]
)
def test_what_holds_no_link_names_nobody(text):
    assert read(text, OWN) is None
    assert not holds_link(text)


def test_a_link_elsewhere_is_an_account_by_its_address_only_where_that_is_asked():
    assert read("https://blog.example.org/lin/?ref=1") is None
    found = read("https://blog.example.org/lin/?ref=1", any_host=True)
    assert found == Named("other", handle="blog.example.org/lin", url="https://blog.example.org/lin/?ref=1")


def test_own_profiles_may_go_by_id_and_without_a_pattern_there_are_none():
    assert read("https://here.example/p/77/posts", "here.example/p/{id}").external_id == "77"
    assert read("https://here.example/u/lin-lan", "") is None
    assert read("https://here.example/u/lin-lan", "https://here.example/u/") is None


def test_what_only_tracks_who_shared_it_is_not_kept():
    assert read("https://www.instagram.com/some.one/?igsh=MzRl").url == "https://www.instagram.com/some.one/"


def test_an_account_longer_than_a_handle_may_be_is_none():
    with pytest.raises(Unresolved):
        read(f"https://www.youtube.com/@{'x' * 121}")
