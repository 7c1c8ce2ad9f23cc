"""The story behind a conversation: whose words stand in which section, and that all of them are theirs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.conversation import Role, Turn
from server.story import Line, Story, ends_with_us, is_arrival, tell
from tests.dialogues import NOW, conversation

SCRIPTED = sorted((Path(__file__).parent.parent / "examples/quillbrook/conversations").glob("*.json"))
ROLES = {"C": "customer", "A": "agent", "B": "assistant", "N": "note"}


def dialogue(script: str) -> tuple[Turn, ...]:
    """Turns from lines like "C: Where is my parcel?"."""
    lines = [line.strip().split(": ", 1) for line in script.strip().splitlines()]
    return conversation(*((ROLES[who], text) for who, text in lines)).turns


@dataclass(frozen=True)
class Told:
    """What a story must say: words that stand in each section, and words that stand in none of it."""

    script: str
    request: str
    goal: str | None = None
    mood: tuple[str, str] = ("calm", "")
    has: dict[str, Sequence[str]] = field(default_factory=dict)
    lacks: dict[str, Sequence[str]] = field(default_factory=dict)


TOLD = {
    "a bot that gave up": Told(
        """
        B: Hi, I am the assistant of Kettle & Crow. What is your order number?
        C: KC-20418, and the grinder will not switch on
        B: Please try holding the button for ten seconds.
        C: I have tried that twice. Can I have a new one in time for Sunday, it is a present?
        B: I will pass you to a colleague.
        """,
        request="new one in time for Sunday",
        goal="in time for Sunday",
        has={
            "tried": ["holding the button for ten seconds", "I have tried that twice"],
            "promised": ["I will pass you to a colleague"],
            "facts": ["KC-20418"],
            "not_again": ["KC-20418"],
        },
    ),
    "a broken promise": Told(
        """
        C: Where is my parcel, ref 88120-4? I was told it would be here by Friday.
        A: I will ring the depot and write to you by tomorrow noon.
        C: Nobody wrote. Where is my parcel?
        """,
        request="Where is my parcel, ref 88120-4?",
        has={
            "promised": ["I was told it would be here by Friday", "write to you by tomorrow noon"],
            "open_questions": ["Where is my parcel?"],
            "facts": ["88120-4"],
        },
    ),
    "a calm refund": Told(
        """
        C: Hello, I would like to return the blue rug. I paid £89.50 on 3 May.
        A: Of course. Is the label still on it?
        C: Yes, label and wrapping are both there.
        A: Thank you. I have refunded £89.50, which should reach your card within 5 working days.
        """,
        request="return the blue rug",
        has={
            "facts": ["£89.50", "3 May"],
            "promised": ["within 5 working days"],
            "not_again": ["label and wrapping are both there"],
            "tried": ["I have refunded"],
        },
        lacks={"open_questions": ["return"]},
    ),
    "anger that began later": Told(
        """
        C: Could you tell me when the engineer comes?
        A: I will check and come back to you.
        C: This is ridiculous. I have been waiting for two weeks and nobody answers.
        """,
        request="when the engineer comes",
        mood=("angry", "I have been waiting"),
        has={"open_questions": ["when the engineer comes"]},
    ),
    "anger that was soothed": Told(
        """
        C: Third time I ask. Absolutely useless!! Where is my refund?
        A: It left us on Monday; I am sorry for the wait.
        C: Oh good, I can see it now. Thank you so much!
        """,
        request="Where is my refund?",
        mood=("pleased", "Oh good"),
    ),
    "grief with thanks": Told(
        """
        C: My husband died in March and I must close his account. What do you need from me?
        A: I am so sorry. A copy of the certificate is enough.
        C: Thank you so much, that helps.
        """,
        request="What do you need from me?",
        mood=("grieving", "My husband died in March"),
    ),
    "worry": Told(
        """
        C: I am really worried that the gas boiler is not safe. It smells.
        A: Please turn it off and open the windows. Do you feel well?
        C: Yes, I am fine, only shaken.
        """,
        request="worried",
        mood=("worried", "I am really worried"),
        has={"not_again": ["I am fine, only shaken"]},
    ),
    "a goal behind a small question": Told(
        """
        C: Can I change the delivery address? We are moving on the 14th and I need it before the movers come.
        """,
        request="change the delivery address",
        goal="We are moving on the 14th",
        has={"facts": ["the 14th"], "open_questions": ["change the delivery address"]},
    ),
    "an aim in so many words": Told(
        """
        C: I need the invoice with our VAT number so that we can claim it back.
        A: Which address should be on it?
        C: 4 Mill Lane, Ludlow.
        """,
        request="I need the invoice",
        goal="so that we can claim it back",
        has={"not_again": ["4 Mill Lane, Ludlow"]},
    ),
    "what was tried at home": Told(
        """
        C: The router drops every night. I already restarted it and I have reset it to factory settings.
        A: Have you tried another cable?
        C: We tried two others, no difference.
        """,
        request="The router drops every night.",
        has={"tried": ["already restarted it", "Have you tried another cable?", "We tried two others"]},
    ),
    "only thanks": Told(
        "C: Thanks, all good now. Have a nice weekend.", request="Thanks, all good now.", goal=None
    ),
    "politeness is no promise": Told(
        """
        C: Is the shop open on Easter Monday?
        A: Let me know if you would like anything else. I will be happy to help.
        C: You did not say whether you are open.
        """,
        request="open on Easter Monday",
        lacks={"promised": ["happy to help", "anything else"]},
    ),
    "a rhetorical question is not open": Told(
        """
        C: How hard can it be? I want my deposit of 120 euros back.
        """,
        request="I want my deposit of 120 euros back.",
        mood=("angry", "How hard can it be?"),
        has={"facts": ["120 euros"], "open_questions": ["I want my deposit"]},
        lacks={"open_questions": ["How hard"]},
    ),
    "two questions, one answered": Told(
        """
        C: Does the tent have a groundsheet? And how long is the guarantee?
        A: Yes, the groundsheet is sewn in. I will check the guarantee with the maker.
        C: Thanks, take your time.
        """,
        request="Does the tent have a groundsheet?",
        has={"open_questions": ["how long is the guarantee?"], "promised": ["check the guarantee"]},
        lacks={"open_questions": ["groundsheet"]},
    ),
    "asked again in other words": Told(
        """
        C: When will the replacement lid for my jug arrive?
        A: I will look into it.
        C: So when will the replacement lid for the jug arrive?
        """,
        request="replacement lid",
        has={"open_questions": ["So when will the replacement lid"]},
        lacks={"open_questions": ["lid for my jug"]},
    ),
    "notes are not part of it": Told(
        """
        C: Please cancel my subscription.
        N: I will refund 500 euros by Friday, ask order number 12345.
        A: May I ask why you are leaving?
        C: We use it too little to pay for it.
        """,
        request="cancel my subscription",
        has={"not_again": ["We use it too little"]},
        lacks={"promised": ["500"], "facts": ["500", "12345"]},
    ),
    "facts of every kind": Told(
        """
        C: Invoice 2024-00172, mail me at jo.fenn@post.example or 0171 555 0192. Paid $1,250.00 on 2031-02-03.
        """,
        request="Invoice 2024-00172",
        has={"facts": ["2024-00172", "jo.fenn@post.example", "0171 555 0192", "$1,250.00", "2031-02-03"]},
    ),
    "the mail below is not theirs": Told(
        "C: Is it shipped?", request="Is it shipped?", has={"open_questions": ["Is it shipped?"]}
    ),
    "a confused caller": Told(
        """
        C: I don't understand the letter. Did I do something wrong?
        B: I can help with orders, returns and hours.
        C: That makes no sense to me.
        """,
        request="Did I do something wrong?",
        mood=("confused", "I don't understand the letter."),
    ),
    "what a bot promised": Told(
        """
        C: My card was charged twice.
        B: You will get an answer within 24 hours.
        C: That was three days ago, on 2 June.
        """,
        request="My card was charged twice.",
        has={"promised": ["within 24 hours"], "facts": ["2 June"]},
    ),
    "disappointment is not anger": Told(
        """
        C: I am a bit disappointed with the fit of the coat. Can I swap it for a 42?
        """,
        request="Can I swap it for a 42?",
        mood=("disappointed", "I am a bit disappointed"),
    ),
    "a present for somebody": Told(
        """
        C: Can the box go without the price? It is a gift for my daughter, for her birthday.
        """,
        request="Can the box go without the price?",
        goal="for her birthday",
    ),
}


def quotes(story: Story, section: str) -> list[str]:
    return [line.quote for line in getattr(story, section)]


@pytest.mark.parametrize("name", TOLD)
def test_each_section_quotes_what_belongs_there(name: str) -> None:
    told = TOLD[name]
    story = tell(dialogue(told.script))
    assert story.request is not None
    assert told.request in story.request.quote
    assert (story.goal is None) is (told.goal is None), story.goal
    assert story.goal is None or told.goal is None or told.goal in story.goal.quote
    word, since = told.mood
    assert story.mood == word
    assert (story.mood_since.quote if story.mood_since else "").startswith(since)
    for section, wanted in told.has.items():
        for words in wanted:
            assert any(words in quote for quote in quotes(story, section)), (section, words, story)
    for section, unwanted in told.lacks.items():
        for words in unwanted:
            assert not any(words in quote for quote in quotes(story, section)), (section, words)


def test_there_are_twenty_dialogues() -> None:
    assert len(TOLD) >= 20


def test_a_promise_says_when_and_an_answer_says_what_we_asked() -> None:
    story = tell(dialogue(TOLD["a calm refund"].script))
    assert [line.label for line in story.promised] == ["within 5 working days"]
    assert [line.label for line in story.not_again] == ["Is the label still on it?"]
    assert [line.label for line in story.facts] == ["Amount", "Date"]


def test_quoted_mail_below_a_turn_is_nobodys_story() -> None:
    mail = "Is it out?\n\nOn 3 May 2031 at 10:20, Desk <d@shop.example> wrote:\n> I will pay £40 by Friday."
    story = tell(conversation(("customer", mail)).turns)
    assert (story.promised, story.facts) == ((), ())


# ---- our scripted conversations ---------------------------------------------------------------------------


def scripted(name: str) -> Story:
    (path,) = [path for path in SCRIPTED if path.stem == name]
    turns = json.loads(path.read_text("utf-8"))["turns"]
    return tell(conversation(*((turn["role"], turn["text"]) for turn in turns)).turns)


@pytest.mark.parametrize(
    ("name", "mood", "request_", "goal"),
    [
        ("bereavement-father", "grieving", "tell me what I need to do", "funeral on 4 December"),
        ("delivery-date-confused", "confused", "why is mine later", None),
        ("late-fee-angry", "angry", "I want it taken off today", "before my pension comes in"),
        ("manager-request", "disappointed", "I want to speak to a manager", None),
        ("plus-cancel-thinking", "pleased", "thinking about cancelling my Plus", None),
        ("premium-upgrade-happy", "pleased", "If I upgrade now", None),
        ("recall-worried", "worried", "whether mine is one of those", None),
        ("return-calm", "pleased", "days do I have to return it", None),
        ("wedding-list-unanswered", "pleased", "go on induction", "getting married in June"),
    ],
)
def test_the_scripted_conversations(name: str, mood: str, request_: str, goal: str | None) -> None:
    story = scripted(name)
    assert story.mood == mood
    assert story.request is not None
    assert request_ in story.request.quote
    assert (goal is None) is (story.goal is None)
    assert goal is None or (story.goal is not None and goal in story.goal.quote)


def test_every_scripted_conversation_is_told() -> None:
    assert len(SCRIPTED) == 9


def test_what_the_lead_of_the_manager_request_must_know() -> None:
    story = scripted("manager-request")
    assert any("find a team lead" in quote for quote in quotes(story, "promised"))
    assert "QB-O-100904" in quotes(story, "not_again")
    assert "The number's on my account." in quotes(story, "not_again")
    assert quotes(story, "open_questions")[-1].endswith("who do I complain to outside Quillbrook?")


# ---- what always holds ------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *"abc?!.\n’£",
        " ",
        "I will ",
        "by Friday",
        "I want ",
        "order 4711",
        "died",
        "because I need",
        "😀",
        "> ",
    ]
)
TURNS = st.lists(
    st.tuples(st.sampled_from(sorted(ROLES.values())), st.lists(WORDS, max_size=12).map("".join)), max_size=12
)


@given(turns=TURNS)
@settings(max_examples=150, deadline=None)
def test_every_line_is_verbatim_and_equal_turns_tell_an_equal_story(turns: list[tuple[str, str]]) -> None:
    talk = conversation(*turns)
    story = tell(talk.turns)
    lines: list[Line] = [line for line in (story.request, story.goal, story.mood_since) if line]
    for section in ("tried", "promised", "open_questions", "facts", "not_again"):
        lines += getattr(story, section)
    for line in lines:
        turn = talk.turn(line.turn_id)
        assert turn is not None
        assert turn.text[line.start : line.end] == line.quote != ""
        assert turn.role is line.role is not Role.NOTE
    assert tell(talk.turns) == story


def test_a_story_of_very_long_turns_stays_short() -> None:
    turns = tuple(
        Turn(f"t{n}", Role.CUSTOMER if n % 2 else Role.AGENT, f"I will see by Friday. {n} " * 600, NOW)
        for n in range(300)
    )
    story = tell(turns)
    assert len(story.promised) <= 5
    assert all(len(line.quote) <= 200 for line in story.promised)


# ---- arriving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "visited", "arrives"),
    [
        ("", False, False),
        ("C", False, False),
        ("B", False, False),
        ("CCC", False, False),
        ("BC", False, True),
        ("CBC", False, True),
        ("CAC", False, True),
        ("CAC", True, False),
        ("CCCCCCCC", False, False),
        ("CCCCCCCCC", False, True),
        ("CCCCCCCCC", True, False),
        ("CNNNNNNNN", False, False),
    ],
)
def test_catching_up_is_for_those_who_arrive(roles: str, visited: bool, arrives: bool) -> None:
    turns = conversation(*((ROLES[role], "Hello there.") for role in roles)).turns
    assert is_arrival(turns, visited) is arrives


@pytest.mark.parametrize(
    ("roles", "ours"), [("", False), ("C", False), ("CA", True), ("CB", True), ("CAN", True), ("CAC", False)]
)
def test_whether_the_last_word_is_ours(roles: str, ours: bool) -> None:
    assert ends_with_us(conversation(*((ROLES[role], "Hello.") for role in roles)).turns) is ours
