"""The holding reply: what it says, by when, and when there is none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.conversation import Channel, Conversation, Customer
from server.held import HeldReplies, holds
from server.holding import by_when, due, holding_reply
from server.phrases import Phrases, Promise, read_phrases
from tests.dialogues import conversation

TUESDAY = datetime(2031, 3, 11, 10, 5, tzinfo=UTC)
SHIPPED = read_phrases().company
REPAIR = ("customer", "Do you repair oars?")


def dated(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2031; the 11th is a Tuesday."""
    return datetime(2031, 3, day, hour, minute, tzinfo=UTC)


def mail(*turns: tuple[str, str]) -> Conversation:
    return conversation(*turns, channel=Channel.EMAIL, customer=Customer(name="Kim Park"))


def phrases(tmp_path: Path, text: str) -> Phrases:
    file = tmp_path / "phrases.toml"
    file.write_text(text)
    return read_phrases(file).of("ana", "billing")


@pytest.mark.parametrize(
    ("now", "promise", "said"),
    [
        (TUESDAY, {"within": 4}, "by 14:30 today"),
        (TUESDAY, {}, "by 10:30 tomorrow"),
        (dated(11, 8), {"within": 8}, "by 17:00 today"),
        (dated(11, 19), {"within": 2}, "by 11:00 tomorrow"),
        (dated(14, 16), {}, "by 16:00 on Monday"),
        (dated(15, 12), {"within": 1}, "by 10:00 on Monday"),
        (dated(11, 16, 50), {"hours": "09:00-16:50", "within": 0.5}, "by 09:30 tomorrow"),
        (dated(11, 16, 10), {"hours": "09:00-16:50", "within": 0.6}, "by 16:50 today"),
        (dated(11, 9), {"days": ["monday"], "within": 1}, "by 10:00 on Monday"),
        (dated(11, 9), {"within": 80}, "by 17:00 on 24 March"),
    ],
)
def test_the_time_is_the_end_of_the_promised_working_hours(
    now: datetime, promise: dict[str, object], said: str
) -> None:
    assert by_when(due(now, Promise.model_validate(promise)), now) == said


def test_an_e_mail_has_greeting_and_closing_and_says_what_happens_next_and_by_when() -> None:
    assert holding_reply(mail(REPAIR), SHIPPED, TUESDAY) == (
        "Hello Kim,\n\nI do not want to guess, so I am asking those who know this. I will write to you again "
        "by 10:30 tomorrow, even if it is not settled by then.\n\nKind regards"
    )


def test_in_chat_it_has_no_closing_and_greets_once() -> None:
    asked = conversation(("customer", "Hi"), ("agent", "Hello!"), REPAIR)
    text = holding_reply(asked, SHIPPED, TUESDAY)
    assert text
    assert text.startswith("I do not want to guess")
    assert text.endswith("by then.")


@pytest.mark.parametrize(
    ("said", "opening"),
    [
        ("This is ridiculous. Do you repair oars or not?", "I am sorry about this. I"),
        ("My husband died last week. Can his account be closed?", "I am very sorry for your loss. I"),
        ("I am so worried. Is the glue safe?", "I understand that this is worrying. I"),
    ],
)
def test_who_is_not_calm_is_met_where_they_are_and_reads_nothing_glad(
    tmp_path: Path, said: str, opening: str
) -> None:
    text = holding_reply(mail(("customer", said)), SHIPPED, TUESDAY)
    assert text
    assert f"\n\n{opening}" in text
    glad = phrases(
        tmp_path, "holding.reply = ['Great question! More {{when}}.', 'You hear from us {{when}}.']"
    )
    assert "Great" in (holding_reply(mail(REPAIR), glad, TUESDAY) or "")
    upset = holding_reply(mail(("customer", said)), glad, TUESDAY)
    assert upset
    assert "You hear from us by 10:30 tomorrow." in upset
    assert "Great" not in upset


def test_nothing_is_promised_twice_whatever_time_it_named_then() -> None:
    texts: list[str] = []
    for _ in SHIPPED.holding.reply:
        turns = [REPAIR, *(("agent", text) for text in texts), REPAIR]
        text = holding_reply(mail(*turns), SHIPPED, TUESDAY)
        assert text
        texts.append(text.replace("10:30 tomorrow", "9:00 today"))
    assert len({text.split("\n\n")[1] for text in texts}) == len(SHIPPED.holding.reply) == 3
    assert holding_reply(mail(REPAIR, *(("agent", text) for text in texts), REPAIR), SHIPPED, TUESDAY) is None


def test_a_team_has_its_own_words_and_hours(tmp_path: Path) -> None:
    own = "[team.billing.holding]\nreply = ['{{agent_name}} tells you {{when}}.', 'News {{when}}.']\n"
    own += "[team.billing.promise]\nwithin = 1\nhours = '08:00-20:00'"
    mine = phrases(tmp_path, own)
    assert "News by 11:30 today." in (holding_reply(mail(REPAIR), mine, TUESDAY) or "")
    signed = holding_reply(mail(REPAIR), mine, TUESDAY, agent="Ana")
    assert "Ana tells you by 11:30 today." in (signed or "")
    assert mine.promise.days == SHIPPED.promise.days


# ---- what became of it -------------------------------------------------------------------------------------

SHOWN = (
    "Hello Kim,\n\nI do not want to guess, so I am asking those who know this. "
    "I will write to you again by 10:30 tomorrow, even if it is not settled by then.\n\nKind regards"
)
QUOTED = "\n".join(f"> {line}" for line in SHOWN.split("\n"))


@pytest.mark.parametrize(
    ("written", "is_it"),
    [
        (SHOWN, True),
        (SHOWN.replace("Hello Kim", "Dear Ms Park").replace("Kind regards", "Ana"), True),
        (SHOWN.replace(". I will", ".\n\nI will").upper(), True),
        ("I do not want to guess, so I am asking those who know this.", False),
        ("Hello Kim,\n\nWe do repair oars.\n\nKind regards", False),
        (f"We do repair oars.\n\nOn 3 March 2031 at 10:12 Ana <ana@desk.example> wrote:\n{QUOTED}", False),
        ("", False),
    ],
)
def test_a_holding_reply_is_known_by_most_of_its_sentences(written: str, is_it: bool) -> None:
    assert holds(written, SHOWN) is is_it


@pytest.mark.parametrize(
    ("turns", "sent"),
    [
        ([REPAIR, ("agent", SHOWN)], [("t0", "t1")]),
        ([REPAIR, ("agent", "One moment."), ("customer", "Yes?"), ("agent", SHOWN)], [("t0", "t3")]),
        ([REPAIR, ("customer", SHOWN)], []),
        ([REPAIR, ("note", SHOWN)], []),
        ([REPAIR], []),
    ],
)
def test_a_reply_is_sent_when_a_later_turn_of_ours_has_it_and_that_is_told_once(
    turns: list[tuple[str, str]], sent: list[tuple[str, str]]
) -> None:
    held = HeldReplies()
    held.recall({"t0": SHOWN, "gone": SHOWN})
    assert held.sent_in(mail(*turns).turns) == sent
    assert held.sent_in(mail(*turns).turns) == []


def test_what_our_side_wrote_before_the_question_is_no_answer_to_it() -> None:
    held = HeldReplies()
    held.show("t1", SHOWN)
    assert held.sent_in(mail(("agent", SHOWN), REPAIR).turns) == []
