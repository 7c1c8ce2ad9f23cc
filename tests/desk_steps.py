"""What an agent does again and again in the browser tests, and the tickets of the seeded helpdesk."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import Backend, Desk

RETURN, PASSWORD, MANAGER, ALONE, FIT, REPLY, GUARDED, HANDED, UNKNOWN = range(1, 10)


def sit_down(
    desk: Desk, backend: Backend, helpdesk: str, ticket: int, token: str | None = None, agent: str = "ana"
) -> Page:
    """The agent is at the ticket with the connected panel open; Ana unless it is somebody else's token."""
    desk.sign_in(helpdesk, agent)
    desk.configure(backend, token)
    desk.open_ticket(helpdesk, ticket)
    panel = desk.open_panel()
    expect(panel.locator("[data-connection=connected]")).to_be_visible()
    return panel


def customer_writes(page: Page, text: str) -> None:
    """Another turn appears in the page's list, as in a helpdesk that updates itself."""
    page.locator("#followup-list > li").last.evaluate(
        """(item, text) => {
          const next = item.cloneNode(true);
          next.querySelector(':scope > div.mt-3').textContent = text;
          const time = next.querySelector('time[datetime]');
          const at = new Date(Date.parse(time.getAttribute('datetime')) + 60000);
          time.setAttribute('datetime', at.toISOString());
          item.after(next);
        }""",
        text,
    )


def ready(panel: Page) -> str:
    """Wait for the suggestion; its text without citation marks."""
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    read = """draft => [...draft.childNodes]
      .filter(piece => piece.nodeType === 3 || piece.tagName === 'MARK')
      .map(piece => piece.textContent).join('')"""
    text: str = panel.locator(".draft").evaluate(read)
    return text


def insert(panel: Page) -> None:
    panel.get_by_role("button", name="Insert in reply").click()
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()


def send(page: Page) -> None:
    """The helpdesk's own button; the page goes a moment after it, when the reply was checked."""
    with page.expect_navigation():
        press_send(page)


def press_send(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def sent(backend: Backend) -> list[dict[str, Any]]:
    return [outcome for outcome in backend.outcomes() if outcome["sent"]]


def time_sending(page: Page) -> None:
    """From now on the page notes how long its form waits between the click on Send and leaving."""
    page.evaluate(
        """() => {
          let clicked = 0;
          addEventListener('click', () => { clicked = performance.now(); }, true);
          addEventListener('submit', () => {
            sessionStorage.setItem('waited', String(performance.now() - clicked));
          }, true);
        }"""
    )


def waited_ms(page: Page) -> float:
    """How long the last timed form waited; the submit that a guard holds back is not heard."""
    waited: str = page.evaluate("sessionStorage.getItem('waited')")
    return float(waited)
