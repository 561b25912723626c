"""The cooperation plan as a PDF in the KOL's language (DOMAIN 4.7)."""

import pytest
import time_machine

from kol_crm.core.actor import Actor
from lifecycle import cooperation_pdf, pdf
from lifecycle.services import cooperation
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db
PARTS = [
    {"side": "does", "what": "每月两支跑步教学视频 & <更多>"},
    {"side": "gets", "what": "5 % of course sales", "answers": "money", "pay_model": "share"},
]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def version(operator, **values):
    kol = make_kol(operator, **values)
    known = {"title": "冬季跑步 Winter", "keeps": "share", "keeps_how": "分成", "note": "一行\n两行"}
    plan = cooperation.create(Actor(operator, "page", NOW), kol, known, PARTS)
    return plan.versions.get()


@pytest.mark.parametrize(("language", "marks"), [("zh-hans", b"(zh-CN)"), ("en", b"(en)")])
def test_it_is_a_pdf_that_names_its_language_and_sets_chinese_in_a_chinese_font(operator, language, marks):
    made = cooperation_pdf.render(version(operator, language=language), language)
    assert made.startswith(b"%PDF-")
    assert b"/STSong-Light" in made
    assert b"UniGB-UCS2-H" in made
    assert marks in made
    assert len(made) < 60_000


def test_signs_of_markup_in_what_was_typed_are_shown_as_they_are():
    sheet = pdf.Sheet("en")
    assert sheet.marked("a < b & 视频\nx") == (
        '<font name="Helvetica">a &lt; b &amp; </font>'
        '<font name="STSong-Light">视频</font><font name="Helvetica"><br/>x</font>'
    )
