"""The plan of a sync as a table."""

from __future__ import annotations

import pytest

from ingest.plan import Plan, covered, narrowest, plan, vanished_sources
from knowledge.document import Audience, Document, Kind


def document(name: str, source: str) -> Document:
    return Document(name, name, Kind.POLICY, Audience.PUBLIC, "ann", "1", source=source)


@pytest.mark.parametrize(
    ("found", "live", "failures", "expected"),
    [
        ({}, {}, (), Plan((), (), (), (), ())),
        ({"a": "1"}, {}, (), Plan(("a",), (), (), (), ())),
        ({"a": "2"}, {"a": "1"}, (), Plan((), ("a",), (), (), ())),
        ({"a": "1"}, {"a": "1"}, (), Plan((), (), (), ("a",), ())),
        ({}, {"a": "1"}, (), Plan((), (), ("a",), (), ())),
        ({}, {"a": "1"}, ("a",), Plan((), (), (), (), ("a",))),
        ({}, {"d/a": "1", "d/b/c": "1", "e": "1"}, ("d",), Plan((), (), ("e",), (), ("d/a", "d/b/c"))),
        ({"b": "1"}, {"a": "1"}, ("c",), Plan(("b",), (), ("a",), (), ())),
    ],
)
def test_every_document_has_one_fate(
    found: dict[str, str], live: dict[str, str], failures: tuple[str, ...], expected: Plan
) -> None:
    assert plan(found, live, failures) == expected


def test_a_folder_covers_only_what_lies_below_it() -> None:
    assert covered("a/b/c.md", {"a/b"})
    assert not covered("a/bc.md", {"a/b"})


def test_a_source_vanishes_when_none_of_its_documents_remain() -> None:
    live = [document("a", "faq"), document("b", "faq"), document("c", "code")]
    assert vanished_sources(live, {"c"}, {"code"}) == {"faq": 2}
    assert vanished_sources(live, {"a", "c"}, ()) == {}
    assert vanished_sources(live, {"c"}, {"faq", "code"}) == {}


def test_the_narrowest_audience_wins() -> None:
    assert narrowest([Audience.PUBLIC, Audience.INTERNAL, Audience.EXPERT]) is Audience.INTERNAL
    assert narrowest([Audience.PUBLIC, Audience.EXPERT]) is Audience.EXPERT
