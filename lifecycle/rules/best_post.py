"""The best posts on a data sheet: their figures, and which stands first (DOMAIN 5.5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS = {
    "reactions": _("Reactions"),
    "comments": _("Comments"),
    "shares": pgettext_lazy("post", "Shares"),
}
FIGURES = tuple(LABELS)
Post = Mapping[str, Any]


def interactions(post: Post) -> int | None:
    """Reactions, comments and shares together, of those that are known; None where none is."""
    known = [post[name] for name in FIGURES if post.get(name) is not None]
    return sum(known) if known else None


def ordered(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """Most interactions first; those of unknown figures come last, as they were given."""

    def found(post: Post) -> int:
        known = interactions(post)
        return -1 if known is None else known

    return [dict(post) for post in sorted(posts, key=found, reverse=True)]


def kept(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The posts of a sheet; the first sheets named them by a line each."""
    return [{"title": one} if isinstance(one, str) else dict(one) for one in content["best"]]
