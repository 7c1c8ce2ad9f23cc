"""The panel as the agent uses it, state by state, in a real Chromium: its words, its keys, what they do."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser import EXTENSION
from tests.gallery import OPEN_ALL, PANEL, ZOOMED, names, show, violations

pytestmark = pytest.mark.browser

WORDS = {
    "ready": (
        "Answers this",
        "Insert in reply",
        "Public",
        "Internal: not for the customer",
        "3 more snippets",
    ),
    "might help": ("Might help: check", "Draft, if it helps"),
    "own macro": ("Your macro: Sending a kayak back", "your macro", "Only you use this. Your macros"),
    "nothing found": (
        *(
            "Nothing in the knowledge answers this",
            "Kayak care: storing over winter",
            "Tell the owner (Maya)",
        ),
    ),
    "told the owner": ("Told Maya",),
    "unread page": ("Sotto can’t read this django-helpdesk page: it has changed", "Ask about selection"),
    "reply page unknown": ("Open the ticket first",),
    "image": ("The customer sent an image: Sotto can’t see it",),
    "language": ("Polish: drafts and mood are off; search is by keyword",),
    "note mode": ("Insert as note",),
    "no reply box": ("Copy: no reply box found here",),
    "interrupted": ("interrupted", "Disconnected: reconnecting…"),
    "half typed": ("Replace my text",),
    "human": (
        *("First the person", "This is the third time I ask.", "Is frustrated", "Treat as routine"),
        *("You can send the unused Fjord 420 back", "Insert fact", "Draft, if it helps"),
    ),
    "human, nothing searched": ("First the person", "This is the third time I ask."),
    "human, chosen": ("You lead here", "Can I send it back, and who pays for that?"),
    "human, not sure": ("This may be more than routine", "Treat as routine"),
    "human, dot silenced": ("1 flag, answered", "You lead here"),
    "human, no reply box": ("Copy fact",),
    "human, nothing found": ("First the person", "Nothing in the knowledge answers this"),
    "pending": ("New message: update suggestion", "1 of 2"),
    "overtaken": ("New message: update suggestion", "No draft came: the customer wrote again."),
    "earlier": ("Earlier suggestion", "2 of 3"),
    "elsewhere, page gone": ("#4711 asks for a person",),
    "elsewhere": ("#4711 asks for a person", "Go there"),
    "owner answered": ("Fixed by Maya on Tuesday: Returns policy", "OK"),
    "draft reported": ("Reported: outdated. Maya will answer.",),
    "thirty flags": ("30 flags",),
    "300 turns": ("Customer’s messages (150)",),
    "first run": ("Welcome to Sotto", "Open settings"),
}


def test_every_state_says_in_words_what_it_is(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    for name, words in WORDS.items():
        show(page, name)
        for said in words:
            assert said in page.locator(".panel").inner_text(), name
    for name in names(page):
        show(page, name)
        if (
            "snippet open" not in name
            and "code open" not in name
            and not page.locator("[data-open=true]").count()
        ):
            assert "%" not in page.locator(".panel").inner_text(), f"{name}: a number is in the details only"


def test_a_slow_answer_is_said_to_be_slow(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    page.clock.install()
    show(page, "slow")
    expect(page.locator(".heading")).to_have_text("Looking for “Who pays for the collection?”…")
    page.clock.fast_forward(5_000)
    expect(page.locator(".heading")).to_contain_text("Slow just now")
    page.clock.resume()


def test_a_draft_that_might_help_is_folded_and_says_so(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "might help")
    assert page.locator(".suggestion").count() == 0
    page.get_by_role("button", name="Draft, if it helps").click()
    inserting = page.get_by_role("button", name="Insert in reply")
    expect(inserting).to_be_in_viewport(ratio=1)
    expect(inserting).not_to_have_class("button primary")


@pytest.mark.parametrize("state", ["might help, not drafted", "human, might help, not drafted"])
def test_a_draft_that_waits_to_be_opened_is_one_line_which_opening_moves_nowhere(
    gallery: Callable[..., Page], state: str
) -> None:
    page = gallery(PANEL)
    show(page, state)
    line = page.get_by_role("button", name="Draft, if it helps")
    before = line.bounding_box()
    assert page.locator(".suggestion").count() == 0
    line.press("Enter")
    expect(page.locator(".suggestion")).to_contain_text("A draft of these snippets comes here")
    assert line.bounding_box() == before
    assert acts(page) == [["toggleFold"]]


def test_without_a_server_a_draft_that_is_not_made_can_not_be_opened(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "might help, not drafted, disconnected")
    expect(page.get_by_role("button", name="Draft, if it helps")).to_be_disabled()


def test_where_a_person_leads_the_customer_comes_first_then_advice_then_facts_and_the_draft_last(
    gallery: Callable[..., Page],
) -> None:
    page = gallery(PANEL)
    show(page, "human")
    order = (".human blockquote", ".human .reasons", ".human .advice", ".human .fact", ".human .fold")
    tops = [page.locator(part).first.evaluate("part => part.getBoundingClientRect().top") for part in order]
    assert tops == sorted(tops)
    assert page.locator(".suggestion, .button.primary").count() == 0
    page.get_by_role("button", name="Insert fact").nth(1).click()
    ((act, _, fact),) = acts(page)
    assert (act, fact["numbers"]) == ("insertFact", [1])
    assert fact["text"].startswith("We collect it at your door")
    page.get_by_role("button", name="Draft, if it helps").click()
    insert = page.locator(".suggestion").get_by_role("button", name="Insert in reply")
    expect(insert).to_be_visible()
    expect(insert).not_to_have_class("button primary")
    expect(insert.locator(".key")).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "name", "wanted"),
    [("ready", "Routine: treat as human", "human"), ("human", "Human: treat as routine", "routine")],
)
def test_one_click_treats_it_as_the_other(
    gallery: Callable[..., Page], state: str, name: str, wanted: str
) -> None:
    page = gallery(PANEL)
    show(page, state)
    page.get_by_role("button", name=name).click()
    assert acts(page) == [["treatAs", wanted]]


def test_a_flag_is_silenced_by_one_click_and_nobody_has_to_answer(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "flag closed")
    page.locator(".flag-line").click()
    page.get_by_role("button", name="Not now").click()
    ((act, flag, answer),) = acts(page)
    assert (act, flag["reason"], answer) == ("answerFlag", "human_requested", "not_now")
    show(page, "flag silenced")
    page.locator(".flag-line").click()
    expect(page.locator(".flag .answered")).to_have_text(
        "Silent for this conversation, unless it gets graver."
    )


def acts(page: Page) -> list[list[Any]]:
    found: list[list[Any]] = page.evaluate("gallery.acts")
    return found


def test_something_wrong_takes_one_key_and_an_optional_note(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "ready")
    line = page.locator(".suggestion .wrong summary")
    page.keyboard.press("3")
    line.focus()
    page.keyboard.press("3")
    assert acts(page) == [], "a key means something only while the line is open"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".suggestion .wrong details")).not_to_have_attribute("open", "")
    expect(line).to_be_focused()
    page.keyboard.press("Enter")
    note = page.get_by_label("Note (optional)")
    note.fill("since 2 May")
    note.press("1")
    assert acts(page) == [], "a digit of the note reports nothing"
    line.focus()
    page.keyboard.press("3")
    assert acts(page) == [["report", {"about": "draft"}, "no_answer", "since 2 May1"]]


def test_a_snippet_is_reported_and_a_public_one_with_an_address_has_its_links(
    gallery: Callable[..., Page],
) -> None:
    page = gallery(PANEL)
    show(page, "ready")
    public, internal = page.locator("[data-number='1']"), page.locator("[data-number='2']")
    public.locator(".head").click()
    for name in ("Open", "Copy link", "Insert link", "Insert text"):
        public.get_by_role("button", name=name, exact=True).click()
    public.locator(".wrong summary").click()
    page.keyboard.press("1")
    internal.locator(".head").click()
    assert internal.get_by_role("button", name="Copy link").count() == 0
    expect(internal.get_by_role("button", name="Insert as note")).to_be_visible()
    done = [act for act, *_ in acts(page)]
    assert done == [
        *("toggleSnippet", "openLink", "copyLink", "insertLink", "insertSnippet", "report", "toggleSnippet")
    ]


def test_a_customer_turn_is_flagged_by_hand(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "ready")
    page.locator(".messages > summary").click()
    newest = page.locator("[data-turn=t1]")
    newest.get_by_text("Flag this").click()
    newest.get_by_role("button", name="Is frustrated").click()
    assert acts(page) == [["raiseFlag", "t1", "frustration"]]


def test_a_missing_fact_is_one_line_and_its_question_one_click_away(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "a fact is missing")
    line = page.locator("details.routine > summary")
    expect(line).to_have_text("To act on this: 1 of 2 missing")
    line.click()
    expect(page.locator("[data-fact=order_number] dd")).to_have_text("missing")
    expect(page.locator("[data-fact=reason] dd")).to_have_text("too short")
    page.get_by_role("button", name="Insert question").click()
    assert acts(page) == [["insertWords", "Could you tell me your order number, please?"]]
    show(page, "no fact is missing")
    expect(page.locator("details.routine > summary")).to_have_text("To act on this: nothing missing")
    expect(page.get_by_role("button", name="Insert question")).to_have_count(0)


def test_while_somebody_may_come_to_harm_nothing_is_collected(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "a fact is missing, somebody in danger")
    expect(page.locator(".flag-line")).to_be_visible()
    expect(page.locator("details.routine")).to_have_count(0)


def test_one_flag_is_open_at_most_and_escape_closes_them(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "thirty flags")
    line = page.locator(".flag-line")
    line.focus()
    page.keyboard.press("Enter")
    opened = page.locator(".flag[open]")
    expect(opened).to_have_count(1)
    page.locator(".flag summary").nth(3).click()
    expect(opened).to_have_count(1)
    expect(page.locator(".flag").nth(3)).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator(".flag")).to_have_count(0)
    expect(line).to_be_focused()


def test_what_the_agent_opened_is_open_again_when_the_conversation_comes_back(
    gallery: Callable[..., Page],
) -> None:
    page = gallery(PANEL)
    show(page, "flag closed")
    page.locator(".flag-line").click()
    page.locator(".more > summary").click()
    expect(page.locator(".more[open] [data-number='3']")).to_be_visible()
    page.evaluate("gallery.become('no conversation')")
    expect(page.locator(".more")).to_have_count(0)
    page.evaluate("gallery.become('flag closed')")
    expect(page.locator(".more[open] [data-number='3']")).to_be_visible()
    expect(page.locator(".flag-line")).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".messages[open]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_sotto_reads_is_one_click_away_and_within_reach(
    gallery: Callable[..., Page], scheme: Literal["light", "dark"]
) -> None:
    page = gallery(PANEL, scheme)
    show(page, "own record")
    page.get_by_role("button", name="What Sotto reads").click()
    expect(page.get_by_role("dialog", name="What Sotto reads")).to_be_visible()
    page.evaluate(OPEN_ALL)
    assert violations(page) == []
    page = gallery(ZOOMED, scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("dialog").evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
    page.get_by_role("button", name="Change keys").scroll_into_view_if_needed()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_citation_opens_its_snippet_even_behind_the_closed_line(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "ready")
    page.get_by_role("button", name="Show snippet 4").click()
    expect(page.locator("[data-number='4'][data-cited=true][data-open=true]")).to_be_in_viewport()


def test_a_screen_reader_hears_ends_and_not_each_piece(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    heard = page.locator(".unseen[role=status]")
    show(page, "streaming")
    expect(heard).to_have_text("")
    page.evaluate("gallery.become('ready')")
    expect(heard).to_have_text("A suggested reply is ready.")


def test_the_gallery_is_never_shipped(tmp_path: Path) -> None:
    subprocess.run(
        ["node", "build.mjs", "--out", str(tmp_path)], cwd=EXTENSION, check=True, capture_output=True
    )
    shipped = [file.read_text(encoding="utf-8", errors="replace") for file in tmp_path.rglob("*.js")]
    assert shipped
    assert not any("Ilse Brandt" in text for text in shipped)
