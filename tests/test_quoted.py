from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.by_hand import flag_by_hand
from server.conversation import Reason
from server.flags import FlagView, decide, shipped_rules
from server.quoted import Rest, compact, forwarded, opening, own_words, split
from server.understand import said, understand
from tests.dialogues import conversation

MAILS = sorted((Path(__file__).parent / "fixtures" / "mail").glob("*.txt"))
SEPARATOR = "===== own words =====\n"
GIVES_NOTHING_TO_DO = ("out_of_office", "automatic_reply", "delivery_failed", "image_only", "quote_only")


def mail(name: str) -> tuple[str, str]:
    """The text of a mail and what its writer wrote of it."""
    path = Path(__file__).parent / "fixtures" / "mail" / f"{name}.txt"
    text, own = path.read_text(encoding="utf-8").split(SEPARATOR)
    return text, own


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("name", [path.stem for path in MAILS])
def test_the_own_words_of_a_mail_are_kept_and_nothing_else(name: str) -> None:
    text, own = mail(name)
    assert lines(own_words(text)) == lines(own)


@pytest.mark.parametrize("name", [path.stem for path in MAILS])
def test_windows_line_ends_and_added_white_space_change_nothing(name: str) -> None:
    text, own = mail(name)
    assert lines(own_words("".join(f"  {line} \r\n" for line in text.splitlines()))) == lines(own)


@pytest.mark.parametrize("name", [path.stem for path in MAILS])
def test_pieces_are_the_whole_text_and_kept_characters_stay_in_place(name: str) -> None:
    text, _ = mail(name)
    pieces = split(text)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    own = own_words(text)
    assert len(own) == len(text)
    assert all(kept in ("\n", " ", was) for kept, was in zip(own, text, strict=True))


@given(
    st.lists(
        st.sampled_from(["> a", "On 1.2. 10:00 b@c.example wrote:", "--", "Thanks,", "d?", "", "From: e"])
    )
)
def test_any_order_of_lines_keeps_every_character(parts: list[str]) -> None:
    text = "\n".join(parts)
    pieces = split(text)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert len(own_words(text)) == len(text)


def kinds(name: str) -> set[Rest | None]:
    return {piece.rest for piece in split(mail(name)[0])}


def test_each_piece_says_what_it_is() -> None:
    assert kinds("law_firm_footer") == {None, Rest.SIGNATURE, Rest.FOOTER}
    assert kinds("phone_signature_and_quote") == {None, Rest.SIGNATURE, Rest.FORWARDED}
    assert kinds("interleaved") == {None, Rest.QUOTED}
    assert kinds("image_only") == {Rest.IMAGE}
    assert kinds("out_of_office") == {Rest.AUTO_REPLY}


@pytest.mark.parametrize("name", [path.stem for path in MAILS if path.stem.startswith(GIVES_NOTHING_TO_DO)])
def test_what_nobody_wrote_needs_nothing(name: str) -> None:
    talk = conversation(("agent", "Is the glass door cracked?"), ("customer", mail(name)[0]))
    assert understand(talk) is None
    assert decide(shipped_rules(), FlagView(talk)) == ()


@pytest.mark.parametrize("name", ["forward_alone", "forward_see_below"])
def test_a_forward_with_nothing_beside_it_is_searched_and_never_flagged(name: str) -> None:
    talk = conversation(("customer", mail(name)[0]))
    need = understand(talk)
    assert need is not None
    assert "crib mattress is safe for a newborn" in need.text
    assert decide(shipped_rules(), FlagView(talk)) == ()


def test_a_forward_beside_a_question_is_not_searched() -> None:
    text, _ = mail("forward_with_question")
    assert compact(said(text)) == "My sister asked you this last week. Do you deliver to Jersey?"
    assert "useless" in forwarded(text)


def test_a_flag_raised_by_hand_quotes_the_own_words() -> None:
    text, _ = mail("bottom_posted")
    flag = flag_by_hand(conversation(("customer", text)), Reason.FRUSTRATION, "t0")
    assert flag is not None
    assert flag.evidence.quote == "QB-51877. The glass door is cracked, I want a replacement."
    assert text[flag.evidence.start : flag.evidence.end] == flag.evidence.quote


def test_a_text_without_own_words_opens_at_its_beginning() -> None:
    assert opening("> a\n> b", 3) == (0, 3)
    assert opening("", 3) == (0, 0)


def test_what_is_quoted_is_not_searched() -> None:
    need = understand(conversation(("customer", mail("outlook_reply")[0])))
    assert need is not None
    assert [text.text for text in need.texts] == [
        "Please change the delivery address to 14 Mill Lane, Leeds."
    ]


@pytest.mark.parametrize("name", ["gmail_reply", "outlook_reply", "forward_with_question", "law_firm_footer"])
def test_anger_in_older_mail_is_no_flag_and_in_own_words_it_is(name: str) -> None:
    text, own = mail(name)
    shown = [
        flag for flag in decide(shipped_rules(), FlagView(conversation(("customer", text)))) if flag.shown
    ]
    assert shown == []
    angry = text.replace(lines(own)[-1], "This is ridiculous, I am fed up with waiting!")
    flags = decide(shipped_rules(), FlagView(conversation(("customer", angry))))
    (flag,) = [flag for flag in flags if flag.reason is Reason.FRUSTRATION]
    assert angry[flag.evidence.start : flag.evidence.end] == flag.evidence.quote
    assert "ridiculous" in flag.evidence.quote


def test_thanks_in_older_mail_take_no_anger_back() -> None:
    talk = conversation(
        ("customer", "This is ridiculous, I am fed up with waiting!"),
        ("agent", "It comes on Friday."),
        ("customer", "Which hours?\n\n> Great, that is sorted then, thank you so much!"),
    )
    assert [flag.evidence.turn_id for flag in decide(shipped_rules(), FlagView(talk))] == ["t0"]


HOSTILE = [
    "abcdefg:\n",
    "Am 10:00 a@b schrieb ",
    "\n",
    ">",
    "From: a@b\n",
    "Thanks\n",
    "a ",
    "[image ",
    "_",
    "-",
]


@pytest.mark.parametrize("piece", [*HOSTILE, "x confidential\n\n", "On 1 wrote: ", "Sent from my phone "])
@pytest.mark.timeout(20)
def test_hostile_text_is_split_without_trying_every_way(piece: str) -> None:
    text = (piece * 20_480)[:20_480]
    assert "".join(text[part.start : part.end] for part in split(text)) == text
