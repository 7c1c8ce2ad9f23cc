"""How likely a flag is right, as agents are told: it rises with how sure the rule is and decides nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.flag_calibration import Flagged, as_told, fit_calibration, flagged
from bench.flag_data import our_dialogues, split_domains
from bench.flag_live import disposition_of, raised_live
from bench.flag_scores import Said
from bench.flag_sureness import Chances, sureness
from server.by_hand import RULE as BY_HAND
from server.conversation import Evidence, Flag, Reason, Severity
from server.flags import FlagView, Found, decide, shipped_rules
from server.flags.stated import Calibration, shipped_calibration, stated
from server.flags.weighing import ADVICE
from server.parts import flag_part
from tests.dialogues import conversation

SURES = [percent / 100 for percent in range(101)]


def raised(sure: float, reason: Reason = Reason.DISPUTE, rule: str = "dispute/learned") -> Flag:
    return Flag(reason, Severity.ACT, sure, Evidence("1", "words", 0, 5), "", rule, shown=False)


@pytest.mark.parametrize("reason", ADVICE)
def test_the_surer_a_rule_is_the_surer_agents_are_told_that_it_is_right(reason: Reason) -> None:
    told = [stated(raised(sure, reason)) for sure in SURES]
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] - 0.3
    assert told[-1] < 1


def test_every_reason_learned_from_text_is_calibrated_and_no_other() -> None:
    assert shipped_calibration().reasons.keys() == {reason.value for reason in ADVICE}
    assert stated(raised(0.63, Reason.LOW_CONFIDENCE, "low_confidence/nothing_found")) == 0.63


def test_an_agent_who_raises_a_flag_is_sure() -> None:
    assert stated(raised(1.0, rule=BY_HAND)) == 1.0


def test_the_panel_gets_the_flag_as_decided_with_how_likely_it_is_right() -> None:
    talk = conversation(("customer", "You charged my card twice and my bank will claw it back."))
    (flag,) = decide(shipped_rules(), FlagView(talk))
    part = flag_part(flag)
    assert part.confidence == stated(flag) != flag.confidence
    assert part == flag_part(replace(flag, confidence=0.5)).model_copy(update={"confidence": part.confidence})


def test_what_agents_are_told_changes_no_flag_and_no_conversation() -> None:
    rows = [row for row in our_dialogues(split_domains()[1]) if row["flags"]][:40]
    decided = [Said(row, raised_live(shipped_rules(), row), "") for row in rows]
    told = as_told(
        decided, Calibration(-3.0, 0.0, 0.0, dict.fromkeys((reason.value for reason in ADVICE), 0.0))
    )
    assert any(one.flags for one in decided)
    for before, after in zip(decided, told, strict=True):
        assert [{**flag, "confidence": 0} for flag in before.flags] == [
            {**flag, "confidence": 0} for flag in after.flags
        ]
        assert disposition_of(before.flags) == disposition_of(after.flags)


def many(reason: str, sure: float, right: int, of: int, alone: bool = False) -> list[Flagged]:
    return [Flagged(reason, sure, alone, nth < right) for nth in range(of)]


def test_a_calibration_tells_how_often_such_flags_were_right() -> None:
    flags = [*many("dispute", 0.3, 60, 100), *many("dispute", 0.6, 80, 100), *many("upsell", 0.3, 30, 100)]
    fitted = fit_calibration(flags)
    assert fitted.confidence("dispute", 0.3, False) == pytest.approx(0.6, abs=0.05)
    assert fitted.confidence("dispute", 0.6, False) == pytest.approx(0.8, abs=0.05)
    assert fitted.confidence("upsell", 0.3, False) == pytest.approx(0.3, abs=0.08)


def test_what_stands_alone_and_was_right_more_often_is_told_surer() -> None:
    flags = [*many("dispute", 0.4, 90, 100, alone=True), *many("dispute", 0.4, 50, 100)]
    fitted = fit_calibration(flags)
    assert fitted.confidence("dispute", 0.4, True) == pytest.approx(0.9, abs=0.05)
    assert fitted.confidence("dispute", 0.4, False) == pytest.approx(0.5, abs=0.05)


def test_a_reason_stands_alone_where_the_customers_words_give_no_other() -> None:
    one = ("customer", "You charged my card twice and my bank will claw it back.")
    more = ("customer", f"{one[1]} I want to speak to a manager, not to a bot. Now.")
    unanswered = FlagView(conversation(one), Found(None, good=False))
    for view in (FlagView(conversation(one)), unanswered):
        assert [flag.alone for flag in decide(shipped_rules(), view) if flag.reason is Reason.DISPUTE] == [
            True
        ]
    flags = decide(shipped_rules(), FlagView(conversation(more)))
    assert len(flags) > 1
    assert not any(flag.alone for flag in flags)


def test_a_calibration_never_falls_even_where_surer_flags_were_wrong_more_often() -> None:
    fitted = fit_calibration([*many("dispute", 0.3, 80, 100), *many("dispute", 0.8, 40, 100)])
    assert fitted.slope == 0
    assert fitted.confidence("dispute", 0.3, False) == fitted.confidence("dispute", 0.8, False)


def test_what_counts_less_says_less() -> None:
    lucky = [replace(one, counts=0.1) for one in many("dispute", 0.4, 100, 100)]
    fitted = fit_calibration([*many("dispute", 0.4, 50, 100), *lucky])
    assert 0.5 < fitted.confidence("dispute", 0.4, False) < 0.6


def test_the_bench_measures_what_agents_are_told_apart_for_shown_flags_and_dots() -> None:
    def said(confidence: float, shown: bool, right: bool) -> Said:
        flag = {"reason": "dispute", "confidence": confidence, "shown": shown, "turn": 0, "evidence": "w"}
        flag["alone"] = False
        return Said({"flags": [{"reason": "dispute"}] if right else []}, [flag], "")

    ones = [said(0.9, True, True) for _ in range(10)] + [said(0.3, False, nth % 2 == 0) for nth in range(10)]
    found = sureness(ones, Chances([(0.05, False)] * 10, [(0.5, True)] * 10))
    assert found["calibration_error.told_shown"] == pytest.approx(0.1)
    assert found["calibration_error.told_quiet"] == pytest.approx(0.2)
    assert found["calibration_error.told"] == pytest.approx(0.15)
    assert found["calibration_error.trouble"] == pytest.approx(0.5)
    assert (found["told"], found["told_right"]) == (20.0, 0.75)
    assert found["calibration_error_from_0.1"] == 0.0
    assert [one.sure for one in flagged(ones)][:1] == [0.9]
