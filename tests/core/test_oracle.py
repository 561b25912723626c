"""The oracle of the proof (tests/proof): what it says is said where it is true, only there."""

import pytest

from tests.proof.oracle import Row, judge, judge_reconciled

SENT = [Row("a", "sent", "250 taken"), Row("b", "sent", "250 taken")]


def test_all_arrived_once_and_said_so_holds():
    verdict = judge(2, ["a", "b"], SENT, 0)
    assert (verdict.holds, verdict.arrived, verdict.twice, verdict.lost_silently) == (True, 2, 0, 0)
    assert judge_reconciled(2, ["a", "b"], SENT).holds


@pytest.mark.parametrize(
    ("taken", "rows", "said"),
    [
        (["a", "a", "b"], SENT, "1 arrived twice: a"),
        (["a"], [SENT[0], Row("b", "pending", "")], "1 neither arrived nor said why: b"),
        (["a"], SENT, "1 say sent and did not arrive: b"),
        (["a"], [SENT[0], Row("b", "failed", "")], "1 failed or uncertain without a reason: b"),
        (["a", "b", "c"], SENT, "1 arrived without a row: c"),
        (["a"], SENT[:1], "1 rows instead of 2"),
    ],
)
def test_it_finds_what_must_not_be(taken, rows, said):
    verdict = judge(2, taken, rows, 0)
    assert said in verdict.wrong
    assert not verdict.holds


def test_each_kill_may_leave_one_row_in_doubt_and_no_more():
    rows = [Row("a", "uncertain", "no reply"), Row("b", "uncertain", "no reply")]
    assert judge(2, ["a"], rows, 2).holds
    assert judge(2, ["a"], rows, 1).wrong == ["2 uncertain, with 1 kills and answers withheld: a, b"]


def test_reconciled_nothing_is_left_open():
    rows = [SENT[0], Row("b", "uncertain", "no reply")]
    assert not judge_reconciled(2, ["a", "b"], rows).holds
    assert judge_reconciled(3, ["a", "b"], [*SENT, Row("c", "sent", "250")]).wrong
