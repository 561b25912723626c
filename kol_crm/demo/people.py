"""Invented people for the demo: names, what they like, what is said to them."""


def _words(text: str) -> list[str]:
    return text.split()


def _names(text: str) -> list[str]:
    return text.split(",")


SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "单", "仇", "解")
GIVEN = _words(
    "思雨 子墨 一诺 可欣 知夏 明轩 晓棠 繁星 以安 晚晴 书瑶 南枝 小满 青禾 若水 言之 清 野 好 令一 澈 北 "
    "东 翔 健 浩然 梓涵 雨桐 欣怡 俊杰 志远 建国 秀英 丽华 文静 嘉懿 景行 怀瑾 佳宁 星河 望舒 听澜 云舒 "
    "长风 见山 亦凡 沐辰 初一 念慈 安然 乐天 如意 心远 天宇 晨曦 诗涵 宇轩 子轩 梦琪 雅静 海涛 国强 春梅 "
    "冬雪 立秋"
)
FOREIGN = _names(
    "Ava Thompson,Noah Park,Mateus Oliveira,Sofia Rossi,Elena Rossi,Mia Torres,Lucas Meyer,Amara Okafor,"
    "Priya Nair,Tomás Vidal,Chidi Eze,Hana Kim,Ines Duarte,Liam O'Connor,Zoë Müller,Björn Larsen,"
    "Anaïs Dubois,Diego Fernández,Yuki Sato,Haruto Tanaka,Min-jun Lee,Aisha Khan,Omar Haddad,"
    "Nadia Petrova,Ivan Novák,Fatima Zahra,Kwame Mensah,Ingrid Solberg,Marta Kowalska,Luca Bianchi,"
    "Chloe Martin,Ethan Wright,Olivia Brown,Jack Wilson,Isabella Cruz,Rafael Santos,Camila Rojas,"
    "Thiago Costa,Valentina Gómez,Arjun Mehta,Ananya Rao,Siti Rahma,Budi Santoso,Nguyen Minh Anh,"
    "Tran Thi Lan,Somchai Chai,Ploy Siri,Mehmet Yılmaz,Elif Demir,Jonas Weber,Clara Schmidt,Emma Nielsen,"
    "Oscar Lind,Freya Berg,Daniel Cohen,Noa Levi,Grace Mwangi,Peter Njoroge,Zanele Dlamini,Alex Chen"
)
CITIES = (
    ("上海", "Asia/Shanghai"),
    ("北京", "Asia/Shanghai"),
    ("杭州", "Asia/Shanghai"),
    ("成都", "Asia/Shanghai"),
    ("广州", "Asia/Shanghai"),
    ("深圳", "Asia/Shanghai"),
    ("西安", "Asia/Shanghai"),
    ("台北", "Asia/Taipei"),
)
CITIES_ABROAD = (
    ("Singapore", "Asia/Singapore"),
    ("London", "Europe/London"),
    ("Berlin", "Europe/Berlin"),
    ("São Paulo", "America/Sao_Paulo"),
    ("New York", "America/New_York"),
    ("Tokyo", "Asia/Tokyo"),
    ("Nairobi", "Africa/Nairobi"),
)
LIKES_ZH = _words("普洱茶 跑步 铸铁锅 粤剧 越野 乌龙 手账 猫 露营 胶片相机 爵士 陶艺 骑行 独立书店")
LIKES = _names(
    "trail running,pour-over coffee,ceramics,jazz,film cameras,cats,hiking,board games,tea,cycling"
)
DISLIKES_ZH = _words("香菜 花生（过敏） 百合 临时改期 加班电话")
DISLIKES = _names("coriander,peanuts (allergy),lilies,late changes,cold calls")
GOOD_AT_ZH = ("新手训练计划", "内容运营讲座", "一口锅做三道菜", "产品从 0 到 1", "读书会带领", "镜头前的即兴")
GOOD_AT = (
    "beginner training plans",
    "talks on content operation",
    "live Q&A",
    "teaching on camera",
    "long reads",
)
SAID_ZH = (
    "聊了二月的选题，她想先看粉丝年龄数据。",
    "确认下周三直播，时间定在晚上八点。",
    "问了最近的更新节奏，说在准备新系列。",
    "她说另外两个平台也在找她谈春季合作。",
    "把上次的数据发过去了，反馈不错。",
    "讲了新规则的变化，没有异议。",
    "约好月底线下见一面。",
    "提醒了问答活动的截止日期。",
)
SAID = (
    "Talked through the February topics; wants fan ages first.",
    "Confirmed the live session on Wednesday, 8 pm.",
    "Asked about the posting rhythm; a new series is coming.",
    "Two other apps are asking for spring.",
    "Sent last month's figures; well received.",
    "Went through the new rules; no objections.",
    "Agreed to meet in person at the end of the month.",
    "Reminded of the Q&A deadline.",
)
INTRO_ZH = "深耕{field}多年，评论区像一个小课堂。"
INTRO = "Years of {field}; the comments read like a small classroom."
AGENCY_PLACES = (("杭州", "叶思敏"), ("上海", "赵铭"), ("Singapore", "Grace Yip"), ("北京", "胡丽"))
AGENCIES = ("悦动 MCN", "青藤文化", "Northlight Media", "山海经纪", "Blue Harbor Agency")
TAGS = ("春季系列", "可约讲座", "talk", "高潜", "needs figures", "VIP", "老朋友")
# Words by whether the KOL is Chinese: no, yes.
OUTSIDE = ("A rival offers more, and they returned it twice over", "竞品出价更高，而且上季度的回报翻了倍")
WHY_MOVED = (("Figures and persona are in place", "Agreed on the plan"), ("数据和人设都已到位", "方案已谈妥"))
ANOTHER_MATTER = ("Another matter than the last one", "与上次不是一件事")
AGREED = (
    ("First season", "Two videos a month", "5 % of what the course sells", "Monthly, as long as it sells"),
    ("第一季合作", "每月两支视频", "课程销售的 5 %", "按月结算，课程在售一天就有一天"),
)
WHY_LEFT = (("Asked to stop", "No answer for months"), ("主动提出结束合作", "几个月没有回音"))
REVIEWED = (
    ("Steady; next look as usual.", "Exposure first, then a new topic."),
    ("节奏稳定，按期再看。", "先给曝光，再换选题。"),
)
PLANS = (("Autumn series", "First month", "Spring opening"), ("秋季系列", "首月激励", "问答计划"))
