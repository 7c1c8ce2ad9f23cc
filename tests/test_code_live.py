"""Code through the real server: rules in words, wordings in drafts, worked examples."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ingest.code.modules import Modules
from ingest.code.wordings import Approved, write_wordings
from tests.knowledge_folder import CONFIG, sync_folder, write_folder
from tests.live_server import HeadlessPanel, Running, customer, serving
from tests.shelf import TODAY

FEES = '''\
"""Fees of the made-up shop."""

from decimal import ROUND_HALF_UP, Decimal

LATE_FEE_RATE = Decimal("0.03")
LATE_FEE_MINIMUM = Decimal("5.00")


def late_fee(overdue: Decimal, days_late: int) -> Decimal:
    """The late fee on an overdue instalment of a plan.

    No fee within five days. Otherwise a share of the overdue instalment, with a minimum.
    """
    if days_late <= 5:
        return Decimal("0.00")
    fee = (overdue * LATE_FEE_RATE).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return max(fee, LATE_FEE_MINIMUM)
'''
LATE_FEE = "code/fees.py:late_fee"
WORDING = "The late fee is 3% of the overdue instalment, at least £5, after five days."
QUESTION = "How is the late fee on an overdue instalment of a plan worked out?"


def shop(root: Path, *, wording: str | None = None, more: str = "") -> Path:
    write_folder(
        root,
        {
            "knowledge.toml": CONFIG + more,
            "code/fees.py": FEES,
            "policies/hours.md": "# Hours\n\nNine to six.\n",
        },
    )
    if wording:
        digest = Modules(root).digest("code/fees.py", "late_fee")
        write_wordings(
            root, [Approved(function=LATE_FEE, text=wording, digest=digest or "", by="bob", on=TODAY)]
        )
    return root


async def asked(panel: HeadlessPanel, question: str = QUESTION, **fields: Any) -> dict[str, Any]:
    """The code snippet that a customer's turn brings."""
    await panel.open("c1", [customer("t1", question)], **fields)
    found = await panel.heard("snippets_found", turn_id="t1")
    snippet: dict[str, Any] = next(
        s for s in found["snippets"] if s["document_id"] == "code/fees.py" and s["rule"]["function"]
    )
    return snippet


@pytest.fixture
async def worded(tmp_path: Path) -> AsyncIterator[Running]:
    sync_folder(shop(tmp_path / "shop", wording=WORDING), tmp_path / "home")
    async with serving(tmp_path / "home", knowledge=False) as server:
        await server.ready()
        yield server


async def test_code_is_told_in_words_and_its_wording_is_drafted_and_cited(worded: Running) -> None:
    async with worded.panel() as panel:
        snippet = await asked(panel)
        rule = snippet["rule"]
        assert rule["function"] == LATE_FEE
        assert rule["says"].startswith("The late fee on an overdue instalment of a plan.")
        assert rule["uses"] == ["late fee rate: 3 %", "late fee minimum: 5.00"]
        assert rule["wording"] == {"text": WORDING, "by": "bob", "on": TODAY.isoformat()}
        assert (snippet["audience"], snippet["kind"]) == ("internal", "code")
        ready = await panel.heard("suggestion_ready")
        (citation,) = ready["citations"]
        assert ready["text"][citation["start"] : citation["end"]] == WORDING
        assert (citation["number"], citation["passage_id"]) == (snippet["number"], snippet["passage_id"])
        assert "def " not in ready["text"]


async def test_a_piece_of_a_long_function_brings_all_of_its_code(tmp_path: Path) -> None:
    steps = "".join(
        f"    late_fee_{n} = overdue * {n} + LATE_FEE_RATE * days_late * {n}\n" for n in range(60)
    )
    long = FEES.replace("    if days_late", f"{steps}    if days_late")
    root = write_folder(shop(tmp_path / "shop"), {"code/fees.py": long})
    sync_folder(root, tmp_path / "home")
    async with serving(tmp_path / "home", knowledge=False) as server, server.panel() as panel:
        await server.ready()
        await panel.open("c1", [customer("t1", QUESTION)])
        found = await panel.heard("snippets_found")
    rules = [s["rule"] for s in found["snippets"] if s["rule"] and s["rule"]["function"] == LATE_FEE]
    assert rules[0]["code"].count("late_fee_") == 60
    assert long.splitlines()[rules[0]["first_line"] - 1].startswith("def late_fee")


async def test_without_a_wording_no_draft_is_made_of_code_and_the_owner_is_asked(tmp_path: Path) -> None:
    sync_folder(shop(tmp_path / "shop"), tmp_path / "home")
    async with serving(tmp_path / "home", knowledge=False) as server, server.panel() as panel:
        await server.ready()
        snippet = await asked(panel)
        assert snippet["rule"]["wording"] is None
        failed = await panel.heard("suggestion_failed")
        assert "Only internal passages answer this" in failed["message"]
        report = {
            "about": "gap",
            "turn_id": "t1",
            "passage_id": snippet["passage_id"],
            "problem": "no_answer",
        }
        note = "The code answers this; an agent asks for an approved wording."
        await panel.send(
            "passage_report", conversation_id="c1", report_id="r1", quote=QUESTION, note=note, **report
        )
        await panel.heard("report_recorded", report_id="r1")
        (reported,) = server.app.state.live.reports.newest(lambda _: True, answered=False, limit=5)
        assert (reported.about, reported.note, reported.passages[0].owner) == ("gap", note, "bob")


# ---- worked examples ---------------------------------------------------------------------------------------

SAFE = """
[[safe]]
function = "code/fees.py:late_fee"
gives = "amount"
inputs.overdue = { from = "amount", near = ["instalment"], label = "the overdue instalment" }
inputs.days_late = { from = "days", near = ["late"] }
"""
TOLD = " My instalment is £250.00 and I am 20 days late."


@pytest.fixture
async def safe(tmp_path: Path) -> AsyncIterator[Running]:
    sync_folder(shop(tmp_path / "shop", more=SAFE), tmp_path / "home")
    async with serving(tmp_path / "home", knowledge=False) as server:
        await server.ready()
        yield server


async def test_a_rule_is_worked_out_with_the_values_of_the_conversation(safe: Running) -> None:
    async with safe.panel() as panel:
        snippet = await asked(panel, QUESTION + TOLD)
        assert snippet["example"] is None
        ready = await panel.heard("example_ready", turn_id="t1")
        assert (ready["number"], ready["passage_id"]) == (snippet["number"], snippet["passage_id"])
        assert ready["example"] == {
            "inputs": ["the overdue instalment: £250.00", "days late: 20 days"],
            "steps": ["fee: 250.00 × 3 %, rounded = 7.50", "the larger of 7.50 and 5.00 = 7.50"],
            "result": "late fee: £7.50",
            "missing": [],
        }
        await panel.open("c1", [customer("t1", QUESTION + TOLD)])
        again = await panel.heard("session_snapshot")
        assert again["snippets"][snippet["number"] - 1]["example"] == ready["example"]


async def test_a_value_that_is_not_said_is_named_and_nothing_is_worked_out(safe: Running) -> None:
    async with safe.panel() as panel:
        await asked(panel, QUESTION + " One instalment is £20, another instalment is £30.")
        example = (await panel.heard("example_ready"))["example"]
        assert example["result"] is None
        assert example["missing"] == ["the overdue instalment: £20.00 or £30.00?", "days late: not said yet"]
