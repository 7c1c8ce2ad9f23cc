"""The extension in a real Chromium beside a real Request Tracker 5: a reply is written on another page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Backend, Desk, until
from tests.request_tracker import sign_in
from tests.test_guard_browser import COPIED

# The first of them waits for Request Tracker's tables and mails.
pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(400)]

ARMCHAIR, REFUND, PICTURE = 1, 2, 3
UNTOUCHED, HALF_TYPED, NOTED, PLAIN, TAKEN, COPIED_INTO = range(4, 10)

MODEL = "() => CKEDITOR.instances.UpdateContent.getData()"
EDITOR = "#cke_UpdateContent iframe"


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


# ---- replies: on another page, in CKEditor's frame or a plain box ------------------------------------------


def sit_down(desk: Desk, backend: Backend, address: str, ticket: int, agent: str = "ana") -> tuple[Page, str]:
    """The agent is at the ticket, with the panel beside it: the panel, and the draft once it is ready."""
    desk.configure(backend)
    sign_in(desk.page, address, agent)
    panel = desk.open_panel()
    open_ticket(desk, address, ticket)
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    read = "draft => [...draft.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('')"
    return panel, panel.locator(".draft").evaluate(read)


def go_and_reply(desk: Desk, address: str, ticket: int) -> None:
    desk.page.goto(f"{address}/Ticket/Update.html?id={ticket}&Action=Respond")
    desk.page.frame_locator(EDITOR).locator("body[contenteditable=true]").wait_for()


def lines(html: str) -> list[str]:
    """The written lines of the editor's model."""
    text = re.sub(r"<[^>]+>", "\n", html.replace("&nbsp;", " "))
    return [line.strip() for line in unescape(text).split("\n") if line.strip()]


def insert(panel: Page) -> None:
    panel.get_by_role("button", name="Insert").click()
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()


def send(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Update Ticket").click()
    desk.page.wait_for_url("**/Ticket/Display.html**")


def sent(backend: Backend) -> dict[str, Any]:
    found = until(lambda: [outcome for outcome in backend.outcomes() if outcome["sent"]], "the outcome")
    return found[0]


SIGNATURE = ["--", "Ana Ruiz", "Quillbrook support"]


def test_the_panel_keeps_its_suggestion_on_the_reply_page_and_one_undo_takes_it_out_again(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    panel, text = sit_down(desk, backend, request_tracker, UNTOUCHED)
    go_and_reply(desk, request_tracker, UNTOUCHED)
    expect(panel.locator(".panel")).to_have_attribute("data-conversation", re.compile(f":{UNTOUCHED}$"))
    expect(panel.locator(".draft")).to_contain_text(text.split("\n")[0])
    before = desk.page.evaluate(MODEL)
    assert lines(before) == SIGNATURE
    insert(panel)
    written = [line for line in text.split("\n") if line.strip()]
    assert lines(desk.page.evaluate(MODEL)) == [*written, *SIGNATURE]
    desk.page.keyboard.press("Control+z")
    assert desk.page.evaluate(MODEL) == before
    desk.page.keyboard.press("Control+y")
    send(desk)
    outcome = sent(backend)
    assert (outcome["outcome"], outcome["sent"], outcome["distance"]) == ("inserted", text.strip(), 0)
    expect(desk.page.locator(".transaction.message").last).to_contain_text(written[0])


def test_what_the_agent_typed_and_quotes_stays_and_only_their_own_words_are_recorded(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    panel, text = sit_down(desk, backend, request_tracker, HALF_TYPED)
    desk.page.locator(".transaction.message .reply-link").last.click()
    body = desk.page.frame_locator(EDITOR).locator("body[contenteditable=true]")
    expect(body).to_contain_text("pia.holm@mail.example wrote:")
    body.locator("p").first.click()
    desk.page.keyboard.type("Dear Ms Holm,")
    quoted = lines(desk.page.evaluate(MODEL))[:-4]
    assert len(quoted) == 2
    insert(panel)
    written = [line for line in text.split("\n") if line.strip()]
    assert lines(desk.page.evaluate(MODEL)) == [*quoted, "Dear Ms Holm,", *written, *SIGNATURE]
    send(desk)
    outcome = sent(backend)
    assert (outcome["outcome"], outcome["sent"]) == ("edited", f"Dear Ms Holm,\n\n{text}".strip())
    assert outcome["distance"] == len("Dear Ms Holm,\n\n")


def test_internal_text_goes_into_a_comment_and_never_into_a_reply(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker)
    desk.page.goto(f"{request_tracker}/Ticket/Update.html?id={NOTED}&Action=Comment")
    read = desk.view("reply_page")
    assert read["replyBox"]["kind"] == "note"
    conversation = read["conversation_id"]
    assert desk.insert_internal(conversation, "He is a reseller.") == {"done": True, "box": "note"}
    before = desk.page.evaluate(MODEL)
    assert lines(before) == ["He is a reseller.", *SIGNATURE]
    desk.page.locator("#UpdateType").select_option("response")
    assert desk.view("reply_page")["replyBox"]["kind"] == "reply"
    assert desk.insert_internal(conversation, "Not for him.")["done"] is False
    assert desk.page.evaluate(MODEL) == before


def test_a_comment_is_not_a_reply(desk: Desk, backend: Backend, request_tracker: str) -> None:
    panel, _ = sit_down(desk, backend, request_tracker, NOTED)
    go_and_reply(desk, request_tracker, NOTED)
    insert(panel)
    desk.page.locator("#UpdateType").select_option("private")
    send(desk)
    until(lambda: not desk.kept_reports(), "the emptied outbox", desk.page)
    assert [(outcome["outcome"], outcome["sent"]) for outcome in backend.outcomes()] == [("inserted", None)]


def test_a_reply_that_copies_an_internal_guide_is_not_sent(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    panel, _ = sit_down(desk, backend, request_tracker, COPIED_INTO)
    go_and_reply(desk, request_tracker, COPIED_INTO)
    expect(panel.locator(".panel")).to_have_attribute("data-conversation", re.compile(f":{COPIED_INTO}$"))
    body = desk.page.frame_locator(EDITOR).locator("body")
    body.press("Control+Home")
    body.press_sequentially(COPIED)
    desk.page.get_by_role("button", name="Update Ticket").click()
    expect(desk.page.locator("[data-sotto=not-sent]")).to_contain_text("Copied from an internal passage")
    expect(panel.locator(".held[data-verdict=refuse]")).to_contain_text("Not sent")
    body.press("Control+a")
    body.press_sequentially("We will look into it.")
    send(desk)


def test_the_plain_box_of_an_agent_without_the_rich_editor_takes_the_reply_before_the_signature(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    panel, text = sit_down(desk, backend, request_tracker, PLAIN, "ben")
    desk.page.goto(f"{request_tracker}/Ticket/Update.html?id={PLAIN}&Action=Respond")
    box = desk.page.locator("textarea#UpdateContent")
    before = box.input_value()
    insert(panel)
    after = box.input_value()
    assert after.strip().startswith(text.strip())
    assert after.endswith("-- \nBen Okafor\nQuillbrook support\n")
    desk.page.keyboard.press("Control+z")
    expect(box).to_have_value(before)
    desk.page.keyboard.press("Control+Shift+z")
    send(desk)
    outcome = sent(backend)
    assert (outcome["outcome"], outcome["sent"]) == ("inserted", text.strip())


def test_a_reply_page_whose_ticket_was_not_opened_says_so_and_takes_nothing(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker)
    panel = desk.open_panel()
    other = open_ticket(desk, request_tracker, ARMCHAIR)["conversation_id"]
    go_and_reply(desk, request_tracker, PICTURE)
    expect(panel.locator("[data-state=reply_page]")).to_contain_text("Open the ticket first")
    insertion = {"conversation_id": other, "suggestion_id": "s", "text": "Alpha"}
    insertion |= {"audience": "public", "replace": False}
    answer = desk.ask_page({"sotto": "insert", "insertion": insertion})
    assert answer["message"] == "This page shows another conversation now. Nothing was inserted."
    assert lines(desk.page.evaluate(MODEL)) == SIGNATURE


def test_a_conversation_is_taken_over_with_a_comment_that_the_agent_saves(
    desk: Desk, backend: Backend, request_tracker: str
) -> None:
    desk.configure(backend)
    sign_in(desk.page, request_tracker)
    desk.page.goto(f"{request_tracker}/Ticket/Display.html?id={TAKEN}")
    read = desk.view("conversation")
    nobodys = {"to": "Nobody in particular", "mine": False, "queue": ["General"]}
    assert read["assigned"] == {**nobodys, "open": False}
    insertion = {"conversation_id": read["conversation"]["conversation_id"], "suggestion_id": None}
    insertion |= {"text": "Situation: a scratched table", "audience": "internal", "replace": False}
    taking = {"sotto": "take_over", "insertion": insertion}
    assert desk.ask_page(taking)["done"] is False, "a ticket's own page has no box"
    desk.page.goto(f"{request_tracker}/Ticket/Update.html?id={TAKEN}&Action=Respond")
    assert desk.view("reply_page")["assigned"] == {**nobodys, "open": True}
    assert desk.page.locator("form[name=TicketUpdate] [name=Queue]").count() == 0, "the agent moves it"
    taken = desk.ask_page({**taking, "queue": "General"})
    assert taken == {"done": True, "box": "note", "owner": True, "queue": False}
    expect(desk.page.locator("#UpdateType")).to_have_value("private")
    expect(desk.page.locator("button[data-id=UpdateType]")).to_contain_text("Comments")
    expect(desk.page.locator("[name=Owner] option:checked")).to_have_text(re.compile("^ana"))
    send(desk)
    read = desk.view("conversation")
    assert (read["assigned"]["to"], read["assigned"]["mine"]) == ("ana", True)
    note = read["conversation"]["turns"][-1]
    assert (note["role"], "a scratched table" in note["text"]) == ("note", True)
