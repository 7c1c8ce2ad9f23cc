"""Confidence is measured fairly: bins, the diagram, fits that leave a set out, and the page that shows it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench import silence
from bench.first_hits import FirstHit, Kind, ReadHit, spread
from bench.folds import fitted, left_out, read_left_out
from bench.logistic import offset, stated
from bench.reliability import auroc, bins_of, calibration_error, diagram
from knowledge.confidence import MOST_LEAD, RIVALS, confidence, lead, terms
from knowledge.document import Audience, Document, Hit, Passage
from knowledge.document import Kind as DocumentKind
from tests import shelf

ROOT = Path(__file__).parent.parent
DOCUMENT = Document("a.md", "A", DocumentKind.POLICY, Audience.PUBLIC, "o", "1")
PASSAGE = Passage("a", DOCUMENT, "text", ("A",), None, 1, 1)


def first(name: str, kind: Kind, dense: float, right: bool) -> FirstHit:
    return FirstHit(name, kind, Hit(PASSAGE, dense, 0.5, dense, 0.0, 0.0, 0.1), right, dense, right)


def a_set(name: str) -> list[FirstHit]:
    """Ten right first hits that are close and ten foreign ones that are not."""
    close = [first(name, Kind.THERE, 0.6 + at / 100, True) for at in range(10)]
    return close + [first(name, Kind.FOREIGN, 0.1 + at / 100, False) for at in range(10)]


def leads(scores: list[float], groups: list[int]) -> list[float]:
    columns = np.array(scores, np.float32), np.array(groups, np.int32)
    return [lead(*columns, row) for row in range(len(scores))]


def test_the_lead_is_over_the_mean_of_the_best_of_other_subjects() -> None:
    assert leads([0.9, 0.8, 0.5, 0.1], [7, 7, 3, 3]) == pytest.approx([0.5, 0.5, -0.35, -0.75])
    assert leads([0.9, 0.2], [1, 1]) == [MOST_LEAD] * 2


def test_one_twin_takes_less_of_the_lead_than_many_and_what_is_far_off_adds_none() -> None:
    far = [0.4] * RIVALS
    alone, twin, crowd = ([0.8, *others] for others in (far, [0.8, *far], [*far, *([0.8] * RIVALS)]))
    stand_out = [leads(scores, list(range(len(scores))))[0] for scores in (alone, twin, crowd)]
    assert stand_out == pytest.approx([0.4, 0.36, 0.0])
    assert leads([*alone, *([0.1] * 50)], list(range(61)))[0] == pytest.approx(0.4)


def test_bins_are_of_equal_size_and_their_error_is_what_was_overstated() -> None:
    bins = bins_of([0.1] * 10 + [0.9] * 10, [False] * 10 + [True] * 5 + [False] * 5, count=2)
    assert [one.right.count for one in bins] == [10, 10]
    assert calibration_error(bins) == pytest.approx((0.1 + 0.4) / 2)
    with pytest.raises(ValueError, match="got 1"):
        bins_of([0.5], [True])


@pytest.mark.parametrize(("lower", "chance"), [([0.1, 0.2], 1.0), ([0.9, 0.8], 0.0), ([0.5, 0.5], 0.5)])
def test_auroc_is_the_chance_to_be_higher(lower: list[float], chance: float) -> None:
    assert auroc([0.5, 0.5, 0.5], lower) == pytest.approx(chance)


def test_the_diagram_is_a_picture_with_a_point_for_every_bin() -> None:
    bins = bins_of([at / 20 for at in range(20)], [at > 10 for at in range(20)])
    drawn = ET.fromstring(diagram(bins, bins[:2], "Reliability"))
    space = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f"{space}circle")) == 7
    (line,) = drawn.findall(f"{space}polyline")
    assert len(line.attrib["points"].split()) == 5
    assert drawn.findtext(f"{space}title") == "Reliability"


def test_a_set_is_judged_without_its_own_rows() -> None:
    odd = [first("odd", Kind.THERE, 0.65, False) for _ in range(40)]
    rows = [*a_set("one"), *a_set("two"), *odd]
    assert min(left_out(rows)[-40:]) > 0.5, "the others say that 0.65 is right"
    assert stated(np.array([terms(0.65, 0.1)]), fitted(rows))[0] < 0.5


def test_a_reading_is_judged_without_its_own_rows_and_may_prefer_a_later_hit() -> None:
    said = [first("one", kind, 0.6, right) for kind, right in ((Kind.THERE, True), (Kind.FOREIGN, False))]
    read = [
        replace(row, read=(ReadHit(row.hit, row.right, 4.0 if row.right else -4.0),))
        for row in [*a_set("two"), *said * 10]
        if row.hit
    ]
    close = first("odd", Kind.THERE, 0.6, False)
    assert close.hit is not None
    other = replace(close.hit, passage=replace(PASSAGE, id="b"))
    odd = replace(close, read=(ReadHit(close.hit, False, -8.0), ReadHit(other, True, 8.0)))
    *_, judged = read_left_out([*read, odd])
    assert judged.right
    assert judged.confidence > 0.5
    *_, alone = read_left_out([*read, replace(odd, read=odd.read[:1])])
    assert not alone.right
    assert alone.confidence < 0.5


def test_an_offset_makes_evidence_as_sure_as_it_was_right() -> None:
    evidence, right = np.zeros(10), np.array([1.0] * 8 + [0.0] * 2)
    assert offset(evidence, np.full(10, 2.0), right, np.ones(10)) == pytest.approx(np.log(4) / 2)


def test_the_shipped_confidence_has_the_form_of_the_fit() -> None:
    even = confidence(0.5, 0.0)
    assert confidence(0.5, 0.2) > even > confidence(0.4, 0.0)


def test_rows_are_spread_evenly() -> None:
    assert spread(list(range(10)), 4) == [0, 3, 6, 9]
    assert spread([], 4) == []


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_the_bench_writes_figures_and_the_page(tmp_path: Path) -> None:
    shelf.onnx()
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    (home / "model").symlink_to(shelf.PROJECT_HOME / "model")
    asked = {
        "shop": {"Can I send a lamp back?": "You can send anything back within 30 days.",
                 "What does paying late cost?": "A late instalment costs 12 pounds."},
        "code": {"How do I sort a list?": "Call sorted on the list.",
                 "How is a file read?": "Open the file and call read."},
    }  # fmt: skip
    for name, pairs in asked.items():
        texts: list[dict[str, object]] = [
            {"doc_id": str(at), "text": text} for at, text in enumerate(pairs.values())
        ]
        write_rows(data / name / "corpus.jsonl", texts)
        questions: list[dict[str, object]] = [
            {"query": q, "gold": [str(at)], "needs_knowledge": True} for at, q in enumerate(pairs)
        ]
        write_rows(data / name / "dev.jsonl", questions)
    page, results = tmp_path / "docs" / "quality.md", tmp_path / "figures.json"
    page.parent.mkdir()
    page.write_text("Before.\n<!-- measured -->stale<!-- end of measured -->\nAfter.\n", encoding="utf-8")
    options = ["--data", str(data), "--home", str(home), "--results", str(results), "--page", str(page)]
    assert silence.main(options) == 0
    named = {row["name"]: row for row in json.loads(results.read_text())}
    assert named["shop/auroc, foreign question"]["count"] == 4
    assert {
        "calibration_error",
        "calibration_error, read",
        "code/auroc, answer removed",
        "our turns/needs knowledge, F1",
    } <= set(named)
    written = page.read_text(encoding="utf-8")
    assert written.startswith("Before.")
    assert written.endswith("After.\n")
    assert "stale" not in written
    assert (page.parent / "pictures" / "reliability.svg").exists()


def test_the_page_shows_what_was_measured() -> None:
    page = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    for name in (
        "calibration_error",
        "auroc, foreign question",
        "right when it speaks",
        "needs knowledge, F1",
    ):
        assert name in page
    for by, thresholds in (("search", silence.BY_SEARCH), ("read", silence.BY_READING)):
        assert all(f"| {threshold:.2f}, {by} |" in page for threshold in thresholds)
    ET.parse(ROOT / "docs" / "pictures" / "reliability.svg")
