"""Figures that explain themselves."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score, plain


def test_a_score_is_told_in_json_with_its_parts():
    score = Score(
        Decimal("12.50"),
        (
            Part("posts", _("Posts"), Decimal("6.00"), limit=6, passed=True),
            Part("until", "Until", date(2026, 11, 23)),
        ),
        ("views",),
    )
    told = score.as_json()
    assert (told["value"], told["missing"]) == (12.5, ["views"])
    assert told["parts"][0] == {
        "key": "posts",
        "label": "Posts",
        "value": 6,
        "points": None,
        "weight": None,
        "note": "",
        "limit": 6,
        "passed": True,
    }
    assert told["parts"][1]["value"] == "2026-11-23"


def test_unknown_stays_unknown_and_zero_stays_zero():
    assert Score(None).as_json() == {"value": None, "parts": [], "missing": []}
    assert plain(Decimal("0.0")) == 0
    assert plain(None) is None
