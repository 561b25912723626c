"""What a heading says: Chinese and English words for each target, and the platform a heading may name."""

import re
import unicodedata
from dataclasses import dataclass

from profiles.importing.cells import UNITS

PLATFORM_WORDS = {
    "own": (),
    "weibo": ("weibo", "微博"),
    "douyin": ("douyin", "抖音"),
    "zhihu": ("zhihu", "知乎"),
    "bilibili": ("bilibili", "b站", "哔哩哔哩"),
    "xiaohongshu": ("xiaohongshu", "xhs", "小红书"),
    "wechat_oa": ("微信公众号", "公众号"),
    "kuaishou": ("kuaishou", "快手"),
    "youtube": ("youtube", "yt", "油管"),
    "instagram": ("instagram", "ig", "insta"),
    "tiktok": ("tiktok",),
    "x": ("twitter", "推特"),
    "twitch": ("twitch",),
    "podcast": ("播客",),
    "other": (),
}

CONTACTS = ("phone", "wechat", "mail", "address")
NAME_PARTS = ("name_prefix", "name_given", "name_middle", "name_family", "name_suffix")
# What a heading means where its values contradict the first meaning.
ELSE = {"address": "address", "地址": "address", "note": "remark", "notes": "remark", "likes": "tastes"}
STOCKS = frozenset({"followers", "following", "posts_total"})
AVERAGES = frozenset(
    {"likes_avg", "comments_avg", "views_avg", "interactions_avg", "interactions_avg_authentic"}
)
FLOWS = frozenset({"growth", "interactions"})
# What these count depends on the table: within its period where it has one, over all time where not.
COUNTS = frozenset({"posts", "views", "likes", "coins", "comments", "danmaku", "shares", "favourites"})
INTERACTION_PARTS = frozenset({"likes", "coins", "comments", "danmaku", "shares", "favourites"})
FIGURES = STOCKS | AVERAGES | FLOWS | COUNTS

# "identity" is a heading that may stand over handles or over names: the values decide (columns.py).
ADDRESS_PARTS = (
    *("street", "address", "city", "town", "state", "region", "zip", "zipcode", "zip code", "postal code"),
    *("country", "country region", "po box", "extended address"),
)
WORDS_OF_TARGET = {
    "external_id": (
        "id, uid, mid, user id, account id, channel id, creator id, author id, kol id, sec uid, "
        "external id, 用户id, 账号id, 帐号id, 频道id, 作者id, 达人id, 博主id, up主id, 主播id"
    ),
    "handle": (
        "handle, username, user name, screen name, login, login name, profile name, at, 号, 用户名, "
        "账户, 账号名, 帐号名, 达人号"
    ),
    "name": (
        "display name, nickname, nick name, nick, full name, real name, kol, kol name, 昵称, 名称, "
        "姓名, 名字, 达人, 达人昵称, 达人名称, 达人名, 博主, 博主昵称, 博主名称, 博主名, up主, "
        "up主昵称, up主名称, 主播, 主播昵称, 主播名称, 作者, 作者昵称, 作者名称, 账号昵称, 用户昵称, "
        "公众号, 公众号名称, 微信公众号, 频道名称, 媒体名称, 播客名称, kol名称, kol昵称"
    ),
    "identity": (
        "name, channel, channel name, youtuber, youtuber name, influencer, influencer name, creator, "
        "creator name, account, account name, streamer, streamer name, blogger, user, author, "
        "author name, podcast, 账号, 帐号, 账号名称, 帐号名称, 频道"
    ),
    "url": (
        "url, link, profile url, profile link, account link, channel url, channel link, homepage, "
        "home page, website, web site, address, site, 链接, 主页, 主页链接, 主页地址, 账号链接, "
        "空间, 空间链接, 个人主页, 达人主页, 网址, 地址"
    ),
    "fields": (
        "category, categories, primary genre name, field, niche, topic, topics, genre, vertical, tag, tags, "
        "content category, "
        "content type, 领域, 创作领域, 内容领域, 分类, 类别, 类型, 内容类型, 内容分类, 垂类, 赛道, "
        "分区, 标签, 达人类型, 达人领域, 账号类型, 频道分类"
    ),
    "title": "title, credential, verification, up主标签, 认证, 认证信息, 头衔, 身份, 职业, 达人认证",
    "introduction": (
        "introduction, description, bio, about, intro, 简介, 介绍, 个人简介, 账号简介, 个性签名, "
        "签名, 描述"
    ),
    "country": "country, nation, country region, region, 国家, 地区, 国家地区",
    "audience_country": "audience country, main audience country, 受众国家, 粉丝国家, 受众地区",
    "language": "language, lang, 语言, 语种",
    "city": "city, 城市, 所在城市",
    "gender": "gender, sex, 性别",
    "date": (
        "date, day, as of, snapshot date, data date, 时间, 日期, 统计日期, 统计时间, 数据日期, "
        "数据时间, 抓取时间, 采集时间, 更新时间"
    ),
    "period": "period, period type, ranking type, list type, 榜单类型, 榜单, 周期, 统计周期, 榜单周期",
    "file": "file id, kol file, kol file id, 档案id, 档案编号",
    "name_given": "first name, given name, forename, 名",
    "name_family": "last name, family name, surname, 姓, 姓氏",
    "name_middle": "middle name, additional name",
    "name_prefix": "name prefix",
    "name_suffix": "name suffix, suffix",
    "name_other": "name in other scripts, english name, chinese name, 英文名, 中文名, 外文名",
    "alias": "alias, aka, also known as, 别名, 花名, 别称, 艺名",
    "phone": (
        "phone, tel, telephone, mobile, mobile phone, cell, cell phone, phone number, mobile number, "
        "home phone, work phone, work number, business phone, company main phone, primary phone, "
        "other phone, car phone, home mobile, work mobile, 电话, 手机, 手机号, 手机号码, 电话号码, 联系电话"
    ),
    "wechat": "wechat, wechat id, weixin, wx, 微信, 微信号, 微信id",
    "mail": (
        "mail, e mail, email, email address, e mail address, primary email, secondary email, "
        "email home, email work, email other, 邮箱, 电子邮箱, 邮件, 邮箱地址, 电子邮件"
    ),
    "address": (
        "postal address, mailing address, address formatted, shipping address, 收货地址, 通讯地址, "
        "联系地址, 邮寄地址, 详细地址, 住址, 家庭住址"
    ),
    "address_part": ", ".join(
        [
            f"{place} {part}"
            for place in ("home", "work", "business", "other", "address")
            for part in ADDRESS_PARTS
            if (place, part) != ("address", "address")
        ]
    ),
    "birthday": (
        "birthday, birth date, date of birth, birth day date, born, dob, bday, 生日, 出生日期, 出生年月, "
        "出生年月日"
    ),
    "lunar_birthday": "lunar birthday, 农历生日, 阴历生日",
    "birth_year": "birth year, year of birth, 出生年, 出生年份",
    "birth_month": "birth month, month of birth",
    "birth_day": "birth day, day of birth",
    "job": "job title, occupation, role, organization title, job, profession, 职位, 职务",
    "organization": "organization, organization name, company, company name, employer, 公司, 单位, 公司名称",
    "agency": (
        "agency, mcn, mcn agency, agency name, management company, 机构, 经纪公司, 所属机构, mcn机构, "
        "签约机构, 机构名称"
    ),
    "tags": "group membership, group, label, team tag, 分组, 团队标签",
    "remark": "remark, memo, 备注, 说明",
    "good_at": "good at, especially good at, strength, skill, 擅长, 特长",
    "how_met": "how we met, how met, 认识方式, 如何认识, 结识方式",
    "tastes": "hobby, hobbies, interest, 爱好, 喜好, 兴趣, 兴趣爱好",
    "dislikes": "dislike, dislikes, 不喜欢, 忌讳, 讨厌",
    "character": "character, personality, 性格",
    "family": "family, 家庭, 家庭情况",
    "zone": "time zone, timezone, 时区",
    # What an export tells beside facts (exporting/columns.py): the software keeps it itself.
    "kept_here": (
        "stage, days in stage, stage days, level, kol type, owner, team, verdict, last touch, "
        "stay in touch every days, touch interval, next due, due for, own followers, "
        "own followers change in days, own followers change, bond, risk, created, quiet mark, stop, "
        "阶段, 在本阶段天数, 量级, kol类型, 负责人, 团队, 经营判断, 上次联系, 保持联系间隔天, 下次到期, "
        "到期事项, 本平台粉丝数, 本平台粉丝90天变化, 绑定度, 流失风险, 建档日期, 静默标记, 叫停"
    ),
    "rank": (
        "rank, ranking, position, s no, no, nr, sr no, serial, #, index, 排名, 名次, 排行, 序号, "
        "编号"
    ),
    "followers": (
        "follower, subscriber, fan, sub, follower total, subscriber total, 粉丝, 粉丝数, 粉丝量, "
        "粉丝总数, 粉丝数量, 总粉丝, 总粉丝数, 关注者, 关注者数, 订阅, 订阅数, 订阅者, 订阅者数, "
        "订阅量"
    ),
    "following": "following, followings, followee, 关注, 关注数, 正在关注",
    "posts": (
        "post, posts total, video, upload, tweet, article, note, media, 作品, 作品数, 笔记, 笔记数, "
        "视频数, 稿件数, 文章数, 投稿, 投稿数, 投稿视频数, 发文数, 发布数, 发布作品数, 微博数, "
        "推文数"
    ),
    "views": (
        "view, views total, play, play total, 播放, 播放数, 播放量, 总播放, 总播放量, 阅读, 阅读数, "
        "阅读量, 总阅读, 浏览量, 观看数"
    ),
    "likes": "like, 点赞, 点赞数, 点赞量, 获赞, 获赞数, 总点赞, 总点赞数, 赞, 赞数",
    "coins": "coin, 投币, 投币数",
    "comments": "comment, 评论, 评论数, 评论量",
    "danmaku": "danmaku, 弹幕, 弹幕数",
    "shares": "share, repost, retweet, 分享, 分享数, 转发, 转发数",
    "favourites": "favourite, favorite, save, bookmark, 收藏, 收藏数",
    "growth": (
        "growth, follower gained, follower growth, subscriber gained, subscriber growth, "
        "new follower, net growth, 涨粉, 涨粉数, 涨粉量, 净增粉丝, 新增粉丝, 新增粉丝数, 粉丝增量, "
        "粉丝增长, 粉丝增长数"
    ),
    "interactions": "interaction, engagement, 互动, 互动数, 互动量, 总互动, 总互动量",
    "likes_avg": "like avg, like per post, like per video, 平均点赞, 平均点赞数, 均赞, 篇均点赞, 平均获赞",
    "comments_avg": "comment avg, comment per post, comment per video, 平均评论, 平均评论数, 均评, 篇均评论",
    "views_avg": (
        "view avg, play avg, view per post, view per video, 平均播放, 平均播放数, 平均播放量, 均播, "
        "平均阅读, 平均阅读数, 平均阅读量, 篇均阅读"
    ),
    "interactions_avg": (
        "engagement avg, interaction avg, engagement per post, interaction per post, 平均互动, "
        "平均互动数, 平均互动量, 篇均互动, 均互动"
    ),
    "interactions_avg_authentic": "authentic engagement, authentic engagement avg, 真实互动, 平均真实互动",
}  # fmt: skip

SAME_WORD = {
    "average": "avg", "mean": "avg", "eng": "engagement", "auth": "authentic", "subs": "subscriber",
    "sub": "subscriber", "fans": "fan", "tags": "tag",
}  # fmt: skip
EMPTY_WORDS = frozenset({"count", "number", "value", "of", "the", "amount"})
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class Meaning:
    """`target` None: not understood. `platform`: the one that it names. `unit`: what its cells count in.

    `group` tells parts of one address from those of another.
    """

    target: str | None
    platform: str | None
    unit: int
    group: str = ""


def meaning(heading: str) -> Meaning:
    """Understand one heading, whatever its case, line breaks, brackets, numbering and order of words."""
    text = " ".join(unicodedata.normalize("NFKC", heading).casefold().split())
    platform, rest = _platform(text)
    bare = IN_BRACKETS.sub(" ", text)
    apart = CAMEL.sub(" ", heading).casefold()  # avgPlayCount
    keys = (_key(text), _key(rest), _key(bare), _key(_platform(bare)[1]), _key(apart))
    target = next((TARGET_OF_KEY[key] for key in keys if key in TARGET_OF_KEY), None)
    unit = next((UNITS[found] for found in IN_BRACKETS.findall(text) if found in UNITS), 1)
    group = "".join(re.findall(r"home|work|business|other|\d+", text)) if target else ""
    return Meaning(target, platform, unit, group)


def _platform(text: str) -> tuple[str | None, str]:
    for platform, words in PLATFORM_WORDS.items():
        for word in words:
            found = re.search(rf"\b{word}\b" if word.isascii() else word, text, re.ASCII)
            if found:
                return platform, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _key(text: str) -> tuple[str, ...]:
    """The words of a heading without order, number and plural; Chinese as one word."""
    if CJK.search(text):
        return ("".join(re.findall(r"[^\W_]+", text)),)
    words = re.findall(r"[^\W\d_]+|#", text)
    singular = (word[:-1] if len(word) > 4 and word.endswith("s") else word for word in words)
    return tuple(sorted(SAME_WORD.get(word, word) for word in singular if word not in EMPTY_WORDS))


TARGET_OF_KEY = {
    _key(words.strip()): target for target, listed in WORDS_OF_TARGET.items() for words in listed.split(",")
}
TARGET_OF_KEY.pop((), None)
