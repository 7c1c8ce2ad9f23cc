"""The benches: data, metrics on hand-made rankings, every command line on a tiny set; no timings asserted."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench import drafts, latency, page, retrieval
from bench import ingest as bench_ingest
from bench.live_client import Heard, Timing, WrongAnswer
from bench.ours import conversation, doc_id, is_python, open_ours, prefix
from bench.overlap import cut_to, paired_difference, token_f1, tokens
from bench.questions import dialogues, read_topics
from bench.ranking import first_places, hit, recall, reciprocal_rank
from bench.report import Measure, compare, missed, number, ratio, write
from bench.sets import BadData, Question, find_sets, read_set
from bench.stats import Estimate, mean, percentile, proportion
from knowledge.embedder import HashEmbedder
from tests import shelf

FORM = {"name", "value", "unit", "peer", "ratio"}
GOLD = frozenset({"a", "b"})


def write_rows(path: Path, rows: Sequence[Mapping[str, Any] | str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


# ---- metrics -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranked", "hit_1", "hit_5", "mrr", "recall_10"),
    [
        (["a", "x", "b"], True, True, 1.0, 1.0),
        (["x", "b", "y"], False, True, 0.5, 0.5),
        (["x", "y", "z", "u", "v", "a"], False, False, 1 / 6, 0.5),
        (["x"], False, False, 0.0, 0.0),
        ([], False, False, 0.0, 0.0),
    ],
)
def test_rankings_are_judged_by_their_first_gold_documents(
    ranked: list[str], hit_1: bool, hit_5: bool, mrr: float, recall_10: float
) -> None:
    assert hit(ranked, GOLD, 1) is hit_1
    assert hit(ranked, GOLD, 5) is hit_5
    assert reciprocal_rank(ranked, GOLD, 10) == pytest.approx(mrr)
    assert recall(ranked, GOLD, 10) == pytest.approx(recall_10)


def test_a_page_is_slowed_by_the_median_of_what_each_pair_differs_by() -> None:
    measures = {one.name: one for one in page.figures([0.30, 0.12, 0.19], [0.10, 0.10, 0.11])}
    assert measures["page_slowed_share"].value == pytest.approx(0.08)
    assert measures["page_slowed_highest_share"].value == pytest.approx(0.20)
    assert measures["page_busy_share"].ratio == pytest.approx(1.9)
    assert missed(list(measures.values()), page.BARS) == ["page_slowed_share is 0.080, the bar is 0.05"]
    assert missed(page.figures([0.13], [0.10]), page.BARS) == []


def test_a_document_counts_once_at_its_best_place() -> None:
    assert first_places(["a", "b", "a", "c", "b"], 2) == ["a", "b"]


@pytest.mark.parametrize(
    ("right", "of", "low", "high"), [(5, 10, 0.2366, 0.7634), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)]
)
def test_shares_carry_wilson_intervals(right: int, of: int, low: float, high: float) -> None:
    found = proportion([True] * right + [False] * (of - right))
    assert found.low == pytest.approx(low, abs=1e-4)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_means_carry_intervals_that_are_the_same_each_time() -> None:
    values = [0.0, 0.5, 1.0, 1.0, 0.25] * 8
    found = mean(values)
    assert found == mean(values)
    assert 0 < found.low < found.value < found.high < 1


@pytest.mark.parametrize("measured", [proportion, mean, lambda none: percentile(none, 0.5)])
def test_nothing_observed_is_an_error_and_not_a_zero(measured: Any) -> None:
    with pytest.raises(ValueError, match="at least one"):
        measured([])


# ---- reports -----------------------------------------------------------------------------------------------


def test_figures_are_written_with_the_agreed_fields(tmp_path: Path) -> None:
    path = tmp_path / "new" / "figures.json"
    write(path, [compare("s/hit@1", "share", Estimate(0.6, 0.5, 0.7, 40), Estimate(0.5, 0.4, 0.6, 40))])
    (row,) = json.loads(path.read_text(encoding="utf-8"))
    assert set(row) >= FORM
    assert row["ratio"] == pytest.approx(1.2)
    assert (row["low"], row["high"], row["peer_low"], row["count"]) == (0.5, 0.7, 0.4, 40)


def test_a_peer_of_zero_or_none_has_no_ratio() -> None:
    assert ratio(1.0, 0.0) is None
    assert ratio(1.0, None) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (0.41237, "0.412"), (14.83, "14.8"), (1890.4, "1,890")]
)
def test_figures_are_shown_with_few_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


# ---- data --------------------------------------------------------------------------------------------------


@pytest.fixture
def odd_set(tmp_path: Path) -> Path:
    """A set with everything that real files get wrong."""
    folder = tmp_path / "odd"
    corpus: list[Mapping[str, Any] | str] = [
        {"doc_id": 1, "text": "Returns are free.", "site": "shop.example", "title": None, "extra": [1]},
        {"doc_id": 1, "text": "Within 30 days."},
        {"doc_id": "2", "text": "", "title": ["Late", "fees"]},
        {"doc_id": "3", "text": "\ud800 broken"},
        {"doc_id": None, "text": "nobody's"},
        {"doc_id": "5", "text": ""},
        "not json",
    ]
    rows: list[Mapping[str, Any] | str] = [
        {"id": "q", "query": "Free returns?", "gold": [1], "site": "shop.example", "context": ["Hello"]},
        {"id": "q", "query": "Again?", "gold": "2", "repo": "nowhere", "context": None},
        {
            "customer_brief": "You want a refund.",
            "gold": ["gone"],
            "context": [{"role": "user", "text": "Hi"}],
        },
        {"id": "n1", "query": "No gold", "gold": []},
        {"id": "n2", "query": "No gold field"},
        {"id": "n3", "gold": [1]},
        "[]",
    ]
    write_rows(folder / "corpus.jsonl", corpus)
    write_rows(folder / "held_out.jsonl", rows)
    return folder


def test_odd_corpora_are_read_and_what_was_left_out_is_counted(odd_set: Path) -> None:
    found = read_set(odd_set, "held_out")
    assert [one.id for one in found.documents] == ["1", "2", "3"]
    assert found.documents[0].text == "Returns are free.\n\nWithin 30 days."
    assert found.documents[0].scope == {"site": "shop.example"}
    assert found.documents[1].fields == {"title": "Late > fees"}
    assert found.documents[2].text.isprintable()
    assert found.notes == {
        "documents that repeat a doc_id": 1,
        "documents without doc_id or text": 2,
        "unreadable lines in corpus.jsonl": 1,
        "rows that repeat an id": 1,
        "rows without gold": 2,
        "rows without query": 1,
        "unreadable lines in held_out.jsonl": 1,
        "questions whose gold is not in the corpus (counted as missed)": 1,
    }


def test_odd_rows_become_questions(odd_set: Path) -> None:
    first, second, third = read_set(odd_set, "held_out").questions
    assert (first.gold, first.context) == (frozenset({"1"}), (("customer", "Hello"),))
    assert (second.id, second.gold) == ("q#2", frozenset({"2"}))
    assert second.scope == {}, "no document carries a repo, so there is nothing to filter by"
    assert (third.id, third.text, third.context) == ("row 2", "You want a refund.", (("customer", "Hi"),))


def test_a_split_has_its_own_corpus_where_there_is_one(odd_set: Path) -> None:
    write_rows(odd_set / "corpus_held_out.jsonl", [{"doc_id": "own", "text": "Own."}])
    assert [one.id for one in read_set(odd_set, "held_out").documents] == ["own"]


def test_a_folder_of_sets_and_a_single_set_are_both_found(odd_set: Path) -> None:
    (odd_set.parent / "intents").mkdir()
    assert find_sets(odd_set, "held_out") == {odd_set: None}
    found = {folder.name: why for folder, why in find_sets(odd_set.parent, "held_out").items()}
    assert found == {"intents": "no corpus.jsonl or corpus_held_out.jsonl", "odd": None}
    assert set(find_sets(odd_set.parent, "dev").values()) == {
        "no corpus.jsonl or corpus_dev.jsonl",
        "no dev.jsonl",
    }


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="not a folder"):
        find_sets(tmp_path / "absent", "dev")


# ---- our side of retrieval ---------------------------------------------------------------------------------


def test_site_and_repo_limit_a_question_to_their_own_documents(tmp_path: Path) -> None:
    rows = [
        {"doc_id": "x|1", "site": "a.example", "text": "Cookies are kept for a year."},
        {"doc_id": "2", "site": "a.example.org", "text": "Cookies are kept for a year or so."},
        {"doc_id": "3", "site": "a.example", "repo": "o/r", "text": "Cookies, cookies, kept a year."},
    ]
    asked = {"query": "How long are cookies kept?", "gold": ["2"]}
    write_rows(tmp_path / "s" / "corpus.jsonl", rows)
    write_rows(
        tmp_path / "s" / "dev.jsonl",
        [
            {**asked, "id": "all"},
            {**asked, "id": "a", "site": "a.example"},
            {**asked, "id": "r", "repo": "o/r"},
            {**asked, "id": "none", "site": "b.example"},
        ],
    )
    retrieval_set = read_set(tmp_path / "s", "dev")
    ours = open_ours(tmp_path / "home", retrieval_set, HashEmbedder())
    found = {question.id: set(ours.ranked(question, 10)) for question in retrieval_set.questions}
    ours.close()
    assert found == {"all": {"x|1", "2", "3"}, "a": {"x|1", "3"}, "r": {"3"}, "none": set()}


def test_document_ids_survive_the_prefix_that_filters() -> None:
    assert doc_id(prefix({"site": "a|b/c", "repo": "o/r"}) + "x|y") == "x|y"


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("def pay(amount):\n    return amount", True),
        ("    async def pay(self):\n        pass", True),
        ("class Fee:\n    rate = 2", True),
        ("Returns are free.", False),
        ("x = 1", False),
        ("", False),
    ],
)
def test_functions_are_read_as_code_and_everything_else_as_text(text: str, python: bool) -> None:
    assert is_python(text) is python


def test_the_dialogue_reaches_the_server_as_turns_and_the_peer_as_lines() -> None:
    said = (("customer", "My sofa is late."), ("assistant", "Sorry."), ("note", "VIP"))
    question = Question("q", "When does it come?", said, GOLD, {})
    assert [(turn.role.value, turn.text) for turn in conversation(question).turns][-2:] == [
        ("note", "VIP"),
        ("customer", "When does it come?"),
    ]
    assert retrieval.dialogue(question) == "My sofa is late.\nSorry.\nVIP\nWhen does it come?"


def test_a_title_heads_the_question_and_the_open_page_only_where_the_figures_say_so(tmp_path: Path) -> None:
    write_rows(tmp_path / "corpus.jsonl", [{"doc_id": "a", "text": "Fees are 4 euros."}])
    row = {"id": "q", "query": "How much?", "gold": ["a"], "title": "Fees", "page_title": "Plans"}
    write_rows(tmp_path / "dev.jsonl", [row])
    asked = retrieval.forms(read_set(tmp_path, "dev"))
    subjects = [conversation(question).subject for every in asked.values() for question in every]
    assert subjects == ["Fees", "Plans"]
    assert list(asked) == [tmp_path.name, f"{tmp_path.name} (page title as subject)"]
    assert [retrieval.dialogue(question) for every in asked.values() for question in every] == [
        "Fees\nHow much?",
        "Plans\nHow much?",
    ]


# ---- latency -----------------------------------------------------------------------------------------------


def test_customer_turns_never_repeat_and_stay_on_their_topic(tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    rows = [{"question": f"{topic} {n}?", "documents": [topic]} for topic in ("fee", "van") for n in range(4)]
    write_rows(golden, [*rows, {"question": "Do you sell cars?", "documents": []}])
    talks = list(itertools.islice(dialogues(read_topics(golden), seed=1), 400))
    turns = [turn for talk in talks for turn in talk]
    assert len(set(turns)) == len(turns) == 1200
    assert not any("cars" in turn for turn in turns)
    assert all(len({"fee" in turn for turn in talk}) == 1 for talk in talks)


def message(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "conversation_id": "c", **fields}


OURS = {"turn_id": "t2", "suggestion_id": "s2"}


@pytest.mark.parametrize(
    ("messages", "timing", "complete"),
    [
        ([message("nothing_found", turn_id="t2", nearest=None)], (1.0, None, None, None), True),
        ([message("snippets_found", turn_id="t2", fit="answers")], (1.0, 1.0, None, None), False),
        ([message("snippets_found", turn_id="t2", fit="might_help")], (1.0, 1.0, None, None), True),
        (
            [
                message("suggestion_delta", suggestion_id="s1", seq=9, pieces=[]),
                message("snippets_found", turn_id="t1", fit="answers"),
                message("snippets_found", turn_id="t2", fit="answers"),
                message("suggestion_started", **OURS, seq=1, source="extractive"),
                message("suggestion_delta", suggestion_id="s2", seq=2, pieces=[]),
                message("suggestion_delta", suggestion_id="s2", seq=3, pieces=[]),
                message("suggestion_ready", suggestion_id="s2", seq=4, text="Yes."),
            ],
            (3.0, 3.0, 5.0, 7.0),
            True,
        ),
        (
            [
                message("snippets_found", turn_id="t2", fit="answers"),
                message("suggestion_started", **OURS, seq=1, source="extractive"),
                message("suggestion_superseded", suggestion_id="s2", seq=2),
            ],
            (1.0, 1.0, None, None),
            True,
        ),
    ],
)
def test_a_panel_takes_the_time_of_its_own_turn_only(
    messages: list[dict[str, Any]], timing: tuple[float | None, ...], complete: bool
) -> None:
    heard = Heard("t2")
    for place, one in enumerate(messages, 1):
        heard.take(one, float(place))
    assert (heard.answer_ms, heard.snippet_ms, heard.text_ms, heard.ready_ms) == timing
    assert heard.complete is complete


def test_a_reported_problem_stops_the_bench_with_its_words() -> None:
    with pytest.raises(WrongAnswer, match="bad_token"):
        Heard("t1").take(message("problem_reported", code="bad_token", message="Ask your lead."), 1.0)


def test_the_peer_is_taken_at_its_best_thread_count() -> None:
    took = {"ours": 5.0, "peer 1": 20.0, "peer 2": 90.0}
    runs = {side: {1: [Timing(ms, ms, None, None)] * 3} for side, ms in took.items()}
    threads, timings = latency.best_peer(runs, 1)
    assert (threads, timings[0].snippet_ms) == ("1", 20.0)
    assert latency.best_peer({"ours": runs["ours"]}, 1) == ("no peer", [])


def test_latency_figures_have_stable_names_and_count_what_never_came() -> None:
    ours = [Timing(10.0, 10.0, 12.0, 14.0)] * 3 + [Timing(9.0, None, None, None)]
    named = {one.name: one for one in latency.figures(20, ours, [Timing(20.0, 20.0, None, None)])}
    assert named["snippet_p95_ms@20"].ratio == pytest.approx(0.5)
    assert named["snippet_p95_ratio@20"].value == pytest.approx(0.5)
    assert named["text_p95_ms@20"].value == pytest.approx(12.0)
    assert named["ready_p50_ms@20"].value == pytest.approx(14.0)
    assert named["nothing_found@20"].value == named["without_draft@20"].value == pytest.approx(0.25)


# ---- the command lines, with the real model ----------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own with the model that all tests share."""
    shelf.onnx()
    made = tmp_path / "home"
    made.mkdir()
    (made / "model").symlink_to(shelf.PROJECT_HOME / "model")
    return made


@pytest.fixture
def tiny_data(tmp_path: Path) -> Path:
    """Two sets, one with dialogues and several gold documents, and a folder that is none."""
    data = tmp_path / "data"
    texts = {
        "returns": "# Returns\nYou can send anything back within 30 days. We pay for the parcel.",
        "fees": "# Late fees\nAn instalment that is more than 14 days late costs 12 pounds.",
        "hours": "# Opening hours\nThe showrooms are open from 9 to 18, on Sundays from 11 to 16.",
    }
    write_rows(data / "faq" / "corpus.jsonl", [{"doc_id": key, "text": text} for key, text in texts.items()])
    write_rows(
        data / "faq" / "dev.jsonl",
        [
            {"id": "1", "query": "Until when can I send a lamp back?", "gold": ["returns"]},
            {"id": "2", "query": "What does it cost to pay an instalment late?", "gold": ["fees"]},
            {"id": "3", "query": "nothing", "gold": []},
        ],
    )
    documents = [{"doc_id": key, "site": "s", "text": text} for key, text in texts.items()]
    write_rows(data / "talk" / "corpus_dev.jsonl", documents)
    context = [{"role": "customer", "text": "I want to visit a showroom."}]
    asked = {"query": "Are you open on Sunday?", "context": context, "gold": ["hours", "fees"], "site": "s"}
    write_rows(data / "talk" / "dev.jsonl", [asked])
    (data / "intents").mkdir()
    return data


def figures_in(path: Path) -> dict[str, Any]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    assert all(set(row) >= FORM for row in rows)
    return {row["name"]: row for row in rows}


def test_the_retrieval_bench_measures_both_sides_on_data_it_has_never_seen(
    tiny_data: Path, home: Path, tmp_path: Path
) -> None:
    results, out = tmp_path / "figures.json", tmp_path / "ranked.jsonl"
    options = ["--data", str(tiny_data), "--home", str(home), "--results", str(results), "--out", str(out)]
    assert retrieval.main(options) == 0
    named = figures_in(results)
    assert {f"{name}/{metric}" for name in ("faq", "talk") for metric in ("hit@1", "hit@5", "mrr@10")} <= set(
        named
    )
    assert (named["faq/hit@1"]["value"], named["faq/hit@1"]["peer"], named["faq/hit@1"]["count"]) == (1, 1, 2)
    assert "talk/recall@10" in named, "questions with several gold documents also report recall"
    assert "talk/hit@1 (peer: dialogue)" in named
    ranked = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["set"], row["id"]) for row in ranked] == [("faq", "1"), ("faq", "2"), ("talk", "row 0")]
    assert all(len(row["ranked"]) == len(row["peer"]) == 3 for row in ranked)


@pytest.mark.parametrize("options", [["--sets", "absent"], ["--split", "test"], ["--sets", "intents"]])
def test_the_retrieval_bench_says_when_there_is_nothing_to_measure(
    options: list[str], tiny_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert retrieval.main(["--data", str(tiny_data), *options]) == 2
    assert "holds no set" in capsys.readouterr().out


def test_the_draft_bench_writes_cited_drafts_beside_the_peer(
    home: Path, tiny_data: Path, tmp_path: Path
) -> None:
    rows = [
        {"id": "1", "query": "Can I send anything back within 30 days?", "gold": ["returns"]},
        {"id": "2", "query": "What does an instalment more than 14 days late cost?", "gold": ["fees"]},
        {"id": "3", "query": "Which zodiac sign suits submarines?", "gold": ["fees"]},
        {"id": "4", "query": "Without an answer?", "gold": ["fees"]},
    ]
    answers = ["You have 30 days to send it back.", "It costs 12 pounds.", "None."]
    told = [{**row, "gold_answer": answer} for row, answer in zip(rows, answers, strict=False)]
    write_rows(tiny_data / "faq" / "dev.jsonl", [*told, rows[3]])
    out, results = tmp_path / "drafts.jsonl", tmp_path / "figures.json"
    options = ["--data", str(tiny_data), "--home", str(home), "--threads", "1"]
    assert drafts.main([*options, "--out", str(out), "--results", str(results)]) == 0
    named = figures_in(results)
    assert named["faq/with a draft"]["count"] == 3
    assert 0 < named["faq/token F1"]["value"] <= 1
    assert "faq/embedding similarity: ours - peer, paired" in named
    written = {row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert list(written) == ["1", "2", "3"], "a question without a gold answer is left out"
    assert "30 days" in written["1"]["draft"]
    assert all(each["text"] in each["passage"] for each in written["1"]["citations"])
    assert len(tokens(written["1"]["peer"])) <= len(tokens(written["1"]["draft"]))
    assert written["3"]["draft"] == ""


def test_without_gold_answers_there_is_nothing_to_compare(
    home: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drafts.main(["--data", str(tiny_data), "--home", str(home)]) == 2
    assert "has a gold answer" in " ".join(capsys.readouterr().out.split())


def test_texts_are_compared_token_by_token() -> None:
    assert token_f1("The fee is £5.", "the FEE is 5") == 1
    assert token_f1("fee fee", "fee") == pytest.approx(2 / 3)
    assert token_f1("", "fee") == token_f1("lamp", "fee") == 0
    assert cut_to("One, two - three.", 2) == "One, two"
    assert (cut_to("One, two.", 9), cut_to("One", 0)) == ("One, two.", "")


def test_a_paired_difference_is_surer_than_its_sides() -> None:
    ours = [0.1, 0.9, 0.3, 0.7] * 5
    found = paired_difference(ours, [value - 0.05 for value in ours])
    assert (found.value, found.low, found.high) == pytest.approx((0.05, 0.05, 0.05))
    with pytest.raises(ValueError, match="equally many"):
        paired_difference([1.0], [])


def test_the_ingest_bench_measures_both_syncs_and_the_peer(home: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for number_ in range(3):
        text = f"# Rule {number_}\n\nParcels of class {number_} arrive within {number_ + 2} days."
        (documents / f"rule-{number_}.md").write_text(text, encoding="utf-8")
    results = tmp_path / "figures.json"
    options = ["--data", str(documents), "--home", str(home), "--results", str(results), "--threads", "1"]
    assert bench_ingest.main(options) == 0
    named = figures_in(results)
    assert set(named) >= {"first_sync_s", "first_sync_ratio", "first_sync_tokens_per_s", "second_sync_s"}
    tokens = {side: named["first_sync_tokens_per_s"][side] for side in ("value", "peer")}
    assert all(tokens.values())


@pytest.mark.long
def test_the_latency_bench_talks_to_a_real_server(home: Path, tmp_path: Path) -> None:
    company = tmp_path / "company"
    (company / "policies").mkdir(parents=True)
    source = (
        '[[source]]\nname = "p"\nkind = "policy"\naudience = "public"\nowner = "o"\ninclude = ["*/*.md"]\n'
    )
    (company / "knowledge.toml").write_text(f'name = "Tiny"\n{source}', encoding="utf-8")
    answer = "# Returns\n\nYou can return a lamp within 30 days. The return of a lamp is free."
    (company / "policies" / "returns.md").write_text(answer, encoding="utf-8")
    asked = [{"question": "Can I return a lamp? How long can I return a lamp?", "documents": ["p"]}]
    write_rows(company / "golden.jsonl", asked)
    (home / "latency").mkdir()
    (home / "latency" / "model").symlink_to(home / "model")
    results = tmp_path / "figures.json"
    options = ["--examples", str(company), "--home", str(home), "--results", str(results), "--no-peer"]
    assert latency.main([*options, "--turns", "4", "--levels", "1", "6"]) == 0
    named = figures_in(results)
    assert set(named) >= {"answer_p95_ms@1", "answer_p95_ms@6", "nothing_found@1", "without_draft@6"}
    assert named["without_draft@6"]["count"] >= 30


def test_a_measure_without_a_peer_still_has_every_field(tmp_path: Path) -> None:
    write(tmp_path / "one.json", [Measure("second_sync_s", 1.2, "s")])
    (row,) = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert (row["peer"], row["ratio"]) == (None, None)
