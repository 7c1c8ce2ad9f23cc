from __future__ import annotations

import pytest

from server.mood import Mood, mood_of
from tests.dialogues import conversation


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("My mother passed away in May. What happens to her plan?", Mood.BEREAVED),
        ("I am writing for my late husband, he had an account.", Mood.GRAVE),
        ("Dad died last week and this letter came!!", Mood.BEREAVED),
        ("She passed away last month, and the bill is still in her name.", Mood.BEREAVED),
        ("Do you have cards for a bereavement?", Mood.GRAVE),
        ("What happens if my husband died before the policy ends?", Mood.GRAVE),
        ("Do you need the death certificate or the grant of probate?", Mood.GRAVE),
        ("Our baby monitor died last night.", Mood.CALM),
        ("My phone died, and the charger too.", Mood.CALM),
        ("I was late with the payment of my late fee.", Mood.CALM),
        ("This is ridiculous, the third time I write.", Mood.ANGRY),
        ("WHERE ON EARTH IS MY ORDER", Mood.ANGRY),
        ("Is the QB-KE-102 kettle in the UK or EU?", Mood.CALM),
        ("Not a complaint, just asking. I'm not angry.", Mood.CALM),
        ("I am worried that it might catch fire.", Mood.WORRIED),
        ("No worries! Thanks.", Mood.CALM),
        ("I'm afraid I lost the receipt.", Mood.CALM),
        ("Hi, what is the late fee?", Mood.CALM),
    ],
)
def test_moods_are_read_from_the_customers_words(text: str, mood: Mood) -> None:
    assert mood_of(conversation(("agent", "This is ridiculous!!"), ("customer", text))) is mood


def test_a_bereavement_lasts_and_anger_passes() -> None:
    calm = [("agent", "I see."), ("customer", "And the fee?")] * 4
    assert mood_of(conversation(("customer", "My wife died."), *calm)) is Mood.BEREAVED
    assert mood_of(conversation(("customer", "This is outrageous!!"), *calm)) is Mood.CALM
