"""Messages that are kept without their language (kol_crm/core/said.py)."""

import json

import pytest
from django.utils import translation

from kol_crm.core.said import kept, said, worded

NOT_A_DAY = "not a day"
LONGER = "longer than %(longest)d characters: cut"


def test_a_message_is_read_in_the_language_of_who_reads_it():
    with translation.override("en"):
        stored = json.loads(json.dumps(kept(said(LONGER) % {"longest": 120})))
        assert worded(stored) == "longer than 120 characters: cut"
    with translation.override("zh-hans"):
        assert worded(stored) == str(said(LONGER) % {"longest": 120}) != "longer than 120 characters: cut"


def test_it_stays_one_when_an_error_carries_it():
    error = ValueError(said(NOT_A_DAY))
    assert kept(str(error)) == [NOT_A_DAY, {}]


def test_what_it_tells_may_be_a_message_itself():
    stored = kept(said("its file belongs to %(owner)s") % {"owner": said("its manager")})
    assert stored == ["its file belongs to %(owner)s", {"owner": ["its manager", {}]}]
    with translation.override("en"):
        assert worded(stored) == "its file belongs to its manager"


@pytest.mark.parametrize("words", ["", "already worded, 50 % of it"])
def test_plain_words_are_kept_and_read_as_they_are(words):
    assert worded(kept(words)) == words


def test_a_message_that_tells_nothing_may_hold_the_sign_of_per_cent():
    assert worded(kept(said("100 % sure"))) == "100 % sure"
