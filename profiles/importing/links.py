"""The account that a profile link in a table names."""

import re

from profiles.rules import link as links

BEFORE_HOST = re.compile(r"(?:https?:)?//(?:www\.|m\.|mobile\.)?|www\.", re.IGNORECASE)
BY_ADDRESS = ("other", "podcast")


def account_in_link(link: str, platform: str, own: str = "") -> tuple[str, str]:
    """(external id, handle) that a link names on this platform; both empty where it names none.

    A blog, or a podcast of a host that is not known, is its own address.
    """
    try:
        named = links.read(link, own)
    except links.Unresolved:
        named = None
    if named is not None and named.platform == platform:
        return named.external_id, named.handle
    if platform not in BY_ADDRESS:
        return "", ""
    address = link.strip()
    if found := BEFORE_HOST.match(address):
        address = address[found.end() :]
    return "", re.split(r"[?#]", address)[0].rstrip("/")
