"""The account that a profile link names."""

import re

# Platform → its profile links; `id` is the platform's own id, `handle` the account's name there.
PROFILE_LINKS = {
    "bilibili": (r"space\.bilibili\.com/(?P<id>\d+)",),
    "weibo": (r"weibo\.(?:com|cn)/u/(?P<id>\d+)", r"weibo\.com/(?:n/)?(?P<handle>[\w-]+)"),
    "douyin": (r"douyin\.com/user/(?P<id>[\w-]+)",),
    "kuaishou": (r"kuaishou\.com/profile/(?P<id>[\w-]+)",),
    "xiaohongshu": (r"xiaohongshu\.com/user/profile/(?P<id>\w+)",),
    "zhihu": (r"zhihu\.com/(?:people|org)/(?P<handle>[\w.-]+)",),
    "youtube": (r"youtube\.com/channel/(?P<id>UC[\w-]+)", r"youtube\.com/(?:@|c/|user/)(?P<handle>[\w.-]+)"),
    "instagram": (r"instagram\.com/(?!(?:p|reel|explore)/)(?P<handle>[\w.]+)",),
    "tiktok": (r"tiktok\.com/@(?P<handle>[\w.]+)",),
    "x": (r"(?:twitter|x)\.com/(?!i/)(?P<handle>\w+)",),
    "twitch": (r"twitch\.tv/(?P<handle>\w+)",),
    # A blog or a podcast is its own address.
    "other": (r"(?P<handle>[^?#]+?)/?(?:[?#].*)?$",),
    "podcast": (r"(?P<handle>[^?#]+?)/?(?:[?#].*)?$",),
}
BEFORE_HOST = re.compile(r"(?:https?:)?//(?:www\.|m\.|mobile\.)?|www\.", re.IGNORECASE)


def account_in_link(link: str, platform: str) -> tuple[str, str]:
    """(external id, handle) that a link names on this platform; both empty where it names none."""
    address = link.strip()
    if found := BEFORE_HOST.match(address):
        address = address[found.end() :]
    for pattern in PROFILE_LINKS.get(platform, ()):
        if found := re.match(pattern, address):
            named = found.groupdict()
            return named.get("id") or "", named.get("handle") or ""
    return "", ""
