"""A team's own thresholds: what they do to flags, what they never do, and how they are kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.by_hand import RULE
from server.conversation import Conversation, Flag, Reason, Severity
from server.events import EventKind
from server.flag_answers import Precision, flag_record
from server.flag_preview import Level, differences
from server.flags import FlagView, Moved, Thresholds, decide, shipped_rules, shipped_thresholds
from server.flags.thresholds import held
from server.kept_conversations import newest_conversations
from server.store import open_store
from server.threshold_form import read_form
from server.thresholds import StoredThresholds, TeamThresholds, ThresholdChange
from tests.databases import ANA, BEN, KINDS, MAX, NOW, event, flag, new_database, opened, told
from tests.dialogues import conversation

SHIPPED = shipped_thresholds()
RULES = shipped_rules()
ANGRY = conversation(("customer", "This is the third time I ask. Absolutely useless!!"))
LEAVING = conversation(("customer", "We may have to look at other suppliers if this goes on."))
IN_DANGER = conversation(("customer", "He hit me again last night and I don't know where to go."))


def flag_on(talk: Conversation, reason: Reason, moved: Moved) -> Flag | None:
    flags = decide(RULES, FlagView(talk, thresholds=moved))
    return next((flag for flag in flags if flag.reason is reason), None)


# ---- what they do ------------------------------------------------------------------------------------------


def test_a_dot_is_shown_once_the_team_wants_it_shown_from_less() -> None:
    dot = flag_on(LEAVING, Reason.CHURN_RISK, {Reason.CHURN_RISK: Thresholds(0.05, 0.99)})
    assert dot is not None
    assert not dot.shown
    lower = {Reason.CHURN_RISK: Thresholds(0.05, dot.confidence - 0.01)}
    assert flag_on(LEAVING, Reason.CHURN_RISK, lower) == replace(dot, shown=True)
    higher = {Reason.CHURN_RISK: Thresholds(dot.confidence + 0.01, 0.99)}
    assert flag_on(LEAVING, Reason.CHURN_RISK, higher) is None


@pytest.mark.parametrize(
    ("thresholds", "level"),
    [((0.99, 0.99), None), ((0.1, 0.99), False), ((0.1, 0.7), True), ((0.1, 0.3), True)],
)
def test_what_is_raised_by_its_wording_is_held_to_thresholds_that_were_raised(
    thresholds: tuple[float, float], level: bool | None
) -> None:
    found = flag_on(ANGRY, Reason.FRUSTRATION, {Reason.FRUSTRATION: Thresholds(*thresholds)})
    assert (found and found.shown) == level


@pytest.mark.parametrize("lower", [(0.05, 0.05), (0.1, 0.65), (0.2, 0.6)])
@pytest.mark.parametrize("confidence", [0.01, 0.3, 0.64, 0.9])
def test_lowering_a_threshold_never_hides_anything(confidence: float, lower: tuple[float, float]) -> None:
    shown = flag_on(ANGRY, Reason.FRUSTRATION, {})
    assert shown is not None
    raised = replace(shown, confidence=confidence)
    assert held(raised, Thresholds(*lower), Thresholds(0.24, 0.65)) == raised


@pytest.mark.parametrize(
    "thresholds", [Thresholds(0.99, 0.99), Thresholds(0.05, 0.05), Thresholds(0.05, 0.99)]
)
def test_no_threshold_touches_a_crisis(thresholds: Thresholds) -> None:
    as_shipped = flag_on(IN_DANGER, Reason.VULNERABILITY, {})
    assert as_shipped is not None
    assert as_shipped.severity is Severity.URGENT
    for reason in SHIPPED:
        moved = {reason: thresholds}
        assert flag_on(IN_DANGER, Reason.VULNERABILITY, moved) == as_shipped
    assert held(as_shipped, Thresholds(0.99, 0.99), SHIPPED[Reason.VULNERABILITY]) == as_shipped


def test_every_learned_reason_and_no_other_can_be_moved() -> None:
    assert set(SHIPPED) == set(Reason) - {Reason.LOW_CONFIDENCE}
    assert all(0 < each.quiet <= each.shown < 1 for each in SHIPPED.values())


# ---- what they would have done -----------------------------------------------------------------------------


def test_the_preview_names_each_conversation_that_would_change_and_no_other() -> None:
    calm = conversation(("customer", "Where can I find the sizes?"))
    later = conversation(
        ("customer", "Where can I find the sizes?"),
        ("agent", "On the label."),
        *((turn.role.value, turn.text) for turn in ANGRY.turns),
        ("agent", "I am sorry, here is what I do now."),
        ("customer", "Thank you so much, that solves it!"),
    )
    wanted = {Reason.FRUSTRATION: Thresholds(0.1, 0.99)}
    found = differences(RULES, [calm, ANGRY, later], {}, wanted)
    assert [(each.conversation, each.reason, each.before, each.after) for each in found] == [
        (ANGRY, Reason.FRUSTRATION, Level.SHOWN, Level.QUIET),
        (later, Reason.FRUSTRATION, Level.SHOWN, Level.QUIET),
    ]
    assert "useless" in found[0].flag.evidence.quote
    assert differences(RULES, [calm, ANGRY, later], wanted, wanted) == []
    back = differences(RULES, [ANGRY], wanted, {})
    assert [(each.before, each.after) for each in back] == [(Level.QUIET, Level.SHOWN)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_teams_conversations_are_put_together_as_their_pages_told_them(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    for record in (opened(turn="Where is my parcel?"), opened("c9", MAX)):
        assert store.save(told(record, "customer"))
    answered = event(EventKind.TURN_RECEIVED, {"turn_id": "t2", "role": "agent", "length": 6, "at": None})
    again = event(EventKind.TURN_RECEIVED, {"turn_id": "t3", "role": "customer", "length": 6, "at": None})
    record = replace(opened(), conversation=None, events=(answered, again))
    texts = (
        replace(record.texts[0], ref="t2", text="Soon."),
        replace(record.texts[0], ref="t3", text="When?"),
    )
    assert store.save(replace(record, texts=texts))
    (kept,) = newest_conversations(store.engine, "billing", 10)
    assert [(turn.id, turn.role.value, turn.text) for turn in kept.conversation.turns] == [
        ("t1", "customer", "Where is my parcel?"),
        ("t2", "agent", "Soon."),
        ("t3", "customer", "When?"),
    ]
    assert (kept.conversation.channel.value, kept.agent) == ("email", "ana")
    assert newest_conversations(store.engine, "billing", 0) == []
    store.close()


# ---- what agents answered ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_precision_counts_each_flag_once_with_its_last_answer_and_none_raised_by_hand(
    kind: str, tmp_path: Path
) -> None:
    store = open_store(new_database(kind, tmp_path))
    for number, (response, person) in enumerate(
        [("agreed", ANA), ("disagreed", BEN), ("agreed", ANA), ("not_now", ANA), ("disagreed", MAX)]
    ):
        thread = f"c{number}"
        store.save(opened(thread, person))
        for _ in range(2):
            raised = flag(EventKind.FLAG_RAISED, person=person, conversation_id=thread, rule="frustration/x")
            store.save(raised)
        said = ["agreed", response] if response != "not_now" else [response]
        for turn, word in enumerate(said):
            answer: dict[str, Any] = {"person": person, "report_id": f"{turn}-{number}", "response": word}
            store.save(flag(EventKind.FLAG_ANSWERED, conversation_id=thread, **answer))
    store.save(opened("by hand"))
    store.save(flag(EventKind.FLAG_RAISED, "upsell", conversation_id="by hand", report_id="h", rule=RULE))
    store.save(
        flag(
            EventKind.FLAG_ANSWERED,
            "upsell",
            report_id="i",
            conversation_id="by hand",
            response="disagreed",
        )
    )
    record = flag_record(store.engine, "billing", NOW)
    assert record.raised[Reason.FRUSTRATION] == 4
    assert record.raised[Reason.UPSELL] == 0
    assert record.of(Reason.FRUSTRATION) == Precision(2, 3)
    assert record.of(Reason.UPSELL) == Precision(0, 0)
    assert record.sure_of(Reason.FRUSTRATION, 0.9) == Precision(2, 3)
    assert record.sure_of(Reason.FRUSTRATION, 0.91) == Precision(0, 0)
    store.close()


def test_few_answers_give_a_wide_range() -> None:
    assert Precision(0, 0).share is None
    assert Precision(0, 0).range == (0.0, 1.0)
    low, high = Precision(4, 5).range
    assert (round(low, 2), round(high, 2)) == (0.44, 0.95)
    assert not Precision(4, 5).is_enough
    narrow = Precision(80, 100).range
    assert low < narrow[0] < 0.8 < narrow[1] < high


# ---- how they are kept -------------------------------------------------------------------------------------


def change(
    version: int = 1, shown: float | None = 0.9, team: str = "billing", **rest: str
) -> ThresholdChange:
    why = rest.get("why", "Too many.")
    return ThresholdChange(team, Reason.UPSELL, version, None, shown, rest.get("person", "lea"), NOW, why)


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_change_of_a_team_counts_and_every_one_stays(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    stored = StoredThresholds(store.engine)
    teams = TeamThresholds(stored, SHIPPED)
    assert stored.save(change())
    assert stored.save(change(2, 0.8, why="My card is 4111 1111 1111 1111."))
    assert stored.save(change(1, None, "delivery"))
    assert teams.of("billing") == {}
    teams.read()
    assert teams.of("billing") == {Reason.UPSELL: Thresholds(SHIPPED[Reason.UPSELL].quiet, 0.8)}
    assert teams.of("delivery") == {}
    assert [each.version for each in stored.history("billing", Reason.UPSELL)] == [2, 1]
    assert "4111" not in stored.history("billing", Reason.UPSELL)[0].why
    assert stored.save(change(3, None))
    teams.read()
    assert teams.of("billing") == {}
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_leads_who_change_at_once_one_is_told(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    stored = StoredThresholds(store.engine)
    with ThreadPoolExecutor(8) as threads:
        saved = list(threads.map(lambda who: stored.save(change(person=f"lead{who}")), range(8)))
    assert saved.count(True) == 1
    assert len(stored.history("billing", Reason.UPSELL)) == 1
    store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_erased_customer_goes_from_what_leads_wrote(kind: str, tmp_path: Path) -> None:
    store = open_store(new_database(kind, tmp_path))
    store.save(opened(customer_email="kim@example.org", customer_name="Kim Park"))
    stored = StoredThresholds(store.engine)
    stored.save(change(why="Kim Park was flagged for nothing."))
    store.erase_customer("kim@example.org")
    assert "Kim" not in stored.history("billing", Reason.UPSELL)[0].why
    store.close()


# ---- the form ----------------------------------------------------------------------------------------------

NOW_HELD = Thresholds(0.24, 0.65)


@pytest.mark.parametrize(
    ("quiet", "shown", "problem"),
    [
        ("x", "65", "whole percents from 5 to 99"),
        ("24", "", "whole percents"),
        ("4", "65", "whole percents"),
        ("24", "100", "whole percents"),
        ("24.5", "65", "whole percents"),
        ("-24", "65", "whole percents"),
        ("٢٤", "65", "whole percents"),
        ("70", "65", "“Shown from” can't be less"),
    ],
)
def test_what_cannot_be_a_threshold_is_named_and_kept_as_typed(quiet: str, shown: str, problem: str) -> None:
    asked = read_form(NOW_HELD, quiet, shown, " too  many ")
    assert problem in asked.problem
    assert (asked.quiet, asked.shown, asked.why, asked.thresholds) == (quiet, shown, "too many", None)


def test_an_empty_form_shows_what_holds() -> None:
    asked = read_form(NOW_HELD, "", " ", "")
    assert (asked.quiet, asked.shown, asked.thresholds, asked.problem) == ("24", "65", None, "")
    assert read_form(NOW_HELD, " 30 %", "80", "").thresholds == Thresholds(0.3, 0.8)
