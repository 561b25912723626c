"""On paper no box stands where a letter should."""

from lifecycle import pdf_fonts


def fonts(text, *, chinese):
    return {letter: pdf_fonts.font_of(letter, chinese=chinese) for letter in text}


def test_each_letter_is_set_in_a_font_that_has_it():
    assert fonts("a·ł视", chinese=True) == {
        "a": "Helvetica",
        "·": "Helvetica",
        "ł": "Vera",
        "视": "STSong-Light",
    }
    assert fonts("“é", chinese=False) == {"“": "Helvetica", "é": "Helvetica"}
    assert fonts("“", chinese=True) == {"“": "STSong-Light"}


def test_pictures_fall_away_and_a_rare_accent_leaves_its_letter():
    assert pdf_fonts.settable("Run 🏃 Żaneta 视频！①") == "Run  Zaneta 视频！①"
