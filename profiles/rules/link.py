"""Which account a pasted link names, of every channel of DOMAIN 3.3. Pure: nothing is fetched.

Short links (v.douyin.com, b23.tv) can only be resolved by their platform: they are told apart, not guessed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _

LONGEST = 2000
LONGEST_NAME = 120
OWN, OTHER, PODCAST = "own", "other", "podcast"
HOST = r"(?:[a-z0-9-]+\.)+[a-z]{2,}"
WITH_SCHEME = re.compile(r"https?://\S+", re.IGNORECASE)
BARE = re.compile(rf"(?<![\w.@/-])(?://)?{HOST}/\S+", re.IGNORECASE)
# Where a link stands in a sentence, Chinese text or closing marks follow it without a blank.
AFTER = re.compile(r"[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff<>\"'()\[\]{}]")
TRAILING = ".,;:!?、。，；：！？）】》」』)]}>\"'"
# "抖音号：abc123" in a share text names the account even where its link does not.
LABELLED = {
    "douyin": re.compile(r"抖音号\s*[:：]\s*@?([\w.-]+)"),
    "kuaishou": re.compile(r"快手(?:号|ID)\s*[:：]\s*@?([\w.-]+)", re.IGNORECASE),
    "xiaohongshu": re.compile(r"小红书号\s*[:：]\s*@?([\w.-]+)"),
}


@dataclass(frozen=True)
class Named:
    """An account as a link names it: by the platform's own id, or by its handle there; ``url`` to keep."""

    platform: str
    external_id: str = ""
    handle: str = ""
    url: str = ""


class Unresolved(ValueError):
    """A link of a known platform that names no account: shortened, or of a post. Says so in words."""

    def __init__(self, platform: str, message: str):
        super().__init__(message)
        self.platform = platform


@dataclass(frozen=True)
class _Site:
    """One platform's hosts: ``profiles`` are paths that name an account (groups ``id``, ``handle``).

    ``none``: paths that the last of them would take for a handle. ``short``: hosts of shortened links.
    """

    platform: str
    hosts: str
    profiles: tuple[str, ...]
    none: str = ""
    short: str = ""


WORD = r"[^/?#]+"
SITES = (
    _Site("bilibili", r"space\.bilibili\.com", (r"/(?P<id>\d+)",)),
    _Site(
        "bilibili", r"(?:m\.|www\.)?bilibili\.com", (r"/space/(?P<id>\d+)",), short=r"b23\.tv|bili2233\.cn"
    ),
    _Site(
        "weibo",
        r"(?:www\.|m\.)?weibo\.(?:com|cn)",
        (
            r"/(?:u|profile)/(?P<id>\d+)",
            r"/p/10\d{4}(?P<id>\d{5,})",
            r"/n/(?P<handle>[^/?#]+)",
            r"/(?P<id>\d{5,})(?:/\w+)?/?$",
            r"/(?P<handle>[\w-]{4,})/?$",
        ),
        none=r"/(?:status|detail|tv|ttarticle|search|hot|login|p|newlogin|signup)\b",
        short=r"t\.cn",
    ),
    _Site(
        "douyin",
        r"(?:www\.|m\.)?(?:douyin|iesdouyin)\.com",
        (r"/user/(?P<id>[\w-]+)", r"/share/user/(?P<id>[\w-]+)"),
        short=r"v\.douyin\.com|v\.iesdouyin\.com",
    ),
    _Site(
        "kuaishou",
        r"(?:www\.|m\.|live\.|c\.)?(?:kuaishou|gifshow|chenzhongtech)\.com",
        (r"/(?:fw/user|profile|u|user)/(?P<id>[\w-]+)",),
        short=r"v\.kuaishou\.com|v\.kuaishouapp\.com",
    ),
    _Site(
        "xiaohongshu",
        r"(?:www\.|m\.)?xiaohongshu\.com",
        (r"/user/profile/(?P<id>\w+)",),
        short=r"xhslink\.com",
    ),
    _Site("zhihu", r"(?:www\.|m\.)?zhihu\.com", (r"/(?:people|org)/(?P<handle>[\w.-]+)",)),
    _Site("zhihu", r"zhuanlan\.zhihu\.com", ()),
    _Site("wechat_oa", r"mp\.weixin\.qq\.com", ()),
    _Site(
        "youtube",
        r"(?:www\.|m\.|music\.)?youtube\.com",
        (r"/channel/(?P<id>UC[\w-]+)", rf"/@(?P<handle>{WORD})", rf"/(?:c|user)/(?P<handle>{WORD})"),
        short=r"youtu\.be",
    ),
    _Site(
        "instagram",
        r"(?:www\.|m\.)?(?:instagram\.com|instagr\.am)",
        (r"/stories/(?!highlights)(?P<handle>[\w.]+)", r"/(?P<handle>[\w.]+)"),
        none=r"/(?:p|reels?|explore|tv|accounts|share|direct|stories)\b",
    ),
    _Site(
        "tiktok",
        r"(?:www\.|m\.)?tiktok\.com",
        (r"/@(?P<handle>[\w.]+)",),
        short=r"v[mt]\.tiktok\.com",
    ),
    _Site(
        "x",
        r"(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com",
        (r"/i/user/(?P<id>\d+)", r"/(?P<handle>\w{1,30})"),
        none=r"/(?:i|home|search|intent|share|hashtag|explore|settings|messages|notifications|login)\b",
        short=r"t\.co",
    ),
    _Site(
        "twitch",
        r"(?:www\.|m\.|go\.)?twitch\.tv",
        (r"/(?P<handle>\w+)",),
        none=r"/(?:videos|directory|settings|downloads|p|clip|search)\b",
        short=r"clips\.twitch\.tv",
    ),
    # A podcast goes by its address: the shows of all hosts stand beside one another.
    _Site(PODCAST, r"podcasts\.apple\.com", (r"/(?:.*/)?(?P<id>id\d+)",)),
    _Site(PODCAST, r"(?:www\.)?xiaoyuzhoufm\.com", (r"/podcast/(?P<id>\w+)",)),
    _Site(PODCAST, r"open\.spotify\.com", (r"/(?:intl-\w+/)?show/(?P<id>\w+)",), short=r"spotify\.link"),
    _Site(PODCAST, r"(?:www\.|m\.)?ximalaya\.com", (r"/album/(?P<id>\d+)", r"/\w+/(?P<id>\d+)")),
    _Site(PODCAST, r"music\.163\.com", ()),
)


def read(text: str, own: str = "", *, any_host: bool = False) -> Named | None:
    """The account that the first link in ``text`` names; None where it holds no link that is known.

    ``own``: the addresses of profiles on the own platform, as ``https://here.example/u/{handle}`` or
    ``{id}``. ``any_host``: a link elsewhere is an account on another channel, by its address.
    Raises ``Unresolved`` for a short link or a post, unless the text says the handle beside it.
    """
    refusal: Unresolved | None = None
    elsewhere: Named | None = None
    for link in _links(text[:LONGEST]):
        try:
            named = _own(link, own) or _site(link)
        except Unresolved as error:
            refusal = refusal or error
            continue
        if named is not None:
            return named
        elsewhere = elsewhere or _address(link)
    for platform, pattern in LABELLED.items():
        if found := pattern.search(text):
            return Named(platform, handle=found[1])
    if refusal is not None:
        raise refusal
    return elsewhere if any_host else None


def holds_link(text: str) -> bool:
    """Whether ``text`` looks as if a link stood in it: cheap, asked at each search."""
    return ("/" in text and bool(WITH_SCHEME.search(text) or BARE.search(text))) or any(
        pattern.search(text) for pattern in LABELLED.values() if "号" in text or "ID" in text
    )


def _links(text: str) -> Iterator[str]:
    found = [*WITH_SCHEME.finditer(text)] or [*BARE.finditer(text)]
    for one in found:
        link = one[0].removeprefix("//")
        link = link if "://" in link else f"https://{link}"
        yield _trimmed(link)


def _trimmed(link: str) -> str:
    """Without what follows it in the sentence; a path may be Chinese where handles are (weibo.com/n/…)."""
    start = link.find("/n/") if "weibo" in link else link.find("/@")
    begin = start + 3 if start > 0 else 0
    cut = (
        re.search(r"[\u3000-\u303f\uff00-\uffef<>\"'()\[\]{}]", link[begin:]) if begin else AFTER.search(link)
    )
    return (link[: begin + cut.start()] if cut else link).rstrip(TRAILING)


def _own(link: str, own: str) -> Named | None:
    """By the pattern that the installation gives; scheme and ``www.`` make no difference."""
    if not own or ("{id}" not in own and "{handle}" not in own):
        return None
    pattern = re.escape(_bare(own))
    for name in ("id", "handle"):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), rf"(?P<{name}>[^/?#]+)", 1)
    found = re.match(rf"{pattern}(?:[/?#]|$)", _bare(link))
    if found is None:
        return None
    return _named(OWN, found, link)


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?:)?(?://)?(?:www\.)?", "", link, flags=re.IGNORECASE)


def _site(link: str) -> Named | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    known = ""
    for site in SITES:
        if site.short and re.fullmatch(site.short, host):
            raise Unresolved(site.platform, _short())
        if not re.fullmatch(site.hosts, host):
            continue
        known = site.platform
        if by_query := _QUERIES.get(site.platform, lambda _path, _query: None)(
            parts.path, parse_qs(parts.query)
        ):
            return Named(site.platform, by_query.get("id", ""), by_query.get("handle", ""), _kept(link))
        for place, pattern in enumerate(site.profiles, start=1):
            is_last = place == len(site.profiles)
            if is_last and site.none and re.match(site.none, parts.path):
                continue
            if found := re.match(pattern, parts.path):
                return _named(site.platform, found, link, host)
    if known:
        raise Unresolved(known, _("This link names no profile: copy the link of the profile page instead."))
    return None


def _named(platform: str, found: re.Match[str], link: str, host: str = "") -> Named | None:
    groups = {name: unquote(value) for name, value in found.groupdict().items() if value}
    external_id, handle = groups.get("id", ""), groups.get("handle", "").removeprefix("@")
    if platform == PODCAST:
        external_id = f"{host.removeprefix('www.').removeprefix('m.')}/{external_id}"
    if not (external_id + handle).isprintable():  # %00 and its like, which no account is called
        raise Unresolved(
            platform, _("This link names no profile: copy the link of the profile page instead.")
        )
    if max(len(external_id), len(handle)) > LONGEST_NAME:
        raise Unresolved(platform, _("The name in this link is longer than an account's may be."))
    return Named(platform, external_id, handle, _kept(link))


def _kept(link: str) -> str:
    """The link without what only tracks who shared it; of WeChat's all, for its query names the account."""
    return link[:300] if "__biz" in link else re.split(r"[?#]", link)[0][:300]


def _address(link: str) -> Named | None:
    address = re.split(r"[?#]", _bare(link))[0].rstrip("/")
    return Named(OTHER, handle=address, url=link[:300]) if 0 < len(address) <= LONGEST_NAME else None


def _short() -> str:
    return _(
        "A short link can only be resolved by its platform: open it and copy the address of the profile page."
    )


Query = dict[str, list[str]]


def _wechat(_path: str, query: Query) -> dict[str, str] | None:
    """An account is its ``__biz``, which its home page and long article links carry."""
    biz = query.get("__biz", [""])[0]
    return {"id": biz} if biz else None


def _douyin(path: str, query: Query) -> dict[str, str] | None:
    """``/share/user/<number>?sec_uid=…``: the second is what its profile page goes by."""
    sec = query.get("sec_uid", [""])[0] if path.startswith("/share/user/") else ""
    return {"id": sec} if sec else None


def _x(path: str, query: Query) -> dict[str, str] | None:
    name = query.get("screen_name", [""])[0] if path.startswith("/intent") else ""
    return {"handle": name} if re.fullmatch(r"\w{1,30}", name) else None


_QUERIES: dict[str, Callable[[str, Query], dict[str, str] | None]] = {
    "wechat_oa": _wechat,
    "douyin": _douyin,
    "x": _x,
}
