"""The extension in a real Chromium beside a real Request Tracker 5: a reply is written on another page."""

# ruff: noqa: F811 (fixtures are imported by name)

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import (  # noqa: F401
    Backend,
    Desk,
    backend,
    demo_home,
    desk,
    extension,
    playwright,
    until,
)
from tests.request_tracker import request_tracker, sign_in  # noqa: F401

# The first of them waits for Request Tracker's tables and mails.
pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(400)]

ARMCHAIR, REFUND, PICTURE = 1, 2, 3


def open_ticket(desk: Desk, address: str, number: int) -> dict[str, Any]:
    """The conversation that is read from the ticket's page."""
    desk.page.goto(f"{address}/Ticket/Display.html?id={number}")
    conversation: dict[str, Any] = desk.view("conversation")["conversation"]
    return conversation


def test_a_ticket_is_read_with_roles_times_and_quoted_mail(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker)
    read = open_ticket(desk, request_tracker, ARMCHAIR)
    host = request_tracker.removeprefix("http://")
    assert read["conversation_id"] == f"request-tracker:{host}:{ARMCHAIR}"
    assert read["subject"] == "Armchair does not fit"
    assert read["customer"] == {"name": "Rosa Lindqvist", "email": "rosa.lindqvist@mail.example"}
    assert [(turn["role"], turn["text"], turn["at"]) for turn in read["turns"]] == [
        (
            "customer",
            "Hello,\n\nthe green armchair came on Monday.\nIt does not fit through our door.\n\nRosa",
            "2026-11-20T09:01:00.000Z",
        ),
        (
            "agent",
            "Hello Ms Lindqvist,\n\nI am sorry to hear that. Is it still in its wrapping?",
            None,
        ),
        ("note", "Driver confirmed the narrow staircase.", None),
        (
            "customer",
            "Yes, it is unused. Can I return it, and how many days do I have to send it back?\n\n"
            "On Friday, Ana wrote:\n> Hello Ms Lindqvist,\n> Is it still in its wrapping?",
            "2026-11-20T09:02:00.000Z",
        ),
    ]


def test_an_html_mail_keeps_its_lines_and_marks_what_it_quotes_folded_or_not(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker)
    read = open_ticket(desk, request_tracker, REFUND)
    assert read["subject"] == "Where is my <b>refund</b>"
    assert read["turns"][0]["text"].endswith(
        "How long does a refund take\nto reach my bank account?\n\n"
        'Ines <img src=x onerror="document.title=1">\n\n'
        "On Thursday, Quillbrook wrote:\n\n> Your return arrived.\n>\n> We pay it back soon."
    )
    desk.page.locator(".message-stanza-folder").click()
    desk.page.locator(".message-stanza blockquote").wait_for()
    assert desk.view("conversation")["conversation"]["turns"] == read["turns"]


def test_a_message_that_is_only_a_picture_is_a_turn_with_its_name(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker)
    [turn] = open_ticket(desk, request_tracker, PICTURE)["turns"]
    assert (turn["text"], turn["attachments"]) == ("", ["crack in the table.png"])


def test_turns_are_in_order_for_an_agent_who_has_the_newest_on_top(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker, "ben")
    read = open_ticket(desk, request_tracker, ARMCHAIR)
    shown = desk.page.locator(".transaction.message").first.inner_text()
    assert "Yes, it is unused." in shown
    assert [turn["role"] for turn in read["turns"]] == ["customer", "agent", "note", "customer"]
