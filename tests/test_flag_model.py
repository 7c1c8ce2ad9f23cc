"""The learned reasons: the model's file, what it reads, how it is weighed, and when a flag comes and goes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.flag_data import OURS, folds_of, our_dialogues, rows, split_domains
from bench.flag_fit import Talk, fit, fit_reason, left_out
from bench.flag_live import disposition_of, raised_live
from bench.flags import main
from knowledge.durable import sha256_of
from server.conversation import Conversation, Customer, Flag, Reason, Severity
from server.flags import FlagView, decide, shipped_model, shipped_rules
from server.flags.encoder import MODEL, REASONS, FlagModel
from server.flags.evidence import widened
from server.flags.judge import LOOKS_AT, TROUBLE, TROUBLE_LOOKS_AT, Weights, raised, trouble_at
from server.flags.learned import shipped_weights
from server.flags.reading import CONTEXT_TOKENS, TEXT_TOKENS, context_of, framed
from server.flags.rule import LONGEST_QUOTE, sentences
from server.flags.turn_reader import PIECES
from server.flags.understanding import Understanding
from server.flags.value import ValueRule
from server.flags.weighing import ADVICE
from server.flags.wording import shipped_wordings, terms_of
from tests.dialogues import conversation

VALUED = Customer(tier="Enterprise")
SMALL = Customer(tier="basic", lifetime_value=40.0, seats=1)
LEAVES = (
    "That's it, close my account, we have signed with your competitor and move everything over on Monday."
)


def flags(*said: tuple[str, str], customer: Customer | None = None) -> dict[Reason, Flag]:
    talk = conversation(*said)
    talk = replace(talk, customer=customer) if customer else talk
    return {flag.reason: flag for flag in decide(shipped_rules(), FlagView(talk))}


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (Reason.FRUSTRATION, "This is the third time I ask. Absolutely useless, all of you!!"),
        (Reason.DISPUTE, "You charged my card twice and I never authorised it. My bank will claw it back."),
        (Reason.POLICY_EXCEPTION, "I know I'm past the return window, could you make an exception for me?"),
        (Reason.CHURN_RISK, LEAVES),
        (Reason.PUBLIC_ESCALATION, "I'm posting all of this on TikTok tonight, my followers will love it."),
        (Reason.VULNERABILITY, "My husband died last week and I can't pay this, I don't know how to go on."),
        (Reason.UPSELL, "We'll be forty people from May, is there a bigger plan than ours with more seats?"),
        (Reason.HUMAN_REQUESTED, "Can I please just talk to a real person?"),
    ],
)  # fmt: skip
def test_each_reason_is_raised_with_the_customers_words(reason: Reason, text: str) -> None:
    flag = flags(("customer", text))[reason]
    assert text[flag.evidence.start : flag.evidence.end] == flag.evidence.quote != ""
    assert flag.advice
    assert flag.rule.startswith(reason.value)
    assert 0 < flag.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Hello, what time do you open on Sunday?",
        "Where is my parcel? The order number is 4471.",
        "Thanks, that worked.",
        "I'm dying to see it, when does it ship?",
        "Could I book the late slot on Friday instead?",
        "What is your return policy for lamps?",
    ],
)
def test_everyday_questions_raise_nothing_shown(text: str) -> None:
    assert [flag for flag in flags(("customer", text)).values() if flag.shown] == []


@pytest.mark.parametrize(
    ("reason", "before", "telling", "after"),
    [
        (
            Reason.MULTI_DEPARTMENT,
            "The lamp came cracked on the 4th, the invoice names two of them and my log-in is gone since.",
            "Stores sends me to accounts, accounts to your web people, and those send me back to stores.",
            "The order is 55-102.",
        ),
        (
            Reason.FRUSTRATION,
            "It is nine weeks now, with two visits cancelled and four letters from me.",
            "I am at the end of my patience with every one of you!",
            "The kettle is still under its sheet.",
        ),
        (
            Reason.PUBLIC_ESCALATION,
            "I run a small newsletter on tents, some six thousand readers, and paid for yours myself.",
            "On Friday your answer, or its absence, will be printed in it.",
            "The seam gave way in the second night.",
        ),
    ],
)
def test_the_quote_is_what_states_the_reason_not_what_led_to_it(
    reason: Reason, before: str, telling: str, after: str
) -> None:
    evidence = flags(("customer", f"{before} {telling} {after}"))[reason].evidence
    assert telling in evidence.quote


def test_leaving_weighs_as_much_as_the_customer_is_worth() -> None:
    assert flags(("customer", LEAVES))[Reason.CHURN_RISK].severity is Severity.NOTE
    assert flags(("customer", LEAVES), customer=VALUED)[Reason.CHURN_RISK].severity is Severity.ACT
    assert Reason.CHURN_RISK not in flags(("customer", LEAVES), customer=SMALL)


def test_a_crisis_is_urgent_and_sells_nothing() -> None:
    found = flags(("customer", "he's kicking the bathroom door in, i can't call because he's listening"))
    assert found[Reason.VULNERABILITY].severity is Severity.URGENT
    assert found[Reason.VULNERABILITY].shown
    assert found[Reason.VULNERABILITY].is_crisis
    assert Reason.UPSELL not in found


def test_anger_thanked_away_is_withdrawn_and_a_dispute_is_not() -> None:
    angry = (
        "customer",
        "This is ridiculous! Third time I ask. I never authorised that charge, my bank has it now.",
    )
    before = flags(angry)
    after = flags(angry, ("agent", "I have seen to it."), ("customer", "Thank you, all sorted now."))
    assert {Reason.FRUSTRATION, Reason.DISPUTE} <= before.keys()
    assert Reason.FRUSTRATION not in after
    assert Reason.DISPUTE in after


def test_a_wish_for_a_person_ends_with_a_persons_reply() -> None:
    asks = ("customer", "Is anybody there who isn't a bot? I want a human being.")
    assert Reason.HUMAN_REQUESTED in flags(asks)
    assert Reason.HUMAN_REQUESTED not in flags(asks, ("agent", "Ana here, how can I help?"))


def every_flag(model: FlagModel, talks: list[Conversation]) -> list[tuple[Flag, ...]]:
    rules = shipped_rules(model=model)
    return [decide(rules, FlagView(talk)) for talk in talks]


@pytest.mark.parametrize("times", [20, pytest.param(1000, marks=pytest.mark.long)])
@pytest.mark.timeout(900)
def test_the_same_conversation_gets_the_same_flags(times: int) -> None:
    talk = conversation(
        ("customer", "Still no answer! I asked twice."), ("agent", "Sorry."), ("customer", LEAVES)
    )
    model = FlagModel(remembered=0)
    first = every_flag(model, [talk])
    assert first[0]
    assert all(every_flag(model, [talk]) == first for _ in range(times))


# ---- the model's file --------------------------------------------------------------------------------------


def test_the_models_card_is_complete() -> None:
    card = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))
    assert {"model", "weights", "outputs", "data", "trained_on"} <= card.keys()
    assert card["words"] == sha256_of(MODEL / "words.json")
    assert card["quotes"] == {name: sha256_of(OURS / name) for name in card["quotes"]} != {}


def test_each_reason_has_advice_weights_and_thresholds() -> None:
    weights = shipped_weights()
    assert weights.keys() == {*LOOKS_AT, TROUBLE}
    assert LOOKS_AT.keys() == set(REASONS) - {"crisis"}
    assert weights[TROUBLE].features.keys() == set(TROUBLE_LOOKS_AT)
    assert ADVICE.keys() == set(Reason) - {Reason.LOW_CONFIDENCE}
    assert all(weights[reason].features.keys() == set(LOOKS_AT[reason]) for reason in LOOKS_AT)
    assert all(0 < one.quiet <= one.shown < 1 for one in weights.values())


def test_a_long_mail_is_read_in_pieces_to_its_end() -> None:
    filler = "We ordered the grey rug for the hall and the blue one for the study. " * 25
    text = filler + "My husband died on Sunday and I cannot bear any of this."
    reading = shipped_model().read("", text)
    assert len(reading.tokens) == len(reading.places) > TEXT_TOKENS
    assert reading.places[-1][1] == len(text)
    assert (
        reading.reasons[REASONS.index("vulnerability")]
        > shipped_model().read("", filler).reasons[REASONS.index("vulnerability")]
    )
    assert len(shipped_model().read("", filler * 10).tokens) == PIECES * TEXT_TOKENS


def test_the_context_keeps_its_newest_words_and_the_text_its_first() -> None:
    ids, start = framed(range(1000, 1200), range(2000, 2400), 1, 2)
    assert ids[0] == 1
    assert ids[start - 2] == 1199
    assert ids[start : start + 2] == [2000, 2001]
    assert (start, len(ids)) == (CONTEXT_TOKENS + 2, CONTEXT_TOKENS + 2 + TEXT_TOKENS + 1)
    assert context_of([("customer", "a"), ("support", "b"), ("customer", "c\n d"), ("support", "e")]) == (
        "support: b customer: c d support: e"
    )


# ---- weighing ----------------------------------------------------------------------------------------------

ONE = Weights(0.0, {"x": 1.0}, quiet=0.6, shown=0.9)


@pytest.mark.parametrize(
    ("turns", "settled", "stands"),
    [
        ([0.0, 1.0], [False, False], (1, False)),
        ([1.0, 3.0], [False, False], (1, True)),
        ([3.0, 4.0], [False, False], (0, True)),
        ([3.0, 1.0], [False, False], (0, True)),
        ([1.0, 0.0], [False, True], None),
        ([1.0, 3.0], [False, True], (1, True)),
        ([0.0], [False], None),
        ([], [], None),
    ],
)
def test_a_reason_is_raised_once_and_again_only_when_it_is_surer(
    turns: list[float], settled: list[bool], stands: tuple[int, bool] | None
) -> None:
    found = raised(ONE, [{"x": logit} for logit in turns], settled)
    assert (None if found is None else (found.place, found.shown)) == stands


def test_where_little_seems_wrong_a_reason_needs_to_be_surer() -> None:
    turns: list[dict[str, float]] = [{"x": 3.0}]
    assert raised(ONE, turns, [False], lambda _: 1.0) == raised(ONE, turns, [False])
    doubtful = raised(ONE, turns, [False], lambda _: 0.8)
    assert doubtful is not None
    assert (doubtful.shown, doubtful.chance) == (False, 0.8 * ONE.chance(turns[0]))
    assert raised(ONE, turns, [False], lambda _: 0.5) is None


def test_trouble_looks_at_the_surest_reasons_up_to_the_turn_but_not_at_a_sale_or_a_hidden_one() -> None:
    bare = dict.fromkeys(TROUBLE_LOOKS_AT, 0.0)
    weights = {
        **{name: Weights(0.0, {name: 1.0}, 0.5, 0.9) for name in ("dispute", "churn", "upsell")},
        TROUBLE: Weights(0.0, {"surest": 1.0, "second": 1.0}, 0.99, 0.99),
    }
    turns = [bare | {"dispute": 2.0, "churn": -1.0, "upsell": 9.0}, bare | dict.fromkeys(weights, -3.0)]
    assert trouble_at(weights, turns, (), 1) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert trouble_at(weights, turns, ("dispute",), 1) < 0.001


# ---- words and evidence ------------------------------------------------------------------------------------


def test_words_are_read_alike_in_any_case_and_with_any_apostrophe() -> None:
    words = shipped_wordings()
    assert terms_of("Don’t, no!") == ["don't", "no", "!", "don't no", "no !"]
    assert words.scores("I WON’T pay!") == words.scores("i won't pay!")
    assert set(words.heads) == {*LOOKS_AT, TROUBLE}
    assert words.scores("") == words.scores("qqzx")


def test_words_speak_for_their_reason() -> None:
    words = shipped_wordings()
    asked, told = words.scores("could you waive the fee just this once?"), words.scores("it works, thank you")
    assert asked["policy_exception"] > 0 > told["policy_exception"]
    assert asked["policy_exception"] == max(score for head, score in asked.items() if head != TROUBLE)


def test_evidence_is_the_strongest_sentence_and_one_beside_it_also_of_a_long_turn() -> None:
    short = "I never ordered this. You charged my card anyway. My bank will claw it back."
    filler = "We have been with you since the spring and the deliveries came on the agreed days so far. "
    for text in (short, filler + filler + short):
        found = flags(("customer", text))[Reason.DISPUTE].evidence
        assert found.quote in ("I never ordered this. You charged my card anyway.", short.split(". ", 1)[1])


@pytest.mark.parametrize(
    ("reason", "before", "telling", "after"),
    [
        (
            "human_requested",
            "Hello. The survey of our cottage was promised by the tenth, then by the seventeenth. Your "
            "man was decent, up in that loft an hour among the bats.",
            "I've spoken to the young lady three times now, and what I need is one of the partners on "
            "the line.",
            "I've lived here since '71. The bats have too. They're protected, I'm not.",
        ),
        (
            "not_understood",
            "Parking's a bear pit on bank holidays. Not your fault, geese are geese. Scones exceptional.",
            "I asked where the compost was, got walked to the heathers, said no, compost, and got walked to "
            "the heathers by a second one.",
            "Found it myself behind the gnomes. £8.99 a bag is fair.",
        ),
    ],
)
def test_no_sentence_is_quoted_for_being_short(reason: str, before: str, telling: str, after: str) -> None:
    understood = Understanding(shipped_model()).of(conversation(("customer", f"{before} {telling} {after}")))
    quoted = understood.strongest(0, reason)
    assert quoted is not None
    assert telling in quoted.text


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(-9, 9)), min_size=1, max_size=12))
def test_two_sentences_are_quoted_where_both_show_the_reason_and_are_short_enough(
    told: list[tuple[int, int]],
) -> None:
    text = " ".join("Tells" + " of the lamp" * count + "." for count, _ in told)
    said = list(sentences(conversation(("customer", text)).turns[0]))
    scores = [float(score) for _, score in told]
    quoted = widened(said, scores, max(scores) - 3)
    inside = [at for at, one in enumerate(said) if quoted.span.start <= one.span.start < quoted.span.end]
    assert scores.index(max(scores)) in inside
    assert all(scores[at] >= max(scores) - 3 for at in inside)
    assert len(inside) == 1 or (len(inside) == 2 and len(quoted.text) <= LONGEST_QUOTE)
    assert quoted.text == text[quoted.span.start : quoted.span.end]


def test_of_a_long_mail_the_sentence_is_quoted_that_shows_the_reason() -> None:
    filler = "We have been with you since the spring and the deliveries came on the agreed days so far. " * 4
    threat = "I am putting it on Facebook for all to see tonight."
    for text in (f"{threat} {filler}", f"{filler}{threat} {filler}", f"{filler}{threat}"):
        assert threat in flags(("customer", text))[Reason.PUBLIC_ESCALATION].evidence.quote


def test_evidence_leaves_out_neighbours_that_speak_much_less_for_the_reason() -> None:
    plain, threat = "Two slats of the bench are split.", "I am putting it on Facebook for all to see tonight."
    found = flags(("customer", f"{plain} {threat} The bench is oak."))[Reason.PUBLIC_ESCALATION].evidence
    assert threat in found.quote
    assert "oak" not in found.quote


@pytest.mark.parametrize(
    ("customer", "high"),
    [
        (Customer(), None),
        (Customer(tier=" Premium "), True),
        (Customer(tier="basic"), False),
        (Customer(lifetime_value=5000), True),
        (Customer(lifetime_value=4999), False),
        (Customer(seats=25), True),
        (Customer(tier="basic", seats=24), False),
    ],
)
def test_what_is_not_known_of_a_customer_is_not_taken_for_low(customer: Customer, high: bool | None) -> None:
    assert ValueRule().is_high(customer) is high


# ---- fitting and measuring ---------------------------------------------------------------------------------


def talks() -> list[Talk]:
    names = {*LOOKS_AT["dispute"], "words.trouble"}

    def features(score: float) -> dict[str, float]:
        return dict.fromkeys(names, 0.0) | {"score.dispute": score}

    there = [
        Talk(f"y{n}", "ab"[n % 2], (0, 2), (features(-3.0), features(3.0)), {"dispute": 2}) for n in range(30)
    ]
    absent = [Talk(f"n{n}", "ab"[n % 2], (0,), (features(-3.0),), {}, plain=True) for n in range(30)]
    return [*there, *absent]


def test_fitting_finds_what_tells_a_reason() -> None:
    fitted = fit([], talks(), ["dispute"])
    weights, turns = fitted["dispute"], talks()[0].features
    assert weights.features["score.dispute"] > 0
    trouble = partial(trouble_at, fitted, turns, ())
    assert raised(weights, turns[:1], [False], trouble) is None
    standing = raised(weights, turns, [False, False], trouble)
    assert standing is not None
    assert (standing.place, standing.shown) == (1, True)


def test_thresholds_are_chosen_by_weights_that_never_saw_the_domain() -> None:
    few = [*talks()[:5], *talks()[30:]]
    apart = left_out(few, ["dispute"])
    assert apart.keys() == {talk.id for talk in few}
    without_a = fit_reason([talk for talk in few if talk.domain != "a"], "dispute")
    assert apart["y0"]["dispute"] == without_a != apart["y1"]["dispute"]


def test_domains_are_left_out_whole_and_all_are_measured() -> None:
    domains = ["a"] * 5 + ["b"] * 4 + ["c"] * 3 + ["d", "e", "f"]
    folds = folds_of(domains)
    assert set().union(*folds) == set(domains)
    assert sum(map(len, folds)) == len(set(domains))
    assert folds == folds_of(list(reversed(domains)))


def test_the_bench_reads_a_file_with_nothing_but_turns_and_says_the_same_each_time(tmp_path: Path) -> None:
    bare = [
        {"id": "1", "turns": [{"role": "assistant", "text": "Hello!"}, {"role": "customer", "text": LEAVES}]},
        {"id": "2", "turns": [{"role": "customer", "text": "When do you open?"}], "customer": None},
    ]
    source = tmp_path / "bare.jsonl"
    source.write_text("\n".join(map(json.dumps, bare)), encoding="utf-8")
    for name in ("one", "two"):
        assert main(["--data", str(source), "--out", str(tmp_path / name)]) == 0
    said = rows(tmp_path / "one")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert [row["disposition"] for row in said] == ["human", "routine"]
    assert said[1]["routine_intent"] == "hours_location"
    (leaving,) = [flag for flag in said[0]["flags"] if flag["reason"] == "churn_risk"]
    assert (leaving["turn"], leaving["severity"]) == (1, "note")
    assert leaving["evidence"] in LEAVES


def test_what_is_raised_live_names_the_first_turn_and_the_highest_severity() -> None:
    sealed, _ = split_domains()
    row = next(row for row in our_dialogues(sealed) if row["flags"] and len(row["turns"]) > 3)
    flags_ = raised_live(shipped_rules(), row)
    assert len({flag["reason"] for flag in flags_}) == len(flags_)
    assert all(row["turns"][flag["turn"]]["role"] == "customer" for flag in flags_)
    assert all(flag["evidence"] in row["turns"][flag["turn"]]["text"] for flag in flags_)


def test_the_bench_treats_a_conversation_as_the_panel_does() -> None:
    raised = {"turn": 0, "evidence": "words", "confidence": 0.9, "severity": "act", "shown": False}
    treated = [disposition_of([{**raised, "reason": reason}]) for reason in ("dispute", "upsell")]
    assert [disposition_of([]), *treated] == ["routine", "human", "routine"]
