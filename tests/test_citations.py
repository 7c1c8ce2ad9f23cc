from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.citations import Cited, MarkParser, cite, support
from server.wire import CitationPiece, DraftPiece, TextPiece
from tests.shelf import document, passage

RETURNS = passage(document("returns"), "You have 30 days to return something. Keep the proof of posting.")
FEES = passage(document("fees"), "A re-delivery charge of £18 applies.")
PASSAGES = {1: RETURNS, 2: FEES}


def parsed(*parts: str, known: tuple[int, ...] = (1, 2)) -> tuple[list[DraftPiece], int]:
    parser = MarkParser(known)
    pieces = [piece for part in parts for piece in parser.feed(part)]
    return [*pieces, *parser.finish()], parser.unknown


def shown(pieces: list[DraftPiece]) -> str:
    return "".join(p.text if isinstance(p, TextPiece) else f"<{p.number}>" for p in pieces)


@pytest.mark.parametrize(
    ("parts", "expected", "unknown"),
    [
        (["You have 30 days [1]."], "You have 30 days<1>.", 0),
        (["You have 30 days. [1] Keep it."], "You have 30 days.<1> Keep it.", 0),
        (["days ", "[", "1", "]", "."], "days<1>.", 0),
        (["a [1][2] b"], "a<1><2> b", 0),
        (["a [1, 2]"], "a<1><2>", 0),
        (["a [7] b [1]"], "a b<1>", 1),
        (["a [7, 1]"], "a<1>", 1),
        (["your [order number] is"], "your [order number] is", 0),
        (["half a mark [1"], "half a mark", 0),
        (["half a mark ["], "half a mark", 0),
        (["ends in space "], "ends in space", 0),
        (["array[x] and [12]"], "array[x] and", 1),
        ([""], "", 0),
    ],
)
def test_marks_become_citations(parts: list[str], expected: str, unknown: int) -> None:
    pieces, dropped = parsed(*parts)
    assert shown(pieces) == expected
    assert dropped == unknown


@given(st.text(alphabet="ab [],123.\n", max_size=40), st.data())
def test_how_the_stream_is_cut_makes_no_difference(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole, unknown = parsed(text)
    cut, unknown_cut = parsed(*parts)
    assert (shown(cut), unknown_cut) == (shown(whole), unknown)


def test_nothing_that_may_become_a_mark_is_shown_early() -> None:
    parser = MarkParser((1,))
    assert shown(parser.feed("30 days ")) == "30 days"
    assert shown(parser.feed("[1")) == ""
    assert shown(parser.feed("] then")) == "<1> then"


def cited(text: str) -> Cited:
    pieces, _ = parsed(text)
    return cite(pieces, PASSAGES)


def test_a_citation_covers_the_sentence_it_stands_in_or_behind() -> None:
    draft = cited("You have 30 days to return it [1]. A charge of £18 applies. [2] Bye.")
    spans = [(draft.text[part.start : part.end], part.number) for part in draft.citations]
    assert spans == [("You have 30 days to return it.", 1), ("A charge of £18 applies.", 2)]
    assert draft.citations[0].passage_id == RETURNS.id
    assert draft.supported == pytest.approx(2 / 3)


def test_a_sentence_that_its_passage_does_not_carry_has_low_support() -> None:
    assert support("You have 30 days to return something.", RETURNS) == 1.0
    assert support("We pay for lunch on Mars.", RETURNS) < 0.5
    assert support("You have 60 days to return something.", RETURNS) <= 0.2
    assert cited("Elephants are large [1].").supported == 0.0


def test_what_no_passage_carries_is_named_and_greetings_are_not() -> None:
    draft = cited(
        "Hello Kim! You have 30 days to return it [1]. Elephants travel free on Mars [1]. It costs £9. Bye."
    )
    unsupported = [draft.text[part.start : part.end] for part in draft.unsupported]
    assert unsupported == ["Elephants travel free on Mars.", "It costs £9."]


def test_a_mark_before_everything_belongs_to_the_first_sentence() -> None:
    draft = cite([CitationPiece(number=1), TextPiece(text="You have 30 days.")], PASSAGES)
    assert [(part.start, part.end) for part in draft.citations] == [(0, 17)]


def test_an_empty_draft_has_no_citations() -> None:
    assert cite([], PASSAGES) == Cited("", (), 0.0, ())
    assert cite([CitationPiece(number=1)], PASSAGES) == Cited("", (), 0.0, ())
