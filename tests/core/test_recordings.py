"""Recordings are kept without what they tell of who made them, where and when (RELIABILITY, "Files")."""

import struct

import pytest

from kol_crm.core import recordings as recorded
from kol_crm.core.recordings import ogg
from tests import recordings as made

ALL = {
    name: getattr(made, name)() for name in ("mp3", "flac", "wav", "m4a", "vorbis", "opus")
}  # each holds the secret in all places that its format has


@pytest.mark.parametrize("name", ALL)
def test_nothing_told_is_left_and_the_sound_is_the_same(name):
    bare = recorded.without_properties(ALL[name])
    assert made.TOLD in ALL[name]
    assert made.TOLD not in bare
    assert b"LOCATION" not in bare
    assert made.SOUND[:200] in bare


@pytest.mark.parametrize("name", ALL)
def test_done_twice_it_stays_the_same(name):
    bare = recorded.without_properties(ALL[name])
    assert recorded.without_properties(bare) == bare


def test_tags_are_taken_off_both_ends_in_whatever_order():
    assert recorded.without_properties(made.mp3()) == made.SOUND
    assert recorded.without_properties(made.ID3 + made.ID3 + made.SOUND + made.ID3V1 + made.APE) == made.SOUND


def test_a_tag_in_front_of_another_format_hides_none_of_its_own():
    bare = recorded.without_properties(made.ID3 + made.flac())
    assert bare == recorded.without_properties(made.flac())


def test_an_m4a_keeps_every_offset_and_loses_its_day():
    whole = made.m4a()
    bare = recorded.without_properties(whole)
    assert (len(bare), bare.index(made.SOUND)) == (len(whole), whole.index(made.SOUND))
    assert struct.pack(">I", 3_800_000_000) not in bare


@pytest.mark.parametrize("name", ["vorbis", "opus"])
def test_an_ogg_keeps_its_pages_each_signed(name):
    bare = recorded.without_properties(ALL[name])
    assert len(bare) == len(ALL[name])
    for page in ogg._pages(bytearray(bare)):
        signed = bytearray(bare[page.whole])
        unsigned = signed[:22] + bytes(4) + signed[26:]
        assert int.from_bytes(signed[22:26], "little") == ogg._checksum(unsigned)


def test_the_checksum_is_that_of_ogg():
    """Polynomial 04C11DB7 from the highest bit, no start value: the catalogue's check for "123456789"."""
    assert ogg._checksum(b"123456789") == 0x89A1897F


BROKEN = {
    "only a tag": made.ID3,
    "half a FLAC": made.flac()[:60],
    "a WAV without sound": b"RIFF\x04\0\0\0WAVE",
    "a box longer than the file": made.m4a()[:-5],
    "half a page": made.opus()[:-5],
    "another codec": made.in_pages(b"\x80theora" + bytes(30), made.comments(b"\x81theora")),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_followed_to_its_end_is_refused(case):
    with pytest.raises(recorded.Broken):
        recorded.without_properties(BROKEN[case])
