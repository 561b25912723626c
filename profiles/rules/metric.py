"""The metrics of DOMAIN 3.4: their names, kinds and words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STOCK = "stock"
FLOW = "flow"
AVERAGE = "average"
ESTIMATE = "estimate"

FOLLOWERS = "followers"
FOLLOWING = "following"
POSTS_TOTAL = "posts_total"

POSTS = "posts"
INTERACTIONS = "interactions"
RETURNING_INTERACTIONS = "returning_interactions"
VIEWS = "views"
ANSWERS = "answers"
ACTIVE_DAYS = "active_days"
REQUESTS = "requests"
COMPLAINTS = "complaints"
GROWTH = "growth"

LIKES_AVG = "likes_avg"
COMMENTS_AVG = "comments_avg"
INTERACTIONS_AVG = "interactions_avg"
VIEWS_AVG = "views_avg"

FAKE_SHARE = "fake_share"
PORTABILITY = "portability"

KINDS: dict[str, str] = {
    FOLLOWERS: STOCK,
    FOLLOWING: STOCK,
    POSTS_TOTAL: STOCK,
    POSTS: FLOW,
    INTERACTIONS: FLOW,
    RETURNING_INTERACTIONS: FLOW,
    VIEWS: FLOW,
    ANSWERS: FLOW,
    ACTIVE_DAYS: FLOW,
    REQUESTS: FLOW,
    COMPLAINTS: FLOW,
    GROWTH: FLOW,
    LIKES_AVG: AVERAGE,
    COMMENTS_AVG: AVERAGE,
    INTERACTIONS_AVG: AVERAGE,
    VIEWS_AVG: AVERAGE,
    FAKE_SHARE: ESTIMATE,
    PORTABILITY: ESTIMATE,
}
NAMES = sorted(KINDS)

LABELS = {
    FOLLOWERS: _("Followers"),
    FOLLOWING: pgettext_lazy("metric", "Following"),
    POSTS_TOTAL: _("Posts in all"),
    POSTS: pgettext_lazy("metric", "Posts"),
    INTERACTIONS: _("Interactions"),
    RETURNING_INTERACTIONS: _("Interactions from returning fans"),
    VIEWS: pgettext_lazy("metric", "Views"),
    ANSWERS: _("Answers to users"),
    ACTIVE_DAYS: _("Active days"),
    REQUESTS: _("Requests from users"),
    COMPLAINTS: _("Complaints"),
    GROWTH: _("Follower growth"),
    LIKES_AVG: _("Likes per post"),
    COMMENTS_AVG: _("Comments per post"),
    INTERACTIONS_AVG: _("Interactions per post"),
    VIEWS_AVG: _("Views per post"),
    FAKE_SHARE: _("Share of fake fans"),
    PORTABILITY: _("Portability"),
}

# A flow is also the difference of its stock at the two ends of a window.
STOCK_BEHIND: dict[str, str] = {GROWTH: FOLLOWERS, POSTS: POSTS_TOTAL}

# Flows that may fall below zero; for the others a negative difference says that the stock was cleaned up.
SIGNED_FLOWS = frozenset({GROWTH})
