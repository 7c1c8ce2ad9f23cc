from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.__main__ import app
from server.mood import Mood
from server.phrases import BadPhrases, read_phrases


def written(folder: Path, text: str) -> Path:
    file = folder / "phrases.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_mood_that_is_told_has_its_opening() -> None:
    opening = read_phrases().company.opening
    assert {mood.value for mood in Mood} == set(type(opening).model_fields)
    assert all(getattr(opening, mood.value) for mood in Mood if mood not in (Mood.CALM, Mood.GRAVE))


def test_own_phrases_replace_the_shipped_ones_key_by_key(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        """
        closing.email = ["Yours", "  With {{agent_name}} "]
        opening.angry = []
        [team.Returns.greeting]
        email = ["Dear {{customer_name}},"]
        [agent."Ana Silva".closing]
        email = ["Best wishes\\nAna"]
        """,
    )
    shipped, book = read_phrases().company, read_phrases(file)
    assert book.company.closing.email == ("Yours", "With {{agent_name}}")
    assert book.company.opening.angry == ()
    assert book.company.opening.worried == shipped.opening.worried
    ana, bo = book.of("ana silva", "returns"), book.of("Bo", "RETURNS")
    assert ana.greeting.email == bo.greeting.email == ("Dear {{customer_name}},",)
    assert ana.closing.email == ("Best wishes\nAna",)
    assert bo.closing.email == ("Yours", "With {{agent_name}}")
    assert book.of("Bo", "billing") == book.company


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("opening.joyful = ['Yippee']", "opening.joyful: Extra inputs are not permitted"),
        ("[farewell]\nemail = ['Bye']", "farewell: Extra inputs are not permitted"),
        ("closing.email = 'Bye'", "closing.email: "),
        ("closing.email = [7]", "closing.email.0: "),
        ("closing.email = [' ']", "a phrase may not be blank"),
        ("closing.email = ['Yours, {{ agent }}']", "no such variable: agent; there are customer_name"),
        ("[agent.Ana.opening]\nsad = ['Oh']", "agent.Ana.opening.sad: "),
        ("holding.reply = ['Soon.']", "holding.reply.0: "),
        ("opening.calm = ['News {{when}}']", "no such variable: when"),
        ("experts.asking = 'Somebody helps.'", "the customer is told who would help: {{expert}}"),
        ("experts.asking = '{{expert}} for {{customer_name}}'", "no such variable: customer_name"),
        ("experts.asking = ['{{expert}}']", "experts.asking: "),
        ("promise.days = []", "promise.days: "),
        ("promise.days = ['noday']", "promise.days.0: "),
        ("promise.hours = '17:00-09:00'", 'expected hours of one day, such as "09:00-17:00"'),
        ("promise.within = 0", "promise.within: "),
        ("team = ['Returns']", "team: expected tables such as [team.NAME.closing]"),
        ("closing.email = [", "not TOML in UTF-8"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_the_key_and_the_reason(
    tmp_path: Path, text: str, told: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadPhrases) as refusal:
        read_phrases(file)
    assert str(refusal.value).startswith(f"{file}: ")
    assert told in str(refusal.value)


def test_what_the_customer_is_told_of_an_expert_is_the_agents_the_teams_or_the_companys(
    tmp_path: Path,
) -> None:
    shipped = read_phrases().company.experts
    asked = shipped.naming("eva", ("lids", "hatches", "resin"))
    assert "ask eva, who knows lids, hatches and resin well and helps us part-time, from outside." in asked
    file = written(
        tmp_path,
        """
        [team.Returns.experts]
        asking = "May {{ expert }} help you with {{topics}}?"
        [agent.Bo.experts]
        asking = "Shall I ask {{expert}}?"
        """,
    )
    book = read_phrases(file)
    assert book.of("Ana", "returns").experts.naming("eva", ["{{lids}}"]) == "May eva help you with {{lids}}?"
    assert book.of("bo", "returns").experts.naming("eva", ["lids"]) == "Shall I ask eva?"
    assert book.of("Ana", "billing").experts == shipped


def test_a_missing_file_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(BadPhrases, match=r"nowhere\.toml: can't be read .*SOTTO_PHRASES"):
        read_phrases(tmp_path / "nowhere.toml")


def test_the_server_does_not_start_with_bad_phrases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOTTO_PHRASES", str(written(tmp_path, "closing.email = 'Bye'")))
    monkeypatch.setenv("SOTTO_HOME", str(tmp_path))
    run = CliRunner().invoke(app, ["run", "--port", "0"])
    assert run.exit_code == 1
    assert "closing.email: " in run.output
