"""Every designed state of the panel in a real Chromium: readable by all, at every width, in its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.gallery import PANEL, ZOOMED, names, show, violations

pytestmark = pytest.mark.browser

# What every run looks at; the long run looks at all.
CORE = (
    *("first run", "unread page", "might help, draft open", "might help, not drafted", "nothing found"),
    *("snippet open", "thirty flags", "half typed", "refused", "fine to share?", "busiest"),
    "crisis",
    *("catch up", "catch up after our last word", "hand over, chosen", "handover offered"),
    *("human", "human, nothing searched", "busiest, human"),
    "a fact is missing",
    *("hand over, no expert", "handed over to the next expert", "expert answered"),
)

BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter(seen => !seen.closest('.unseen') && seen.checkVisibility())
  .map(seen => [seen, seen.getBoundingClientRect()])
  .filter(([, { left, right }]) => left < -0.5 || right > innerWidth + 0.5)
  .filter(([seen]) => !cut(seen))
  .map(([seen]) => seen.outerHTML.slice(0, 90))"""
# What is cut off with an ellipsis is a line that says so and opens, or has its whole text in the title.
CUT = """const cut = seen => {
  for (let outer = seen.parentElement; outer; outer = outer.parentElement) {
    const { textOverflow } = getComputedStyle(outer);
    if (textOverflow === 'ellipsis') return outer.getBoundingClientRect().right <= innerWidth + 0.5;
  }
  return false;
};"""
CONTROLS = "button:enabled, a[href], textarea, input, summary, [tabindex='0']"


def inaccessible(page: Page, states: Sequence[str], *, opened: bool) -> dict[str, list[str]]:
    """The violations of each state that has any."""
    found = {}
    for name in states:
        show(page, name, opened=opened)
        if wrong := violations(page):
            found[name] = wrong
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_core_states_have_no_accessibility_violation(
    gallery: Callable[..., Page], scheme: Literal["light", "dark"]
) -> None:
    assert inaccessible(gallery(PANEL, scheme), CORE, opened=True) == {}


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_has_an_accessibility_violation(
    gallery: Callable[..., Page], scheme: Literal["light", "dark"]
) -> None:
    page = gallery(PANEL, scheme)
    assert inaccessible(page, names(page), opened=False) == {}
    assert inaccessible(page, names(page), opened=True) == {}


@pytest.mark.long
def test_no_state_has_an_accessibility_violation_at_twice_the_size(gallery: Callable[..., Page]) -> None:
    page = gallery(ZOOMED)
    assert inaccessible(page, names(page), opened=True) == {}


@pytest.mark.parametrize("width", [180, 300, 360, 800])
def test_no_state_is_wider_than_the_panel(gallery: Callable[..., Page], width: int) -> None:
    page = gallery({"width": width, "height": 765})
    beyond = {}
    for name in names(page):
        show(page, name, opened=True)
        found = page.evaluate(f"() => {{ {CUT} return ({BEYOND})(); }}")
        if found or not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            beyond[name] = found
    assert beyond == {}


REACHED = """async () => {
  const missed = [];
  for (const control of document.querySelectorAll(CONTROLS)) {
    if (!control.checkVisibility()) continue;
    control.scrollIntoView({ block: 'center', inline: 'nearest' });
    const { left, top, width, height } = control.getBoundingClientRect();
    const x = Math.min(Math.max(left + width / 2, 1), innerWidth - 1);
    const hit = document.elementFromPoint(x, Math.min(Math.max(top + height / 2, 1), innerHeight - 1));
    if (hit && (control.contains(hit) || hit.contains(control))) continue;
    missed.push(control.outerHTML.slice(0, 90));
  }
  return missed;
}""".replace("CONTROLS", json.dumps(CONTROLS))


# What the leak guard says lies over the snippets until it is answered; what it covers need not be reached.
SHEETS = {"refused", "fine to share?"}


@pytest.mark.parametrize("size", [ZOOMED, {"width": 300, "height": 500}], ids=["200 %", "small"])
def test_everything_is_within_reach_of_the_pointer(
    gallery: Callable[..., Page], size: dict[str, int]
) -> None:
    page = gallery(size)
    missed = {}
    for name in set(names(page)) - SHEETS:
        show(page, name, opened=True)
        if found := page.evaluate(REACHED):
            missed[name] = found
    assert missed == {}


def tabbed(page: Page) -> tuple[int, int]:
    """How many controls there are, and how many of them Tab stops at with a visible focus."""
    wanted: int = page.evaluate(
        "all => [...document.querySelectorAll(all)].filter(one => one.checkVisibility()).length", CONTROLS
    )
    page.evaluate("window.stops = new Set(); document.activeElement?.blur?.()")
    stop = """() => {
      const { activeElement } = document;
      const shown = getComputedStyle(activeElement).outlineStyle !== 'none';
      if (activeElement !== document.body && shown) window.stops.add(activeElement);
    }"""
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        page.evaluate(stop)
    return wanted, page.evaluate("all => [...window.stops].filter(one => one.matches(all)).length", CONTROLS)


def assert_tabbed(page: Page, states: list[str]) -> None:
    counts = {}
    for name in states:
        show(page, name, opened=True)
        counts[name] = tabbed(page)
    assert all(wanted == reached for wanted, reached in counts.values()), counts


def test_tab_stops_visibly_at_every_control_of_the_core_states(gallery: Callable[..., Page]) -> None:
    assert_tabbed(gallery(PANEL), ["first run", "might help", "busiest"])


@pytest.mark.long
def test_tab_stops_visibly_at_every_control_of_every_state(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    assert_tabbed(page, names(page))


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found, f"{selector} is not there"
    return {key: round(value, 1) for key, value in found.items()}


# The first card, and what in it is clicked: the suggestion, or where a person leads what they need first.
FIRST = {
    "busiest": (".suggestion", ".suggestion footer button", ".draft"),
    "busiest, human": (".human", ".human .fact .button", ".human .words"),
}


@pytest.mark.parametrize("state", FIRST)
def test_the_busiest_conversation_keeps_the_layout_law(gallery: Callable[..., Page], state: str) -> None:
    page = gallery(PANEL)
    show(page, state)
    card, button, words = FIRST[state]
    parts = (
        *(".bar", ".status", ".flag-line", ".disposition", ".connection", ".pending", ".places", card),
        *(button, "[data-number='1']", "[data-number='2']"),
        *(".more > summary", ".messages > summary", ".dock .line", ".ask textarea"),
    )
    for part in parts:
        found = box(page, part)
        assert 0 <= found["y"] <= PANEL["height"] - found["height"], part
        assert page.evaluate("part => document.querySelector(part).checkVisibility()", part)
    page_height = page.evaluate("document.documentElement.scrollHeight")
    content, room = page.evaluate(
        "(({ scrollHeight, clientHeight }) => [scrollHeight, clientHeight])(document.querySelector('main'))"
    )
    assert page_height <= PANEL["height"]
    assert content <= room, "nothing is scrolled away"
    assert page.locator("details[open]").count() == 0, "only the agent opens what is closed"
    assert page.locator(".flag").count() == 0
    assert page.locator(".dock .line").count() == 1
    assert box(page, words)["height"] >= 8 * 21, "eight lines of the first card are in sight"


PLACES = (".suggestion, .human", "[data-number='1']", "[data-number='2']", ".messages", ".ask")


def test_nothing_moves_when_messages_come(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "awaited")
    before = {part: box(page, part) for part in PLACES}
    came = (
        *(
            "streaming",
            "superseded",
            "ready",
            "short draft",
            "inserted",
            "pending",
            "flag closed",
            "flag answered",
        ),
        *("reconnecting", "token revoked at work", "elsewhere", "problem", "owner answered", "image"),
        *(
            "slow",
            "draft reported",
            "half typed",
            "note mode",
            "no reply box",
            "failed",
            "earlier",
            "busiest",
        ),
        *("human", "human, awaited", "human, streaming", "human, chosen", "busiest, human"),
    )
    for name in came:
        page.evaluate("name => gallery.become(name)", name)
        assert {part: box(page, part) for part in PLACES} == before, name


def test_messages_take_neither_the_focus_nor_the_scroll(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "ready")
    draft = page.locator(".draft")
    draft.focus()
    draft.evaluate("draft => { draft.scrollTop = 30 }")
    for name in (
        "pending",
        "flag closed",
        "reconnecting",
        "elsewhere",
        "owner answered",
        "problem",
        "busiest",
    ):
        page.evaluate("name => gallery.become(name)", name)
        expect(draft).to_be_focused()
        assert draft.evaluate("draft => draft.scrollTop") == 30, name


def test_the_line_under_the_pointer_stays_when_a_more_pressing_one_comes(
    gallery: Callable[..., Page],
) -> None:
    page = gallery(PANEL)
    show(page, "owner answered")
    line = page.locator(".dock .words")
    page.get_by_role("button", name="OK", exact=True).hover()
    page.evaluate("gallery.become('busiest')")
    expect(line).to_have_text("Fixed by Maya on Tuesday: Returns policy")
    page.mouse.move(10, 300)
    expect(line).to_have_text("#4711 asks for a person")


def test_the_lines_stay_while_a_button_among_them_is_pressed(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "expert answered")
    page.get_by_role("button", name="Read it all").click()
    page.locator(".dock button", has_text="Insert").click()
    page.evaluate("name => gallery.become(name)", "expert's answer inserted")
    done = page.locator(".dock button", has_text="Done")
    expect(page.locator(".dock .line")).to_have_count(2)
    done.hover()
    before = done.bounding_box()
    page.mouse.down()
    expect(done).to_be_focused()
    assert done.bounding_box() == before
    page.mouse.up()


def test_at_most_one_thing_moves_and_nothing_for_those_who_asked_for_stillness(
    gallery: Callable[..., Page],
) -> None:
    page = gallery(PANEL)
    running = "document.getAnimations().filter(one => one.playState === 'running').length"
    counts = {}
    for name in names(page):
        show(page, name)
        counts[name] = page.evaluate(running)
    assert counts.pop("streaming") == 1
    assert set(counts.values()) == {0}
    page.emulate_media(reduced_motion="reduce")
    show(page, "streaming")
    assert page.evaluate(running) == 0
    page.emulate_media(reduced_motion="no-preference")


ISOLATED = """() => {
  const walker = document.createTreeWalker(document.querySelector('.panel'), NodeFilter.SHOW_TEXT);
  const loose = [];
  const isolating = ['isolate', 'plaintext', 'isolate-override'];
  while (walker.nextNode()) {
    if (!walker.currentNode.data.includes('\\u202E')) continue;
    const { parentElement } = walker.currentNode;
    let outer = parentElement;
    while (outer && !isolating.includes(getComputedStyle(outer).unicodeBidi)) {
      outer = getComputedStyle(outer).display === 'inline' ? outer.parentElement : null;
    }
    if (!outer && !parentElement.closest('.unseen')) loose.push(parentElement.outerHTML);
  }
  return loose;
}"""


def test_hostile_text_is_only_text_and_turns_nothing_around(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "hostile", opened=True)
    panel = page.locator(".panel")
    assert panel.locator("img, script, b").count() == 0
    assert page.title() == "Sotto"
    expect(page.locator(".draft")).to_contain_text(
        "<img src=x onerror=alert(1)><script>document.title='gone'</script>"
    )
    assert page.evaluate(ISOLATED) == []
