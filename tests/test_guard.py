"""What the leak guard lets out: the demo's own texts, tricks against it, and what everybody may say."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.document import Audience, Document, Kind, Passage
from knowledge.rule import Rule, Wording
from server.conversation import Conversation
from server.guard import GuardIndex, build_index, check
from server.leak import LeakReason, Verdict
from tests.dialogues import conversation
from tests.quillbrook import demo_passages
from tests.shelf import document, passage

TODAY = date(2026, 11, 22)
WORD = re.compile(r"[^\W_]+")


@lru_cache
def demo() -> GuardIndex:
    return build_index(demo_passages(), TODAY)


def leaks(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(__file__).parent / name).read_text().splitlines()]


def verdict(row: dict[str, Any]) -> Verdict:
    notes = conversation(*(("note", note) for note in row.get("notes", ())))
    return check(row["text"], demo(), notes).verdict


OURS = [*leaks("leaks_open.jsonl"), *leaks("leaks_sealed.jsonl")]


@pytest.mark.parametrize("row", OURS, ids=lambda row: row["kind"])
def test_our_texts_get_the_verdict_they_should(row: dict[str, Any]) -> None:
    if row["expected"] == "refuse":
        assert verdict(row) is Verdict.REFUSE
    elif row["kind"] == "renamed":
        assert verdict(row) is not Verdict.ALLOW
    elif row["expected"] == "allow":
        assert verdict(row) is not Verdict.REFUSE


# ---- whatever the knowledge holds --------------------------------------------------------------------------

# What the demo's guides tell agents to say to customers.
TOLD_TO_SAY = (
    "of course i will find a team lead for you",
    "your order is having a routine check we will write to you by time",
    "i have asked for approval and will come back to you by time",
)


def test_eight_words_in_a_row_of_any_internal_passage_are_refused() -> None:
    public = {run for passage in public_passages() for run, _, _ in runs_of(passage.search_text)}
    passed = set()
    for each in demo_passages():
        if each.document.audience is Audience.PUBLIC or each.document.kind is Kind.MACRO:
            continue
        refused = [leak for leak in check(each.text, demo()).leaks if leak.reason is LeakReason.INTERNAL_TEXT]
        for run, start, end in runs_of(each.text):
            if run not in public and not any(leak.start <= start and end <= leak.end for leak in refused):
                passed.add(run)
    figures = {run for run in passed if run.replace(" ", "").isdigit()}
    assert {run for run in passed - figures if not any(run in said for said in TOLD_TO_SAY)} == set()


def runs_of(text: str) -> Iterator[tuple[str, int, int]]:
    found = list(WORD.finditer(text))
    for place in range(len(found) - 7):
        run = found[place : place + 8]
        yield " ".join(word[0].casefold() for word in run), run[0].start(), run[-1].end()


def public_passages() -> list[Passage]:
    return [each for each in demo_passages() if each.document.audience is Audience.PUBLIC]


def test_no_public_passage_is_held_back() -> None:
    checked = {each.id: check(each.text, demo()) for each in public_passages() if in_force(each.document)}
    assert {name: found for name, found in checked.items() if found.verdict is not Verdict.ALLOW} == {}


def in_force(of: Document) -> bool:
    return (of.effective_from or TODAY) <= TODAY <= (of.expires_on or TODAY)


# ---- rules, one at a time ----------------------------------------------------------------------------------

RULE = "Lamps that come back after day forty are repaired and sold again in the yard."


def shelf(*texts: str, **fields: Any) -> list[Passage]:
    return [passage(document(f"{text[:9]}.md", **fields), text) for text in texts]


def index(*internal: str, public: tuple[str, ...] = (), **fields: Any) -> GuardIndex:
    kept = shelf(*internal, **{"audience": Audience.INTERNAL, **fields})
    return build_index([*kept, *shelf(*public)], TODAY)


def reasons(text: str, of: GuardIndex, known: Conversation | None = None) -> list[tuple[str, str]]:
    return [(leak.reason.value, text[leak.start : leak.end]) for leak in check(text, of, known).leaks]


def test_seven_words_warn_and_eight_are_refused_with_their_place() -> None:
    words = RULE.split()
    assert check(" ".join(words[:7]), index(RULE)).verdict is Verdict.WARN
    (leak,) = check("Hello, " + " ".join(words[:8]) + " he said", index(RULE)).leaks
    assert (leak.reason, leak.start, leak.end) == (LeakReason.INTERNAL_TEXT, 7, 7 + len(" ".join(words[:8])))
    assert leak.place is not None
    assert leak.place.owner == "olga"


def test_the_marked_piece_is_the_one_that_was_written() -> None:
    text = "Well: " + "\u200b".join(RULE.upper().replace("A", "\u0410")) + " – so."
    ((reason, quote),) = reasons(text, index(RULE))
    assert reason == "internal_text"
    assert quote == text[6 : text.index("\u200b.")]


def test_what_is_public_as_well_may_be_said() -> None:
    assert check(RULE, index(RULE, public=(f"We tell everybody: {RULE}",))).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    "field", [{"expires_on": date(2026, 11, 21)}, {"effective_from": date(2026, 11, 23)}]
)
def test_what_is_no_longer_or_not_yet_public_is_not_public(field: dict[str, date]) -> None:
    kept = shelf(RULE, audience=Audience.INTERNAL)
    assert check(RULE, build_index([*kept, *shelf(RULE, **field)], TODAY)).verdict is Verdict.REFUSE


def test_expert_text_is_not_for_customers() -> None:
    assert check(RULE, index(RULE, audience=Audience.EXPERT)).verdict is Verdict.REFUSE


def test_a_run_may_reach_from_one_passage_into_the_next() -> None:
    of = document("guide.md", audience=Audience.INTERNAL)
    pieces = [passage(of, "First open the case and", 0), passage(of, "then ring the yard", 1)]
    found = build_index(pieces, TODAY)
    assert check("open the case and then ring the yard", found).verdict is Verdict.REFUSE


def test_figures_alone_are_never_a_copy() -> None:
    figures = "2026 11 22 2026 11 23 2026 11 24"
    assert check(figures, index(f"Stock days: {figures}")).verdict is Verdict.ALLOW


def test_what_a_guide_tells_agents_to_say_may_be_said() -> None:
    guide = index('If they ask why, say: "Your order is having a very ordinary look by us today."')
    assert check("Your order is having a very ordinary look by us today.", guide).verdict is Verdict.ALLOW


def test_what_a_guide_forbids_to_say_may_not() -> None:
    guide = index('Do not say: "Your order is having a very ordinary look by us today."')
    assert check("Your order is having a very ordinary look by us today.", guide).verdict is Verdict.REFUSE


def test_a_wording_approved_for_code_may_be_said() -> None:
    said = "A lamp that comes back late costs you two pounds, see lamp_fee on your bill."
    approved = Rule("lamps.lamp_fee", said, wording=Wording(said, "olga", TODAY))
    (code,) = shelf(f'def lamp_fee(days):\n    """{said}"""', audience=Audience.INTERNAL, kind=Kind.CODE)
    assert check(said, build_index([code], TODAY)).verdict is Verdict.REFUSE
    assert check(said, build_index([replace(code, rule=approved)], TODAY)).verdict is Verdict.ALLOW


def test_a_saved_reply_that_is_not_public_warns() -> None:
    found = index(RULE, kind=Kind.MACRO)
    assert check(RULE, found).verdict is Verdict.WARN
    assert {reason for reason, _ in reasons(RULE, found)} == {"saved_reply"}


def test_a_saved_reply_that_copies_a_guide_is_refused() -> None:
    macro = shelf(f"Dear you, {RULE}", audience=Audience.INTERNAL, kind=Kind.MACRO)
    found = build_index([*macro, *shelf(RULE, audience=Audience.INTERNAL)], TODAY)
    assert check(RULE, found).verdict is Verdict.REFUSE


def test_names_from_code_are_refused_however_they_are_written() -> None:
    found = index("def lamp_fee(yard_days):\n    return YardRate * yard_days", kind=Kind.CODE)
    text = "It is LAMP_FEE, not LampFee; the yardRate counts, the lamp fee and the yard rate do not."
    assert [quote for _, quote in reasons(text, found)] == ["LAMP_FEE", "LampFee", "yardRate"]


def test_names_that_stand_in_public_text_may_be_said() -> None:
    found = index("order_id = PayPal(order_id)", kind=Kind.CODE, public=("Write order_id in the form",))
    assert reasons("order_id", found) == []
    assert [quote for _, quote in reasons("PayPal", found)] == ["PayPal"]


def test_code_with_other_names_in_it_is_still_code() -> None:
    found = index("def fee(days):\n    return max(LOW, days * RATE / 12) + EXTRA[days]\n", kind=Kind.CODE)
    ((reason, _),) = reasons("def cost(n):\n  return max(A, n * B / 30) + C[n]", found)
    assert reason == "code"


def test_secrets_that_are_published_may_be_said() -> None:
    told = "To try it sign in with password: Demo-4711 on the test page"
    assert [quote for _, quote in reasons(told, index())] == ["Demo-4711"]
    assert reasons(told, index(public=(told,))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Your password is not correct, please reset it.",
        "Choose a password with a digit and a sign.",
        "Open https://shop.example/reset?token=8f14e45fceea167a5a36dedd4bea2543&lang=en to go on.",
        "The password is case sensitive.",
        "Your token expires: choose another day.",
    ],
)
def test_talk_about_passwords_is_no_secret(text: str) -> None:
    assert check(text, index()).verdict is Verdict.ALLOW


NOTE = "She drinks and shouted at Tom twice on the phone yesterday."


def test_the_conversations_notes_are_refused_and_no_other() -> None:
    assert reasons(f"I read: {NOTE}", index(), conversation(("note", NOTE))) == [("note", NOTE.rstrip("."))]
    assert check(NOTE, index(), conversation(("customer", "Hello"))).verdict is Verdict.ALLOW


def test_a_note_that_quotes_what_was_said_or_is_public_holds_nothing_back() -> None:
    said = conversation(("customer", NOTE), ("note", f"Customer: {NOTE}"))
    assert check(NOTE, index(), said).verdict is Verdict.ALLOW
    assert check(NOTE, index(public=(NOTE,)), conversation(("note", NOTE))).verdict is Verdict.ALLOW


SEPARATORS = st.text(" \t\n*_-.,\u200b\u00a0\u3000\u2060\u00ad", min_size=1, max_size=4)


@settings(deadline=None)
@given(st.lists(SEPARATORS, min_size=14, max_size=14), st.booleans())
def test_no_separator_hides_a_copy(separators: list[str], upper: bool) -> None:
    words = re.findall(r"\w+", RULE.upper() if upper else RULE)
    text = "".join(word + between for word, between in zip(words, separators, strict=False))
    assert check(text, index(RULE)).verdict is Verdict.REFUSE


@settings(deadline=None)
@given(st.text(string.printable + "\u200b\u0410\u00e9\u202e\ufb01\u1d5ba\ud800", max_size=300))
def test_every_piece_is_a_place_in_the_text(text: str) -> None:
    written = f"{text} password: Demo-4711 {text}"
    for leak in check(written, demo()).leaks:
        assert 0 <= leak.start < leak.end <= len(written)
