"""The training data of the flags keeps its form, quotes its own words and repeats nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parent.parent / "server" / "flags" / "data"
REASONS = {
    "frustration",
    "dispute",
    "policy_exception",
    "not_understood",
    "churn_risk",
    "churn_signal",
    "public_escalation",
    "vulnerability",
    "upsell",
    "multi_department",
    "human_requested",
}
INTENTS = {
    "collect_info",
    "qualify_lead",
    "order_status",
    "hours_location",
    "faq",
    "refund_standard",
    "update_details",
    "appointment",
    "recommend_product",
    "follow_up",
    "password_reset",
}
SEVERITIES = {"note", "act", "urgent"}
CHANNELS = {"chat", "email", "social", "review", "sms", "form", "phone"}
MOODS = {
    "calm",
    "friendly",
    "pleased",
    "curious",
    "confused",
    "worried",
    "disappointed",
    "annoyed",
    "angry",
    "sarcastic",
    "tired",
    "sad",
    "ashamed",
    "afraid",
    "desperate",
    "firm",
}
TURN_KEYS = {"id", "domain", "channel", "text", "reasons", "quotes", "severity", "mood", "hard"}
DIALOGUE_KEYS = {
    "id",
    "domain",
    "channel",
    "customer",
    "turns",
    "flags",
    "routine_intent",
    "resolved",
    "hard",
}
CUSTOMER_KEYS = {"tier", "lifetime_value", "seats", "tenure_months"}
RUN = 6

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


TURNS = rows("turns.jsonl")
LONG = rows("long_turns.jsonl")
QUOTED = rows("turns_quoted.jsonl")
CRISES = rows("crises.jsonl")
DIALOGUES = rows("dialogues.jsonl")


def runs(text: str) -> set[str]:
    words = re.findall(r"[\w']+", text.lower().replace("’", "'"))
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def customer_turns() -> Iterator[tuple[str, str]]:
    for row in [*TURNS, *LONG, *QUOTED]:
        yield row["id"], row["text"]
    for row in DIALOGUES:
        for at, turn in enumerate(row["turns"]):
            if turn["role"] == "customer":
                yield f"{row['id']}/{at}", turn["text"]


def is_high_value(customer: Row) -> bool:
    return (
        customer["tier"] in {"premium", "enterprise"}
        or customer["lifetime_value"] >= 5000
        or customer["seats"] >= 25
    )


@pytest.mark.parametrize("found", [TURNS, LONG, QUOTED, DIALOGUES, CRISES])
def test_every_row_has_an_id_of_its_own(found: list[Row]) -> None:
    assert found
    assert len({row["id"] for row in found}) == len(found)


@pytest.mark.parametrize("turns", [TURNS, LONG, QUOTED])
def test_a_turn_keeps_the_form_and_quotes_its_own_words(turns: list[Row]) -> None:
    for turn in turns:
        assert TURN_KEYS <= turn.keys() <= TURN_KEYS | {"context", "customer", "crisis"}, turn
        assert turn["channel"] in CHANNELS, turn
        assert turn["mood"] in MOODS, turn
        assert set(turn["reasons"]) <= REASONS, turn
        assert len(set(turn["reasons"])) == len(turn["reasons"]) == len(turn["quotes"]), turn
        assert all(quote and quote in turn["text"] for quote in turn["quotes"]), turn
        assert (turn["severity"] in SEVERITIES) is bool(turn["reasons"]), turn
        assert {said["role"] for said in turn.get("context", [])} <= {"agent", "assistant", "customer"}, turn


def test_a_crisis_is_urgent_and_an_idiom_is_none() -> None:
    for turn in TURNS:
        real = turn.get("crisis") in {"explicit", "implicit"}
        urgent = turn["severity"] == "urgent" and "vulnerability" in turn["reasons"]
        assert real is urgent, turn
        assert turn.get("crisis") != "idiom" or "vulnerability" not in turn["reasons"], turn


def test_a_turn_about_a_crisis_says_which_kind_it_is() -> None:
    for row in CRISES:
        assert {"id", "domain", "kind", "text"} <= row.keys() <= {"id", "domain", "kind", "text", "before"}, (
            row
        )
    kinds = Counter(row["kind"] for row in CRISES)
    assert kinds.keys() == {"explicit", "implicit", "negative"}
    assert all(found >= 1400 for found in kinds.values()), kinds


def test_no_turn_about_a_crisis_shares_six_words_in_a_row_with_another_or_a_measured_one() -> None:
    here = Path(__file__).parent
    measured = [
        here / f"crises{apart}.jsonl" for apart in ("", "_unseen", "_sealed", "_fresh", "_later", "_last")
    ]
    texts = [json.loads(line)["text"] for file in measured for line in file.read_text("utf-8").splitlines()]
    seen = {run: "measured" for text in texts for run in runs(text)}
    shared = []
    for row in CRISES:
        shared += [(seen[run], row["id"], run) for run in runs(row["text"]) if run in seen]
        seen |= {run: row["id"] for run in runs(row["text"])}
    assert not shared


def test_half_of_the_crises_written_last_are_sealed() -> None:
    sealed = set(json.loads((DATA / "split.json").read_text(encoding="utf-8"))["sealed"])
    last = [row for row in TURNS if row.get("crisis") and row["id"] > "t2792"]
    kept = [row for row in last if row["domain"] in sealed]
    assert len([row for row in last if row["crisis"] != "idiom"]) >= 50
    assert 0.4 <= len(kept) / len(last) <= 0.6


def test_a_long_turn_is_of_no_business_that_is_kept_apart() -> None:
    split = json.loads((DATA / "split.json").read_text(encoding="utf-8"))
    assert not {row["domain"] for row in [*LONG, *QUOTED]} & {*split["sealed"], *split["calibration"]}


def test_a_dialogue_keeps_the_form_and_quotes_the_customer() -> None:
    for row in DIALOGUES:
        assert DIALOGUE_KEYS <= row.keys() <= DIALOGUE_KEYS | {"needed"}, row["id"]
        assert row["channel"] in CHANNELS, row["id"]
        assert row["routine_intent"] in INTENTS | {None}, row["id"]
        assert {turn["role"] for turn in row["turns"]} <= {"customer", "agent", "assistant"}, row["id"]
        assert set(row.get("needed", {})) <= {"present", "missing"}, row["id"]
        raised = [flag["reason"] for flag in row["flags"]]
        assert len(set(raised)) == len(raised), row["id"]
        assert set(row["resolved"]) <= set(raised) <= REASONS, row["id"]
        for flag in row["flags"]:
            turn = row["turns"][flag["turn"]]
            assert turn["role"] == "customer", row["id"]
            assert flag["quote"], row["id"]
            assert flag["quote"] in turn["text"], row["id"]
            assert flag["severity"] in SEVERITIES, row["id"]


def test_leaving_is_a_risk_only_where_the_value_is_known_to_be_high() -> None:
    labelled = [(row, row["reasons"]) for row in TURNS]
    labelled += [(row, [flag["reason"] for flag in row["flags"]]) for row in DIALOGUES]
    for row, reasons in labelled:
        customer = row.get("customer")
        assert customer is None or customer.keys() == CUSTOMER_KEYS, row["id"]
        assert "churn_signal" not in reasons or customer is None, row["id"]
        assert "churn_risk" not in reasons or (customer and is_high_value(customer)), row["id"]


def test_no_two_customer_turns_share_six_words_in_a_row() -> None:
    seen: dict[str, str] = {}
    shared = []
    for at, text in customer_turns():
        for run in runs(text):
            if seen.setdefault(run, at) != at:
                shared.append((seen[run], at, run))
    assert not shared


def test_no_two_customer_turns_are_the_same() -> None:
    said = Counter(" ".join(re.findall(r"\w+", row["text"].lower())) for row in TURNS)
    assert [text for text, times in said.items() if times > 1] == []


def test_whole_domains_are_sealed_and_set_apart_for_calibration() -> None:
    split = json.loads((DATA / "split.json").read_text(encoding="utf-8"))
    sealed, calibration = set(split["sealed"]), set(split["calibration"])
    domains = Counter(row["domain"] for row in TURNS)
    for row in DIALOGUES:
        domains[row["domain"]] += sum(turn["role"] == "customer" for turn in row["turns"])
    assert sealed | calibration <= domains.keys()
    assert not sealed & calibration
    assert sum(domains[domain] for domain in sealed) >= 1000
    assert sum(domains[domain] for domain in calibration) >= 400


def test_there_is_enough_of_each() -> None:
    reasons = Counter(reason for row in TURNS for reason in row["reasons"])
    raised = Counter(flag["reason"] for row in DIALOGUES for flag in row["flags"])
    intents = Counter(row["routine_intent"] for row in DIALOGUES)
    crises = Counter(row.get("crisis") for row in TURNS)
    assert len(TURNS) >= 2500
    assert len(DIALOGUES) >= 200
    assert len({row["domain"] for row in TURNS}) >= 25
    assert all(reasons[reason] >= 90 for reason in REASONS - {"churn_risk"}), reasons
    assert all(raised[reason] >= 10 for reason in REASONS), raised
    assert all(intents[intent] >= 8 for intent in INTENTS), intents
    assert sum(crises[kind] for kind in ("explicit", "implicit", "idiom")) >= 150, crises
    assert sum(not row["reasons"] and bool(row["hard"]) for row in TURNS) >= 400
