"""Code in words: what a rule says, what it rests on, and wordings that end when that changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.code.modules import Modules
from ingest.code.statements import statements
from ingest.code.wordings import Unsendable, read_wordings, sendable
from ingest.config import SafeConfig
from ingest.errors import IngestError
from ingest.folders import open_folder
from ingest.read.python_code import read_python
from knowledge.revisions import Revisions
from knowledge.rule import Rule
from tests.knowledge_folder import CONFIG, FILES, NOT_BARE, Command, command_line, sync_folder, write_folder

FEES = '''\
"""Late fees.

    >>> late_fee(Decimal("10.00"), 3)
"""

from datetime import date, time
from decimal import Decimal
from enum import Enum

from shop.rates import LATE_RATE
import shop.limits as limits


class Speed(Enum):
    SLOW = "slow"
    FAST = "fast"


LEAST = Decimal("5.00")
FREE_DAYS = {"plus": 7, "standard": 5}
CUT_OFF = time(16, 0)
HOLIDAYS = frozenset({date(2026, 12, 25)})
_HIDDEN = 3
ODD = compute()
UNUSED = 9


def late_fee(overdue: Decimal, days_late: int, *, speed: Speed = Speed.SLOW) -> Decimal:
    """What a customer pays for ``overdue``
    goods.

    * never less than the least
    * free on holidays

    As in:

    >>> late_fee(Decimal("10.00"), 3)
    Decimal('5.00')

    Args:
        overdue: secret
    """
    if days_late <= FREE_DAYS["plus"] or holiday(CUT_OFF):
        return Decimal(0)
    return min(max(overdue * LATE_RATE, LEAST), limits.MOST)


def holiday(day) -> bool:
    return day in HOLIDAYS or _HIDDEN or ODD


class Plan:
    def pay(self, months): return months
'''
SHOP = {
    **FILES,
    "code/fees.py": FEES,
    "code/shop/__init__.py": "",
    "code/shop/rates.py": 'from decimal import Decimal\n\nLATE_RATE = Decimal("0.02")\nOTHER = 1\n',
    "code/shop/limits.py": "MOST = 12\n",
}
LATE_FEE = "code/fees.py:late_fee"
WORDING = "The fee is 2% of what is overdue, at least £5."


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "shop", SHOP)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    return command_line(home, capsys, monkeypatch)


def rules(text: str = FEES) -> dict[str | None, Rule]:
    found = [section.rule for section in read_python(text, "fees.py").sections]
    return {rule.function: rule for rule in found if rule}


# ---- in words ----------------------------------------------------------------------------------------------


def test_a_rule_says_the_docstring_without_examples_and_what_is_for_programmers() -> None:
    assert rules()["late_fee"].says == (
        "What a customer pays for overdue goods.\n\n• never less than the least\n• free on holidays"
    )
    assert rules()[None].says == "Late fees."


def test_parameters_and_constants_are_told_in_words_with_their_values() -> None:
    rule = rules()["late_fee"]
    assert rule.takes == ("overdue (amount)", "days late (whole number)", "speed (slow or fast), else slow")
    assert rule.uses == (
        "free days: plus = 7, standard = 5",
        "cut off: 16:00",
        "least: 5.00",
        "holidays: 25 December 2026",
    )
    assert rule.signature == (
        "def late_fee(overdue: Decimal, days_late: int, *, speed: Speed=Speed.SLOW) -> Decimal"
    )


def test_without_a_docstring_the_name_speaks_and_methods_are_named_with_their_class() -> None:
    rule = rules()["Plan.pay"]
    assert (rule.says, rule.takes) == ("Pay.", ("months",))
    assert rules("RATE = 3\n") == {}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("0.119", "rate: 11.9 %"),
        ('Decimal("0.02")', "rate: 2 %"),
        ("1.5", "rate: 1.5"),
        ("{12: 0.119}", "rate: 12 = 11.9 %"),
        ("timedelta(days=3)", "rate: 3 days"),
        ("(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)", "rate: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more"),
        ("True", "rate: yes"),
        ("'x' * 900", None),
        ("date(2026, 13, 1)", None),
        ("{**OTHERS}", None),
    ],
)
def test_a_value_is_worded_or_left_to_the_code(value: str, told: str | None) -> None:
    found = rules(f"RATE = {value}\n\ndef f():\n    return RATE\n")["f"].uses
    assert found == ((told,) if told else ())


def test_the_words_reach_every_passage_of_the_function_and_survive_the_revision(
    shop: Path, home: Path
) -> None:
    sync_folder(shop, home)
    revisions = Revisions(home)
    live = revisions.live()
    assert live
    found = {p.rule.function for p in revisions.passages(live) if p.rule}
    assert found == {None, LATE_FEE, "code/fees.py:holiday", "code/fees.py:Plan.pay"}
    fee = next(p for p in revisions.passages(live) if p.rule and p.rule.function == LATE_FEE)
    assert fee.rule
    assert fee.rule.uses == rules()["late_fee"].uses
    assert "def late_fee" in fee.text
    lines = FEES.splitlines()
    assert fee.rule.code == "\n".join(lines[fee.rule.first_line - 1 : fee.rule.last_line])  # type: ignore[operator]
    assert fee.rule.code.endswith("limits.MOST)")


# ---- what a function rests on ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("code/fees.py", "days_late <= FREE", "days_late < FREE"),
        ("code/fees.py", '"plus": 7', '"plus": 8'),
        ("code/fees.py", "_HIDDEN = 3", "_HIDDEN = 4"),
        ("code/fees.py", "UNUSED = 9", 'UNUSED = 9\nFREE_DAYS["plus"] = 30'),
        ("code/fees.py", "UNUSED = 9", "UNUSED = 9\nFREE_DAYS.update(plus=30)"),
        ("code/fees.py", "UNUSED = 9", "UNUSED = 9\nif UNUSED:\n    LEAST = 8"),
        ("code/fees.py", "from decimal import Decimal", "from decimals import Decimal"),
        ("code/fees.py", 'SLOW = "slow"', 'SLOW = "late"'),
        ("code/shop/rates.py", "0.02", "0.03"),
        ("code/shop/limits.py", "12", "13"),
    ],
)
def test_whatever_decides_a_function_changes_its_digest(shop: Path, file: str, old: str, new: str) -> None:
    before = Modules(shop).digest("code/fees.py", "late_fee")
    text = (shop / file).read_text()
    assert old in text
    write_folder(shop, {file: text.replace(old, new)})
    after = Modules(shop).digest("code/fees.py", "late_fee")
    assert after
    assert before != after


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("code/fees.py", "UNUSED = 9", "# A remark.\n\nUNUSED = 10"),
        ("code/fees.py", "return months", "return months * 2"),
        ("code/shop/rates.py", "OTHER = 1", "OTHER = 2"),
    ],
)
def test_what_does_not_decide_it_leaves_the_digest(shop: Path, file: str, old: str, new: str) -> None:
    before = Modules(shop).digest("code/fees.py", "late_fee")
    write_folder(shop, {file: (shop / file).read_text().replace(old, new)})
    assert Modules(shop).digest("code/fees.py", "late_fee") == before


def test_no_function_has_no_digest(shop: Path) -> None:
    modules = Modules(shop)
    assert modules.digest("code/fees.py", "gone") is None
    assert modules.digest("code/gone.py", "late_fee") is None
    assert modules.digest("code/fees.py", "Plan.pay")


def test_modules_go_by_the_names_that_import_them(shop: Path) -> None:
    write_folder(
        shop, {"code/shop/more.py": "from .rates import LATE_RATE\nfrom . import limits\nimport math\n"}
    )
    modules = Modules(shop)
    assert sorted(modules.sources("code/shop/more.py")) == ["shop.limits", "shop.more", "shop.rates"]
    assert sorted(modules.sources("code/fees.py")) == ["fees", "shop.limits", "shop.rates"]


# ---- wordings ----------------------------------------------------------------------------------------------


def approve(run: Command, shop: Path, text: str = WORDING, by: str = "bob", function: str = LATE_FEE) -> str:
    done = run("wording", "approve", shop, function, text, "--by", by, "--on", "2026-11-02")
    return done.stdout if done.returncode == 0 else done.stderr


def live_wording(home: Path) -> str | None:
    revisions = Revisions(home)
    live = revisions.live()
    assert live
    rules = [p.rule for p in revisions.passages(live) if p.rule and p.rule.function == LATE_FEE]
    return rules[0].wording.text if rules[0].wording else None


def test_a_wording_is_published_and_withdrawn_when_the_code_changes(
    run: Command, shop: Path, home: Path
) -> None:
    assert "Run `ingest sync`" in approve(run, shop)
    assert not sync_folder(shop, home).warnings
    assert live_wording(home) == WORDING
    assert run("check", shop).returncode == 0

    write_folder(shop, {"code/shop/rates.py": 'from decimal import Decimal\n\nLATE_RATE = Decimal("0.03")\n'})
    checked = run("check", shop)
    assert checked.returncode == 1
    assert (
        f"{LATE_FEE}: wording withdrawn: the code changed since bob approved it on 2026-11-02"
        in checked.stdout
    )
    assert "bob must approve it again" in checked.stdout
    warned = sync_folder(shop, home).warnings["wordings.toml"]
    assert len(warned) == 1
    assert "wording withdrawn" in warned[0]
    assert live_wording(home) is None

    approve(run, shop, "The fee is 3% of what is overdue.")
    sync_folder(shop, home)
    assert live_wording(home) == "The fee is 3% of what is overdue."
    assert "holds" in run("wording", "list", shop).stdout
    assert run("wording", "withdraw", shop, LATE_FEE).returncode == 0
    assert not (shop / "wordings.toml").exists()
    sync_folder(shop, home)
    assert live_wording(home) is None


def test_a_wording_of_a_function_that_is_gone_is_withdrawn(run: Command, shop: Path) -> None:
    approve(run, shop)
    write_folder(shop, {"code/fees.py": "X = 1\n"})
    assert "there is no such function any more; bob must withdraw it" in run("check", shop).stdout


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"by": "ann"}, "is owned by bob, not by ann"),
        ({"function": "code/fees.py:gone"}, "has no function 'gone'"),
        ({"function": "policies/returns.md:x"}, "is no file of a source of kind code"),
        (
            {"text": "It is late_fee that decides."},
            "names `late_fee`, which only code does. bob must change it",
        ),
        ({"text": "   "}, "it is empty"),
        ({"text": "x" * 700}, "it has 700 characters, at most 600"),
    ],
)
def test_what_cannot_be_approved_says_why_and_changes_nothing(
    run: Command, shop: Path, asked: dict[str, str], told: str
) -> None:
    assert told in approve(run, shop, **asked)
    assert not (shop / "wordings.toml").exists()


def test_quotes_and_other_scripts_come_back_as_they_were(run: Command, shop: Path) -> None:
    text = 'Only "late" payments: £5 \\ 2% – naïve, 费用.'
    approve(run, shop, text)
    assert [one.text for one in read_wordings(shop)] == [text]
    with pytest.raises(Unsendable, match="can't be seen"):
        sendable("zero\u200bwidth", "")


@pytest.mark.parametrize("text", ["[[wording]]\nfunction = 3\n", "not toml", "other = 1\n"])
def test_a_damaged_file_of_wordings_stops_the_sync_with_its_name(shop: Path, text: str) -> None:
    write_folder(shop, {"wordings.toml": text})
    with pytest.raises(IngestError, match=r"wordings.toml: .* must correct it"):
        open_folder(shop, NOT_BARE)


# ---- safe functions ----------------------------------------------------------------------------------------

SAFE = """
[[safe]]
function = "code/fees.py:late_fee"
gives = "amount"
inputs.overdue = { from = "amount", near = ["overdue"] }
inputs.days_late = { from = "days" }
inputs.speed = { from = "fixed", value = "fast" }
"""


def test_a_safe_function_is_published_with_its_modules_and_inputs(shop: Path, home: Path) -> None:
    write_folder(shop, {"knowledge.toml": CONFIG + SAFE})
    assert not sync_folder(shop, home).warnings
    revisions = Revisions(home)
    passages = revisions.passages(revisions.live() or "")
    (safe,) = {p.rule.safe for p in passages if p.rule and p.rule.safe}
    assert [name for name, _ in safe.modules] == ["fees", "shop.limits", "shop.rates"]
    assert [(one.name, one.label, one.source, one.tag, one.value) for one in safe.inputs] == [
        ("overdue", "overdue", "amount", "", ""),
        ("days_late", "days late", "days", "", ""),
        ("speed", "speed", "fixed", "str", "fast"),
    ]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"function": "code/fees.py:gone"}, "there is no such function at the top of that file"),
        ({"function": "code/gone.py:late_fee"}, "no source of kind code holds that file"),
        ({"inputs": {}}, "its parameter `overdue` has no entry in `inputs`"),
        ({"inputs": {"wrong": {"from": "days"}}}, "it has no parameter `wrong`"),
    ],
)
def test_what_does_not_fit_the_code_is_named_and_not_worked_out(
    shop: Path, changed: dict[str, object], told: str
) -> None:
    config = SafeConfig.model_validate({"function": LATE_FEE, **changed})
    found = statements(Modules(shop), (), (config,), {"code/fees.py": "bob"}.get)
    assert told in found.refused[config.function]


@pytest.mark.parametrize("module", ["os", "socket", "subprocess", "importlib.util", "pathlib"])
def test_code_that_reaches_beyond_sums_is_never_safe(run: Command, shop: Path, module: str) -> None:
    write_folder(
        shop, {"knowledge.toml": CONFIG + SAFE, "code/shop/limits.py": f"import {module}\nMOST = 1\n"}
    )
    checked = run("check", shop)
    assert checked.returncode == 1
    assert "which reaches beyond pure sums" in checked.stdout
    assert "(bob)" in checked.stdout


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"amount", near', '"amounts", near', r"line 25, \[\[safe\]\] number 1: `from`: "),
        ("gives =", "give =", "unknown key `give`; did you mean `gives`?"),
        (', value = "fast"', "", 'expected `value` with from = "fixed"'),
        ("near = [", "nearby = [", "unknown key `nearby`; did you mean `near`?"),
        ("fees.py:late_fee", "fees.late_fee", "`function`"),
    ],
)
def test_a_mistake_in_a_safe_entry_names_its_place(shop: Path, old: str, new: str, told: str) -> None:
    assert old in SAFE
    write_folder(shop, {"knowledge.toml": CONFIG + SAFE.replace(old, new)})
    with pytest.raises(IngestError, match=told):
        open_folder(shop, NOT_BARE)
