from __future__ import annotations

from pathlib import Path

import pytest

from bench.flag_docs import read_figures, with_figures
from server.conversation import Conversation, Flag, Reason, Severity
from server.flags import FlagView, Found, decide, shipped_rules
from server.flags.bereaved import Bereaved
from server.flags.frustration import Frustration
from server.flags.human_requested import HumanRequested
from server.flags.low_confidence import LowConfidence
from server.flags.rule import LONGEST_QUOTE
from server.story import tell
from tests.dialogues import conversation


def flag_of(rule: Frustration | HumanRequested, talk: Conversation) -> Flag | None:
    return rule.raise_flags(FlagView(talk))


ASKS_FOR_A_PERSON = [
    "Can I please just talk to a real person?",
    "I want to speak to your manager.",
    "get me a human",
    "Agent please",
    "HUMAN!!",
    "Put me through to someone who can actually decide something.",
    "Could you have your supervisor call me?",
    "Please call me back on the number in my account.",
    "Can someone ring me this afternoon?",
    "I'd like a callback tomorrow morning if possible.",
    "I don't want to chat with a bot any more.",
    "Is there a live agent I can reach?",
    "Transfer me to a colleague who knows about wardrobes.",
    "How do I speak to a person in billing?",
    "Why can't I speak to an actual human being?",
    "This needs to be escalated to a team leader.",
    "let me talk to whoever is in charge",
    "Just give me a ring, it is easier on the phone.",
    "Can a human look at this please, your bot is going in circles.",
    "I’d rather talk to a person about this.",
]

DOES_NOT_ASK_FOR_A_PERSON = [
    "Can a person use this lamp outdoors?",
    "My manager told me to order ten of these.",
    "I spoke to a person yesterday and she was lovely.",
    "Can you help me with my order?",
    "How many people can sit on the sofa?",
    "The man who delivered it was very kind.",
    "You can call me Sam.",
    "I don't need to speak to anyone, just send the label.",
    "Does the business plan include an account manager?",
    "The dishwasher has a human-readable display, right?",
    "My sister wants to speak to her landlord about the fridge.",
    "I'm the manager of a small café and need six chairs.",
    "Do you have a person-sized mirror?",
    "They call it the Moor two seater.",
    "Is the robot vacuum cleaner back in stock?",
    "Does the robot talk to people in the house?",
    "The engineer said someone from the shop would write.",
    "No need to call me back, it works now.",
    "How do they deal with people who are allergic to nuts?",
]

FRUSTRATED = [
    "This is ridiculous.",
    "Third time I'm asking. Absolutely useless.",
    "I am so angry I could scream.",
    "What a joke of a company",
    "I've been waiting three weeks and still no reply!!",
    "Are you kidding me?",
    "I'm fed up with chasing you.",
    "How hard can it be to send one lamp?",
    "WHY IS NOBODY ANSWERING ME",
    "For the fourth time: the parcel is NOT here.",
    "Thanks for nothing.",
    "Oh great, another email telling me to wait. Well done.",
    "Nobody ever calls back and I'm sick of it.",
    "You people are incompetent.",
    "The card was stolen, so that is not my fault. How on earth do you arrive at these charges?",
    "You were very quick to take the money. Why on earth does giving it back take a month?",
    "This is the worst customer service I have had.",
    "I already told you this twice!! Do you even read what I write?",
    "It's unacceptable that you keep ignoring my messages.",
    "Fix your bloody website, it ate my order again!!",
    "Honestly at my wits' end with this order.",
    "You said Monday, then Wednesday, and still nothing. I've wasted my day again.",
]

NOT_FRUSTRATED = [
    "My parcel has not arrived yet. Could you look into it?",
    "The lamp is broken, I'd like a replacement.",
    "I'm a bit disappointed with the colour, can I swap it?",
    "Holy shit, this sofa is amazing!! Thank you!",
    "My boss is furious with me because I forgot the invoice.",
    "It's ridiculously comfortable, I love it!!",
    "My neighbour's dog is driving me mad, do you sell thick curtains?",
    "The traffic was a nightmare so I missed the slot, sorry. Can I book another?",
    "Is the second time slot still free?",
    "WOW!! Love the new lamp, best present ever",
    "I'm not angry, I just want to know when it comes.",
    "Is the expired voucher worthless now?",
    "No worries, I can wait another week.",
    "Do you have the KETTLE in RED?",
    "I have ordered three times from you and it was always quick.",
    "Damn, that was fast. Thanks so much!",
    "When does the sale end?",
    "My old phone was useless so I need a new one.",
    "How long am I covered for by the warranty?",
    "I was annoyed at first but you sorted it quickly.",
]


@pytest.mark.parametrize("text", ASKS_FOR_A_PERSON)
def test_a_request_for_a_person_is_flagged(text: str) -> None:
    assert flag_of(HumanRequested(), conversation(("customer", text)))


@pytest.mark.parametrize("text", DOES_NOT_ASK_FOR_A_PERSON)
def test_persons_in_other_roles_are_not_flagged(text: str) -> None:
    assert flag_of(HumanRequested(), conversation(("customer", text))) is None


@pytest.mark.parametrize("text", FRUSTRATED)
def test_frustration_is_flagged(text: str) -> None:
    assert flag_of(Frustration(), conversation(("customer", text)))


@pytest.mark.parametrize("text", NOT_FRUSTRATED)
def test_calm_joyful_and_foreign_anger_is_not_flagged(text: str) -> None:
    assert flag_of(Frustration(), conversation(("customer", text))) is None


@pytest.mark.parametrize("text", ASKS_FOR_A_PERSON + FRUSTRATED)
def test_the_evidence_is_the_customers_words_at_their_place(text: str) -> None:
    talk = conversation(("customer", "Hello."), ("customer", f"> you wrote this\n  {text}  "))
    for flag in decide(shipped_rules(), FlagView(talk)):
        turn = next(turn for turn in talk.turns if turn.id == flag.evidence.turn_id)
        assert turn.text[flag.evidence.start : flag.evidence.end] == flag.evidence.quote
        assert flag.evidence.quote == flag.evidence.quote.strip() != ""
        assert ">" not in flag.evidence.quote


@pytest.mark.parametrize("role", ["agent", "assistant", "note", "system"])
def test_only_the_customer_raises_flags(role: str) -> None:
    talk = conversation((role, "This is ridiculous, let me speak to your manager!!"))
    assert decide(shipped_rules(), FlagView(talk)) == ()


def test_quoted_earlier_mail_raises_nothing() -> None:
    text = "All fine now.\n\nOn Mon, 9 Mar 2026 at 16:20, Ana wrote:\nThis is ridiculous. Get me a human."
    assert decide(shipped_rules(), FlagView(conversation(("customer", text)))) == ()


@pytest.mark.parametrize(
    ("calm", "angry"),
    [
        ("I see a LATE FEE on my bill.", "That is not my fault. How on earth do you get there?"),
        ("The order is 4471.", "I am fed up. This is ridiculous and useless."),
        ("The order is 4471.", "NO PARCEL CAME!!"),
    ],
)
def test_of_anger_the_angriest_sentence_is_quoted_and_no_label_in_capitals(calm: str, angry: str) -> None:
    text = f"{calm} {angry} It was to come on Friday."
    flag = flag_of(Frustration(), conversation(("customer", text)))
    assert flag is not None
    assert flag.evidence.quote == angry
    assert angry.startswith(mood_quote(text))


def mood_quote(text: str) -> str:
    """What the story quotes of the mood, which "First the person" shows."""
    since = tell(conversation(("customer", text)).turns).mood_since
    assert since is not None
    return since.quote


def test_a_long_turn_is_quoted_around_what_was_seen() -> None:
    text = "and then we waited " * 30 + "which is ridiculous " + "and so on and on " * 30
    flag = flag_of(Frustration(), conversation(("customer", text)))
    assert flag is not None
    assert "ridiculous" in flag.evidence.quote
    assert len(flag.evidence.quote) <= LONGEST_QUOTE < len(text)


def test_frustration_is_withdrawn_when_the_customer_is_content() -> None:
    angry = ("customer", "This is ridiculous, third time I ask.")
    assert flag_of(Frustration(), conversation(angry, ("agent", "Sorry."))) is not None
    assert (
        flag_of(Frustration(), conversation(angry, ("agent", "Done."), ("customer", "Thanks, sorted.")))
        is None
    )


def test_more_anger_is_more_urgent() -> None:
    mild = flag_of(Frustration(), conversation(("customer", "This is ridiculous.")))
    hot = flag_of(
        Frustration(), conversation(("customer", "This is ridiculous. Fed up! NOBODY EVER ANSWERS!!"))
    )
    assert mild is not None
    assert hot is not None
    assert mild.severity is Severity.ACT
    assert hot.severity is Severity.URGENT
    assert mild.confidence < hot.confidence


def test_a_request_for_a_person_is_met_by_an_agent_but_one_for_a_manager_is_not() -> None:
    person = conversation(("customer", "Can I talk to a human?"), ("agent", "Ana here, a person."))
    manager = conversation(("customer", "Get me your manager."), ("agent", "Ana here, a person."))
    assert flag_of(HumanRequested(), person) is None
    assert flag_of(HumanRequested(), manager) is not None


@pytest.mark.parametrize(
    ("text", "found", "severity"),
    [
        ("Do you deliver to the Falklands?", Found(0.2, False), Severity.NOTE),
        ("Do you deliver to the Falklands?", Found(None, False), Severity.NOTE),
        ("Do you deliver to the Falklands?", Found(0.9, True), None),
        ("Do you deliver to the Falklands?", None, None),
        ("It is the blue one with the dots.", Found(0.2, False), None),
        ("It is the blue one with the dots.", Found(0.2, False, misses=1), Severity.ACT),
        ("Thanks!", Found(None, False), None),
    ],
)
def test_low_confidence_follows_the_search(text: str, found: Found | None, severity: Severity | None) -> None:
    flag = LowConfidence().raise_flags(FlagView(conversation(("customer", text)), found))
    assert (flag.severity if flag else None) is severity


def test_the_guide_gives_what_was_measured() -> None:
    guide = (Path(__file__).parent.parent / "docs" / "flags.md").read_text(encoding="utf-8")
    assert with_figures(guide, read_figures()) == guide
    assert guide.count("**Measured.**") == len(Reason) - 1


PARTS = ("What it flags", "Why", "Examples", "Not flagged", "How it is decided")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_rule_and_is_explained(reason: Reason) -> None:
    guide = (Path(__file__).parent.parent / "docs" / "flags.md").read_text(encoding="utf-8")
    assert reason in {rule.reason for rule in shipped_rules()}
    section = guide.split(f"### `{reason.value}`")[1].split("###")[0]
    assert all(f"**{part}.**" in section for part in PARTS)


def test_equal_views_give_equal_flags() -> None:
    talk = conversation(("customer", "Useless!! Get me your manager. Do you deliver to Mars?"))
    view = FlagView(talk, Found(0.1, False))
    assert decide(shipped_rules(), view) == decide(shipped_rules(), view)
    assert len(decide(shipped_rules(), view)) == 3


@pytest.mark.parametrize("piece", ["!", "?!", "a ", "I ", "still ", "AA ", "speak to ", "[", "\n> ", "e.g."])
@pytest.mark.timeout(20)
def test_hostile_text_is_read_without_trying_every_way(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    flags = decide(shipped_rules(), FlagView(conversation(("customer", text)), Found(None, False)))
    assert all(text[flag.evidence.start : flag.evidence.end] == flag.evidence.quote for flag in flags)


# ---- somebody of theirs has died ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "My mum passed away last month and I've found she had an account with you. What do I do?",
        "hi my husband died in march, pls stop the letters",
        "I’ve just lost my dad and can’t find his policy number.",
        "We were at my brother-in-law's funeral when it was delivered.",
        "My wife's mother has sadly died and we must move the booking.",
        "I'm a widow now and the bill is still in his name.",
        "It was for the funeral of my best friend.",
        "My gran passed on Sunday.",
        "Dad died and I've his phone to return.",
        "He was your customer for years. He passed away in May.",
    ],
)
def test_who_tells_of_a_death_of_theirs_is_heard_as_a_dot(text: str) -> None:
    flag = Bereaved().raise_flags(FlagView(conversation(("customer", text))))
    assert flag is not None
    assert (flag.reason, flag.severity, flag.shown) == (Reason.VULNERABILITY, Severity.ACT, False)
    assert text[flag.evidence.start : flag.evidence.end] == flag.evidence.quote


def test_a_death_is_heard_whatever_was_said_before_and_is_asked_after() -> None:
    asks, told = "Can I send the lamp back, and who pays?", "My mum passed away last month."
    talk = [("customer", asks), ("agent", "Yes, we do."), ("customer", told), ("customer", asks)]
    (flag,) = decide(shipped_rules(), FlagView(conversation(*talk)))
    assert (flag.rule, flag.evidence.quote) == ("vulnerability/bereaved", told)


@pytest.mark.parametrize(
    "text",
    [
        "The airline lost my wife's suitcase.",
        "Do you have cards for a bereavement?",
        "What happens to an account when somebody has died?",
        "My phone died and my sister passed me hers.",
        "Our baby monitor died after a week.",
        "The chair was my late aunt's, and the seat slopes.",
        "The bunny hat slays. My niece died laughing.",
        "What happens to the points if my mother passed away?",
        "My son passed on your number.",
        "My daughter passed her exam, so we need a bigger desk.",
        "We lost our way to your showroom.",
        "Is the Widow Twankey costume back in stock?",
    ],
)
def test_what_only_sounds_like_a_death_is_none(text: str) -> None:
    assert Bereaved().raise_flags(FlagView(conversation(("customer", text)))) is None
