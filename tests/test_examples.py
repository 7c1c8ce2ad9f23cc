"""The made-up company: as rich as promised, true to its own code, and consistent with itself."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.folders import Bare, open_folder
from ingest.survey import said_of_code
from ingest.walk import walk

QUILLBROOK = Path(__file__).parent.parent / "examples/quillbrook"
BILLING = QUILLBROOK / "billing"
RULES = sorted(path.stem for path in (BILLING / "quillbrook_billing").glob("[a-z]*.py"))
CONVERSATIONS = [json.loads(path.read_text()) for path in sorted(QUILLBROOK.glob("conversations/*.json"))]


def python(*arguments: str | Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(BILLING), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_enough_pages_products_and_moods() -> None:
    assert len([*QUILLBROOK.glob("policies/*"), *QUILLBROOK.glob("faq/*")]) >= 25
    with (QUILLBROOK / "products/products.csv").open(newline="") as file:
        products = [row["sku"] for row in csv.DictReader(file)]
    assert len(products) == len(set(products)) >= 40
    assert len({conversation["mood"] for conversation in CONVERSATIONS}) >= 3


@pytest.mark.parametrize("rules", RULES)
def test_the_billing_rules_compute_what_their_docstrings_say(rules: str) -> None:
    python("-m", "doctest", BILLING / f"quillbrook_billing/{rules}.py")


def test_customers_and_orders_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("first.sql", "second.sql", "orders.sqlite"):
        python(QUILLBROOK / "data/make_orders.py", tmp_path / name)
    assert (tmp_path / "first.sql").read_bytes() == (tmp_path / "second.sql").read_bytes()
    orders = sqlite3.connect(tmp_path / "orders.sqlite")
    assert orders.execute("PRAGMA foreign_key_check").fetchall() == []
    known = {email for (email,) in orders.execute("SELECT email FROM customers")}
    orders.close()
    assert {conversation["customer"]["email"] for conversation in CONVERSATIONS} <= known


def test_every_golden_answer_is_a_file() -> None:
    rows = [json.loads(line) for line in (QUILLBROOK / "golden.jsonl").read_text().splitlines()]
    documents = {document for row in rows for document in row["documents"]}
    assert [document for document in documents if not (QUILLBROOK / document).is_file()] == []


def test_every_wording_states_the_billing_code_as_it_is() -> None:
    folder = open_folder(QUILLBROOK, Bare())
    found = said_of_code(folder, walk(folder.root, folder.config.source))
    assert folder.wordings
    assert folder.config.safe
    assert (found.withdrawn, found.refused) == ({}, {})
