"""The posts that a data sheet names, checked as one set (DOMAIN 5.5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from lifecycle.models import DataSheet
from lifecycle.rules import best_post
from profiles.models import Kol

FACTS = ("title", "url", "on", *best_post.FIGURES, "as_of")
MOST, LONGEST_TITLE, LONGEST_URL, GREATEST = 10, 200, 300, 10**12
Given = Sequence[Mapping[str, Any]]
is_link = URLValidator(schemes=("http", "https"))


def checked(given: Given, day: date) -> list[dict[str, Any]]:
    """JSON-ready, most interactions first. ``as_of``: the day of the figures, ``day`` where none is given.

    Raises ``ValidationError`` keyed ``best`` or ``best.0.url``.
    """
    if len(given) > MOST:
        raise ValidationError({"best": _("At most %(most)d posts.") % {"most": MOST}})
    problems: dict[str, str] = {}
    links: set[str] = set()
    for place, post in enumerate(given):
        wrong = _problems(post, day)
        if (link := post.get("url")) and link in links:
            wrong.setdefault("url", _("The same post stands twice."))
        links.add(link or "")
        problems |= {f"best.{place}.{name}": words for name, words in wrong.items()}
    if problems:
        raise ValidationError(problems)
    return best_post.ordered([_plain(post, day) for post in given])


def _problems(post: Mapping[str, Any], day: date) -> dict[str, str]:
    found = {name: _("There is no such field.") for name in set(post) - set(FACTS)}
    link, on, as_of = (post.get(name) for name in ("url", "on", "as_of"))
    title = (post.get("title") or "").strip()
    if not title or len(title) > LONGEST_TITLE:
        found["title"] = _("A post needs a title of at most %(most)d characters.") % {"most": LONGEST_TITLE}
    if link and not _links(link):
        found["url"] = _("Enter a link that begins with http:// or https://.")
    if on and on > day:
        found["on"] = _("This day is still to come.")
    if as_of and (as_of > day or (on and as_of < on)):
        found["as_of"] = _("Figures are of a day between the post and today.")
    for name in best_post.FIGURES:
        value = post.get(name)
        if value is not None and not 0 <= value <= GREATEST:
            found[name] = _("Enter a whole number, zero or more.")
    return found


def _links(link: str) -> bool:
    try:
        is_link(link)
    except ValidationError:
        return False
    return len(link) <= LONGEST_URL


def _plain(post: Mapping[str, Any], day: date) -> dict[str, Any]:
    plain = {"title": post["title"].strip(), "url": post.get("url") or ""}
    plain["on"] = post["on"].isoformat() if post.get("on") else ""
    figures = {name: post.get(name) for name in best_post.FIGURES}
    known = any(value is not None for value in figures.values())
    return plain | figures | {"as_of": (post.get("as_of") or day).isoformat() if known else ""}


def offered(kol: Kol) -> list[dict[str, Any]]:
    """The posts of the last sheet, for the next one to start from, with the day of their figures."""
    last = DataSheet.objects.filter(kol=kol).first()
    return best_post.kept(last.content) if last else []
