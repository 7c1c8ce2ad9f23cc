"""Every designed state of the panel in a real Chromium: readable by everyone, at every width, in its place.

The gallery (extension/src/gallery) renders the real panel in made-up states; one page walks through them.
"""

# ruff: noqa: F811 (fixtures are imported by name)

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.browser import EXTENSION, chromium, playwright  # noqa: F401

pytestmark = pytest.mark.browser

PANEL = {"width": 360, "height": 765}
# A panel of 360 pixels at 200 % zoom has half as many of its own.
ZOOMED = {"width": 180, "height": 382}
# What every run looks at; the long run looks at all.
CORE = (
    *("first run", "unread page", "might help, draft open", "nothing found"),
    *("snippet open", "thirty flags", "half typed", "busiest"),
)

# Opens whatever is closed, so that what is behind it is judged as well.
OPEN_ALL = """() => {
  document.querySelector('.flag-line[aria-expanded=false]')?.click();
  document.querySelector('.dock [aria-expanded=false]')?.click();
  document.querySelector('.fold[aria-expanded=false]')?.click();
  for (const details of document.querySelectorAll('details')) details.open = true;
}"""
AXE = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations)"
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


@pytest.fixture(scope="module")
def gallery(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Page]]:
    """Opens the gallery in light or dark at a size; every page has axe in it."""
    out = tmp_path_factory.mktemp("gallery")
    subprocess.run(["node", "gallery.mjs", "--out", str(out)], cwd=EXTENSION, check=True, capture_output=True)
    pages: dict[str, Page] = {}

    def at(size: dict[str, int], scheme: Literal["light", "dark"] = "light") -> Page:
        if scheme not in pages:
            page = chromium.new_page(color_scheme=scheme)
            page.goto((out / "index.html").as_uri())
            page.evaluate(AXE_SCRIPT)
            pages[scheme] = page
        pages[scheme].set_viewport_size({"width": size["width"], "height": size["height"]})
        pages[scheme].mouse.move(0, 0)
        return pages[scheme]

    yield at
    for page in pages.values():
        page.close()


def show(page: Page, name: str, *, opened: bool = False) -> None:
    page.evaluate("name => gallery.show(name)", name)
    if opened:
        page.evaluate(OPEN_ALL)


def names(page: Page) -> list[str]:
    found: list[str] = page.evaluate("gallery.names")
    return found


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(AXE)
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


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


@pytest.mark.parametrize("size", [ZOOMED, {"width": 300, "height": 500}], ids=["200 %", "small"])
def test_everything_is_within_reach_of_the_pointer(
    gallery: Callable[..., Page], size: dict[str, int]
) -> None:
    page = gallery(size)
    missed = {}
    for name in names(page):
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


def test_the_busiest_conversation_keeps_the_layout_law(gallery: Callable[..., Page]) -> None:
    page = gallery(PANEL)
    show(page, "busiest")
    parts = (
        *(".bar", ".status", ".flag-line", ".connection", ".pending", ".places", ".suggestion"),
        *(".suggestion footer button", "[data-number='1']", "[data-number='2']"),
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
    assert box(page, ".draft")["height"] >= 8 * 21, "eight lines of the draft are in sight"


PLACES = (".suggestion", ".suggestion footer", "[data-number='1']", "[data-number='2']", ".messages", ".ask")


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


WORDS = {
    "ready": (
        "Answers this",
        "Insert in reply",
        "Public",
        "Internal: not for the customer",
        "3 more snippets",
    ),
    "might help": ("Might help: check", "Draft, if it helps"),
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
    "pending": ("New message: update suggestion", "1 of 2"),
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
    expect(page.get_by_role("button", name="Insert in reply")).to_be_visible()


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
    page.get_by_role("button", name="Change").scroll_into_view_if_needed()
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
