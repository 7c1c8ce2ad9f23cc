"""The bench of precisions: hand-made rankings, hashed vectors, the real model in int8; no times asserted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from bench import precision
from bench.embedding_times import alone, cosines, lone_ms, moved_by_company, texts_per_s
from bench.precisions import FP32, instructions, open_precision
from bench.report import Measure
from bench.retrieval import Answered
from bench.sets import BadData, Question, read_set
from knowledge.embedder import HashEmbedder, Vectors
from knowledge.errors import EmbedderMismatch
from knowledge.onnx_embedder import OnnxEmbedder
from knowledge.revisions import Revisions
from tests import shelf

TEXTS = {
    "returns": "# Returns\nYou can send anything back within 30 days. We pay for the parcel.",
    "fees": "# Late fees\nAn instalment that is more than 14 days late costs 12 pounds.",
}
ASKED = [
    {"id": "1", "query": "Until when can I send a lamp back?", "gold": ["returns"]},
    {"id": "2", "query": "What does it cost to pay an instalment late?", "gold": ["fees"]},
]


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    """A set of two documents and two questions."""
    folder = tmp_path / "data" / "faq"
    folder.mkdir(parents=True)
    rows = [json.dumps({"doc_id": name, "text": text}) for name, text in TEXTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (folder / "dev.jsonl").write_text("\n".join(map(json.dumps, ASKED)), encoding="utf-8")
    return folder


class Backwards(HashEmbedder):
    """Hashed vectors of another precision, which point away where several texts come at once."""

    identity = replace(HashEmbedder.identity, precision="backwards")

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = super().embed(texts)
        return -vectors if len(texts) > 1 else vectors


def answered(**first: Sequence[str]) -> Answered:
    """Rankings of the documents a to e for questions whose answer is a."""
    asked = [Question(name, name, (), frozenset("a"), {}) for name in first]
    return Answered(asked, {name: list(ranked) for name, ranked in first.items()})


def test_a_precision_is_told_by_what_it_loses_and_what_it_changes() -> None:
    reference = {"s": answered(one="abcde", two="abcde", three="bacde", four="bcdea")}
    other = {"s": answered(one="bacde", two="bcdea", three="abcde", four="cbdef")}
    figures = {one.name: one for one in precision.found_measures("int8", other, reference)}
    assert (figures["int8/s/hit@1"].value, figures["int8/s/hit@1"].peer) == (0.25, 0.5)
    assert figures["int8/s/hit@1"].ratio == pytest.approx(0.5)
    assert figures["int8/s/hit@1 lost"].value == 1
    assert figures["int8/s/hit@5 lost"].value == 1
    assert figures["int8/s/first document changed"].value == 1
    assert figures["int8/s/hit@1"].low is not None
    of_itself = {one.name: one.value for one in precision.found_measures("int8", other, other)}
    assert (of_itself["int8/s/hit@1 lost"], of_itself["int8/s/first document changed"]) == (0, 0)


def test_fp32_stands_alone() -> None:
    figures = precision.found_measures(FP32, {"s": answered(one="abcde")}, None)
    assert [one.name for one in figures] == ["fp32/s/hit@1", "fp32/s/hit@5"]
    assert all(one.peer is None for one in figures)


def test_one_question_fewer_is_borne_and_two_are_not() -> None:
    by_set = {"x": -3, "y": 1, "z": 2}
    lost = [Measure(f"int8/{name}/hit@1 lost", value, "questions") for name, value in by_set.items()]
    assert precision.costs([*lost, Measure("int8/model_mb", 23, "MB")]) == ["int8/z/hit@1 lost"]


def test_embedders_take_turns_and_each_text_is_timed() -> None:
    ticks = count()
    taken = lone_ms({"a": HashEmbedder(), "b": HashEmbedder()}, ["x", "y", "z"], lambda: float(next(ticks)))
    assert taken == {"a": [1000.0] * 3, "b": [1000.0] * 3}
    assert next(ticks) == 12, "the clock is read for nothing but the texts"
    rates = texts_per_s({"a": HashEmbedder()}, ["x"] * 40, lambda: float(next(ticks)))
    assert rates == {"a": 20.0}, "forty texts in two windows of a second each"


def test_times_stand_beside_those_of_fp32() -> None:
    ours, theirs = precision.Times([1.0, 3.0], [2.0], 50.0), precision.Times([4.0], [4.0], 25.0)
    figures = {one.name: one for one in precision.time_measures("int8", ours, theirs)}
    assert figures["int8/query_p50_ms@1 core"].ratio == pytest.approx(0.5)
    assert figures["int8/query_p50_ms@server"].ratio == pytest.approx(0.5)
    assert figures["int8/passages_per_s@1 core"].ratio == pytest.approx(2)
    assert {one.peer for one in precision.time_measures(FP32, theirs, None)} == {None}


def test_a_text_that_company_moves_is_found_out() -> None:
    texts = ["late fees", "opening hours"]
    vectors = alone(HashEmbedder(), texts)
    assert cosines(vectors, HashEmbedder().embed(texts)) == pytest.approx([1, 1])
    assert moved_by_company(HashEmbedder(), texts, vectors) == 0
    assert moved_by_company(Backwards(), texts, vectors) == pytest.approx(2 * np.abs(vectors).max())


def test_every_precision_has_a_revision_of_its_own(faq: Path, tmp_path: Path) -> None:
    embedders = {FP32: HashEmbedder(), "backwards": Backwards()}
    found, passages = precision.ask(read_set(faq, "dev"), tmp_path, embedders)
    assert set(found) == set(embedders)
    assert found[FP32]["faq"].ours["2"][0] == "fees"
    assert len(passages) == 2
    revisions = Revisions(tmp_path / "sets" / "faq")
    kept = {one.embedder.precision: one.id for one in revisions.list()}
    assert set(kept) == {"fp32", "backwards"}
    with pytest.raises(EmbedderMismatch):
        revisions.open(kept["backwards"], HashEmbedder())


def test_the_processor_says_how_it_multiplies_small_numbers(tmp_path: Path) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text("processor\t: 0\nflags\t\t: fpu avx2 avx512_vnni\n\nflags : none\n", encoding="utf-8")
    assert instructions(told) == "avx2 avx512_vnni"
    told.write_text("Features : asimd\n", encoding="utf-8")
    assert instructions(told) == "none of those for small numbers"
    assert instructions(tmp_path / "absent") == "unknown"


def test_a_precision_that_does_not_exist_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert precision.main(["--precisions", "int8,int3"]) == 2
    assert "no precision int3" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(BadData, match="int3"):
        precision.chosen_precisions("int3")
    assert precision.chosen_precisions("bf16") == [FP32, "bf16"]


@pytest.mark.long
def test_the_real_model_in_int8_finds_the_same_and_is_told_apart(faq: Path, tmp_path: Path) -> None:
    shelf.onnx()
    home, results = tmp_path / "home", tmp_path / "figures.json"
    home.mkdir()
    (home / "model").symlink_to(shelf.PROJECT_HOME / "model")
    options = ["--data", str(faq.parent), "--sets", "faq", "--home", str(home), "--results", str(results)]
    assert precision.main([*options, "--precisions", "int8,int8-alone"]) == 0
    figures = {row["name"]: row for row in json.loads(results.read_text(encoding="utf-8"))}
    for name in ("int8", "int8-alone"):
        assert (figures[f"{name}/faq/hit@1"]["value"], figures[f"{name}/faq/hit@1"]["peer"]) == (1, 1)
        assert 0.95 < figures[f"{name}/cosine of questions"]["value"] < 0.9999
        assert figures[f"{name}/model_mb"]["ratio"] < 0.5
        assert figures[f"{name}/query_p50_ms@server"]["count"] == 2
    assert figures["int8-alone/moved by company"]["value"] < 1e-5
    assert open_precision("int8", home).identity.space != OnnxEmbedder.identity.space
