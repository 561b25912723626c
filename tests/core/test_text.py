"""Folded text and the classes of search terms (PERFORMANCE, searching; DOMAIN 2.3 for phones)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kol_crm.core.text import classify_term, fold, fold_term, search_text, short_grams


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Wang Siyu", "wang siyu"),
        ("Ｗａｎｇ　Ｓｉｙｕ", "wang siyu"),
        ("Wáng Sīyǔ", "wang siyu"),
        ("Lǚ Bù", "lu bu"),
        ("Straße", "strasse"),
        ("MÜLLER", "muller"),
        ("Zoë Ødegård", "zoe odegard"),
        ("Łukasz", "lukasz"),
        ("İstanbul ılık", "istanbul ilik"),
        ("Ёлка", "елка"),
        ("ｶﾞｷﾞ が", "ガギ が"),
        ("각", "각"),
        ("王思雨", "王思雨"),
        ("  two\t words \n", "two words"),
        ("zero\u200bwidth\ufeff\x00", "zerowidth"),
        ("①", "1"),
        ("", ""),
    ],
)
def test_the_same_name_folds_to_one_form(written, folded):
    assert fold(written) == folded
    assert fold(folded) == folded


@given(st.text())
def test_folding_again_changes_nothing(written):
    assert fold(fold(written)) == fold(written)


def test_a_leading_at_sign_only_says_that_a_handle_is_meant():
    assert fold_term(" @VLogger_Li ") == "vlogger_li"
    assert fold_term("li@example.com") == "li@example.com"
    assert fold_term("@") == ""


def test_the_search_column_holds_each_word_once_in_order():
    assert search_text(["王思雨", "Wáng Sīyǔ", "wang siyu"], ["@SiyuRuns", "siyuruns"]) == (
        "王思雨\nwang siyu\nsiyuruns"
    )
    assert search_text(["", " "], []) == ""


def test_no_term_matches_across_two_words():
    column = search_text(["ab", "cd"])
    assert fold_term("b\nc") == "b c"
    assert "b c" not in column
    assert "bc" not in column


def test_short_terms_find_chinese_characters_pairs_and_beginnings_of_words():
    grams = short_grams(search_text(["李健国", "li jian guo", "lijianguo", "ljg"]))
    assert grams == {"李", "健", "国", "李健", "健国", "l", "li", "j", "ji", "g", "gu", "lj"}


def test_mixed_names_are_found_by_any_two_neighbours():
    assert short_grams("阿k歌") == {"阿", "歌", "阿k", "k歌", "k"}
    assert short_grams("老 王") == {"老", "王"}


def test_handles_are_found_by_the_beginning_of_each_part():
    assert short_grams("vlogger_li.99") == {"v", "vl", "l", "li", "9", "99"}


def test_other_scripts_are_found_too():
    assert short_grams("김민") == {"김", "민", "김민"}
    assert short_grams("иван") == {"и", "ив"}
    assert short_grams("\U00020bb7野") == {"\U00020bb7", "野", "\U00020bb7野"}


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("13800138000", "phone"),
        ("+86 138-0013-8000", "phone"),
        ("１３８００１３８０００", "phone"),
        ("(021) 555-0101", "phone"),
        ("8000", "phone"),
        ("1234567", "phone"),
        ("123456", "long"),
        ("12345", "long"),
        ("123", "long"),
        ("12", "short"),
        ("li@example.com", "mail"),
        ("@example", "long"),
        ("li@", "long"),
        ("伟", "short"),
        ("建国", "short"),
        (" W ", "short"),
        ("@li", "short"),
        ("王建国", "long"),
        ("ß", "short"),
        ("son", "long"),
        ("", "empty"),
        ("　", "empty"),
        ("@", "empty"),
    ],
)
def test_a_term_is_looked_up_as(typed, kind):
    assert classify_term(typed) == kind
