"""The extension in a real Chromium, with its real side panel beside a real django-helpdesk."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, Route, expect

from server.origin import EXTENSION_ID
from tests.browser import SCHEMES, Backend, Desk, until
from tests.desk_steps import (
    ALONE,
    FIT,
    MANAGER,
    PASSWORD,
    REPLY,
    RETURN,
    insert,
    ready,
    send,
    sent,
    sit_down,
)
from tests.held_model import HeldModel

pytestmark = pytest.mark.browser


def test_a_suggestion_is_inserted_and_sent_and_its_outcome_is_on_record(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, RETURN)
    text = ready(panel)
    insert(panel)
    expect(desk.page.locator("#commentBox")).to_have_value(text)
    expect(desk.page.locator("#commentBox")).to_be_focused()
    send(desk.page)
    expect(desk.page.locator("#followup-list")).to_contain_text(text.split("\n")[0])
    outcome = until(lambda: sent(backend), "the outcome")[0]
    assert (outcome["outcome"], outcome["sent"], outcome["distance"]) == ("inserted", text.strip(), 0)
    assert outcome["person"] == "ana"


def test_a_reply_that_the_agent_changed_is_recorded_as_edited_with_what_was_sent(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, FIT)
    text = ready(panel)
    desk.page.click("#respond-tab")
    desk.page.locator("#commentBox").fill("Dear Ms Marlowe,")
    insert(panel)
    expect(desk.page.locator("#commentBox")).to_have_value(f"Dear Ms Marlowe,\n\n{text}")
    desk.page.keyboard.press("Control+z")
    expect(desk.page.locator("#commentBox")).to_have_value("Dear Ms Marlowe,")
    desk.page.keyboard.press("Control+Shift+z")
    send(desk.page)
    outcome = until(lambda: sent(backend), "the outcome")[0]
    assert outcome["outcome"] == "edited"
    assert outcome["sent"] == f"Dear Ms Marlowe,\n\n{text}".strip()
    assert outcome["distance"] == len("Dear Ms Marlowe,\n\n")


def test_a_private_note_is_not_a_reply(desk: Desk, backend: Backend, helpdesk: str) -> None:
    panel = sit_down(desk, backend, helpdesk, PASSWORD)
    text = ready(panel)
    insert(panel)
    desk.page.locator("#id_public").uncheck()
    send(desk.page)
    expect(desk.page.locator("#followup-list")).to_contain_text(text.split("\n")[0])
    until(lambda: not desk.kept_reports(), "the emptied outbox", desk.page)
    assert [(outcome["outcome"], outcome["sent"]) for outcome in backend.outcomes()] == [("inserted", None)]


def test_what_is_internal_goes_only_where_the_page_writes_to_colleagues(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    desk.configure(backend)
    desk.sign_in(helpdesk)
    desk.open_ticket(helpdesk, PASSWORD)
    read = desk.view("conversation")
    conversation = read["conversation"]["conversation_id"]
    assert read["replyBox"] == {"kind": "reply", "typed": False}
    refused = desk.insert_internal(conversation, "He lost two keys already.")
    assert refused["done"] is False
    assert "writes to the customer" in refused["message"]
    desk.page.click("#respond-tab")
    desk.page.locator("#id_public").uncheck()
    assert desk.view("conversation")["replyBox"]["kind"] == "note"
    assert desk.insert_internal(conversation, "He lost two keys already.") == {"done": True, "box": "note"}
    expect(desk.page.locator("#commentBox")).to_have_value("He lost two keys already.")


def test_a_helpdesk_that_makes_every_update_public_has_no_private_box(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    desk.configure(backend)
    desk.sign_in(helpdesk)
    desk.open_ticket(helpdesk, PASSWORD)
    # As its setting HELPDESK_UPDATE_PUBLIC_DEFAULT draws the form.
    desk.page.locator("#id_public").evaluate("box => { box.type = 'hidden'; box.checked = false; }")
    read = desk.view("conversation")
    assert read["replyBox"]["kind"] == "reply"
    assert desk.insert_internal(read["conversation"]["conversation_id"], "Not for him.")["done"] is False
    expect(desk.page.locator("#commentBox")).to_have_value("")


def test_a_changed_page_is_said_by_name_and_counted_once_and_the_selection_still_works(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    def alter(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<span class="badge', '<span class="pill'))

    desk.configure(backend)
    desk.sign_in(helpdesk)
    desk.page.route("**/tickets/*/", alter)
    desk.open_ticket(helpdesk, REPLY)
    assert desk.view("unread") == {"kind": "unread", "adapter": "django-helpdesk"}
    [report] = until(lambda: desk.reports("page_unread"), "the report", desk.page)
    assert (report["adapter"], report["helpdesk"]) == ("django-helpdesk", helpdesk)
    desk.page.locator("h2").evaluate(
        """heading => {
          heading.textContent = 'How long does a refund take to reach my bank account?';
          getSelection().selectAllChildren(heading);
        }"""
    )
    asked = desk.ask_page({"sotto": "selection_asked"})
    assert asked["kind"] == "conversation"
    assert [turn["text"] for turn in asked["conversation"]["turns"]] == [
        "How long does a refund take to reach my bank account?"
    ]
    assert len(desk.reports("page_unread")) == 1


def test_an_answer_that_comes_late_does_not_undo_what_the_page_told_since(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, PASSWORD)
    panel.evaluate(
        """() => {
          const get = chrome.tabs.get.bind(chrome.tabs);
          window.held = [];
          chrome.tabs.get = (...asked) =>
            new Promise(go => held.push(() => get(...asked).then(go)));
        }"""
    )
    desk.open_ticket(helpdesk, ALONE)
    until(lambda: panel.evaluate("held.length"), "the panel's question", desk.page)
    # Answered in order: once this is, the panel's question is too.
    desk.view("conversation")
    desk.page.locator("h2").evaluate("heading => (heading.firstChild.data = 'Two gift cards ')")
    expect(panel.locator(".subject")).to_have_text("Two gift cards")
    panel.evaluate("async () => { for (const go of held) await go(); }")
    panel.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    expect(panel.locator(".subject")).to_have_text("Two gift cards")


def test_the_token_is_out_of_reach_of_scripts_in_pages(desk: Desk, backend: Backend, helpdesk: str) -> None:
    sit_down(desk, backend, helpdesk, PASSWORD)
    read = """async () => {
      const [tab] = await chrome.tabs.query({ active: true });
      const func = () => chrome.storage.local.get().then(() => 'read', () => 'refused');
      const [answer] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, func });
      return answer.result;
    }"""
    assert desk.worker.evaluate(read) == "refused"


def test_nothing_of_a_conversation_lands_in_the_next_one(
    desk: Desk, held_backend: Backend, model: HeldModel, helpdesk: str
) -> None:
    panel = sit_down(desk, held_backend, helpdesk, REPLY)
    expect(panel.locator(".suggestion[data-state=streaming] .draft")).to_contain_text("Alpha begins here")
    first = panel.locator(".panel").get_attribute("data-conversation")
    desk.open_ticket(helpdesk, PASSWORD)
    expect(panel.locator(".suggestion[data-state=streaming] .draft")).to_contain_text("Beta begins here")
    assert panel.locator(".panel").get_attribute("data-conversation") != first
    model.go_on()
    assert ready(panel).startswith("Beta")
    expect(panel.locator("main")).not_to_contain_text("Alpha")
    insertion = {"conversation_id": first, "suggestion_id": "s", "text": "Alpha", "audience": "public"}
    late = {"sotto": "insert", "insertion": {**insertion, "replace": False}}
    ask = """async message => {
      const [tab] = await chrome.tabs.query({ active: true });
      return chrome.tabs.sendMessage(tab.id, message);
    }"""
    answer = desk.worker.evaluate(ask, late)
    assert answer == {
        "done": False,
        "message": "This page shows another conversation now. Nothing was inserted.",
    }
    expect(desk.page.locator("#commentBox")).to_have_value("")


def test_a_reply_sent_while_the_server_is_down_has_exactly_one_outcome(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, ALONE)
    text = ready(panel)
    insert(panel)
    until(backend.outcomes, "the insertion on record")
    backend.kill()
    expect(panel.locator("[data-state=disconnected]")).to_be_visible()
    send(desk.page)
    expect(desk.page.locator("#followup-list")).to_contain_text(text.split("\n")[0])
    backend.start()
    expect(panel.locator("[data-connection=connected]")).to_be_visible()
    until(lambda: not desk.kept_reports(), "the emptied outbox", desk.page)
    assert [(outcome["outcome"], outcome["sent"]) for outcome in sent(backend)] == [
        ("inserted", text.strip())
    ]


def test_the_panel_comes_back_by_itself_when_the_server_is_killed_while_a_reply_streams(
    desk: Desk, held_backend: Backend, model: HeldModel, helpdesk: str
) -> None:
    panel = sit_down(desk, held_backend, helpdesk, PASSWORD)
    expect(panel.locator(".suggestion[data-state=streaming] .draft")).to_contain_text("Alpha begins here")
    held_backend.kill()
    expect(panel.locator("[data-state=disconnected]")).to_be_visible()
    held_backend.start()
    expect(panel.locator(".suggestion[data-state=streaming] .draft")).to_contain_text("Beta begins here")
    model.go_on()
    assert ready(panel).startswith("Beta begins here and Beta ends here")
    expect(panel.locator("main")).not_to_contain_text("Alpha")


def test_a_flag_quotes_the_customer_and_html_of_a_customer_is_only_text(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, MANAGER)
    expect(panel.locator(".subject")).to_have_text("Where is my parcel <b>now</b>")
    panel.locator(".flag-line").click()
    flag = panel.locator("[data-reason=human_requested]")
    expect(flag.locator("blockquote")).to_contain_text("speak to a manager")
    flag.get_by_role("button", name="Agree", exact=True).click()
    expect(panel.locator("[data-reason=human_requested][data-answer=agreed]")).to_be_visible()
    assert panel.locator("main img, .subject b").count() == 0
    assert panel.title() == "Sotto"


@SCHEMES
def test_the_panel_is_accessible_in_light_and_dark(
    desk: Desk, backend: Backend, helpdesk: str, scheme: Literal["light", "dark"]
) -> None:
    panel = sit_down(desk, backend, helpdesk, MANAGER)
    panel.emulate_media(color_scheme=scheme)
    panel.locator(".flag-line").click()
    expect(panel.locator("[data-reason=human_requested]")).to_be_visible()
    panel.locator(".snippet .head").first.click()
    results = Axe().run(panel)
    assert results.violations_count == 0, results.generate_report()


def test_an_agent_asks_a_question_and_opens_the_snippet_that_is_cited(
    desk: Desk, backend: Backend, helpdesk: str
) -> None:
    panel = sit_down(desk, backend, helpdesk, REPLY)
    ready(panel)
    panel.get_by_label("Ask the knowledge").fill("How long is the warranty on a sofa?")
    panel.keyboard.press("Enter")
    expect(panel.locator(".heading .about")).to_have_text("Found for “How long is the warranty on a sofa?”")
    ready(panel)
    panel.locator(".cite").first.click()
    expect(panel.locator(".snippet[data-cited=true][data-open=true]")).to_be_visible()


def test_the_settings_page_says_who_is_connected_or_what_to_do(desk: Desk, backend: Backend) -> None:
    page = desk.page
    page.goto(f"chrome-extension://{EXTENSION_ID}/options.html")
    expect(page.locator(".hosts")).to_contain_text("http://127.0.0.1")
    attempts = (
        ("http://sotto.example", backend.token, "Plain http is for this machine only"),
        ("http://127.0.0.1:9", backend.token, "No Sotto server answers at http://127.0.0.1:9"),
        (backend.url, "wrong", "The token is wrong, expired or revoked"),
        (backend.url, backend.token, "Connected as ana (agent), team billing."),
    )
    page.get_by_text("Use a token instead").click()
    for server, token, result in attempts:
        page.get_by_label("Address").fill(server)
        page.get_by_label("Your token").fill(token)
        page.get_by_role("button", name="Save and test").click()
        expect(page.locator("[data-result]")).to_contain_text(result)
    assert Axe().run(page).violations_count == 0


def test_on_an_unknown_page_the_agent_asks_about_what_they_selected(desk: Desk, backend: Backend) -> None:
    desk.configure(backend)
    desk.page.goto(f"{backend.url}/signin")
    panel = desk.open_panel()
    expect(panel.locator("[data-state=unknown_page]")).to_be_visible()
    desk.page.locator("p").first.evaluate(
        """words => {
          words.textContent = 'How long does a refund take to reach my bank account?';
          getSelection().selectAllChildren(words);
        }"""
    )
    panel.get_by_role("button", name="Ask about selection").click()
    assert ready(panel)
    expect(panel.get_by_role("button", name="Copy: no reply box found here")).to_be_enabled()


def test_a_panel_with_a_revoked_token_says_who_must_act(desk: Desk, backend: Backend, helpdesk: str) -> None:
    backend.token = "wrong"
    desk.configure(backend)
    desk.sign_in(helpdesk)
    panel = desk.open_panel()
    expect(panel.locator("[data-connection=refused]")).to_be_visible()
    expect(panel.locator("[data-problem=not_signed_in]")).to_contain_text("ask your team lead for a new one")


# ---- the demo page: the very same panel as a web page ------------------------------------------------------


def panel_of(page: Page) -> FrameLocator:
    return page.frame_locator("#panel-frame")


def test_the_demo_plays_a_scripted_conversation_and_the_reply_becomes_an_outcome(
    page: Page, backend: Backend
) -> None:
    page.goto(f"{backend.url}/try?conversation=plus-cancel-thinking")
    panel = panel_of(page)
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    panel.get_by_role("button", name="Insert in reply").click()
    expect(panel.locator(".suggestion[data-outcome=inserted]")).to_be_visible()
    text = page.locator("#reply").input_value()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".turn[data-role=agent] p")).to_have_text(text.strip())
    sent = until(lambda: [found for found in backend.outcomes() if found["sent"]], "the outcome", page)
    assert [(found["outcome"], found["sent"], found["distance"]) for found in sent] == [
        ("inserted", text.strip(), 0)
    ]


def test_the_demo_raises_a_flag_when_the_script_asks_for_a_manager(page: Page, backend: Backend) -> None:
    page.goto(f"{backend.url}/try?conversation=manager-request")
    for turns in (2, 3):
        page.get_by_role("button", name="Next message").click()
        expect(page.locator(f".desk[data-turns='{turns}']")).to_be_visible()
    panel_of(page).locator(".flag-line").click()
    expect(panel_of(page).locator("[data-reason=human_requested] blockquote")).to_contain_text("manager")


def test_a_person_can_be_the_customer_and_their_html_stays_text(page: Page, backend: Backend) -> None:
    page.goto(f"{backend.url}/try?conversation=return-calm")
    words = "<img src=x onerror=alert(1)> I want to speak to a manager now!"
    page.get_by_label("Be the customer").fill(words)
    page.get_by_role("button", name="Say").click()
    expect(page.locator(".turn p").last).to_have_text(words)
    expect(panel_of(page).locator(".flag-line")).to_contain_text("Asks for a person")
    assert page.locator(".turn img").count() == 0
    assert panel_of(page).locator("img").count() == 0


def test_a_page_that_could_not_be_asked_yet_is_not_taken_for_gone(page: Page, backend: Backend) -> None:
    late: list[Route] = []
    page.clock.install()
    page.route("**/panel/try.js", lambda route: late.append(route))
    page.goto(f"{backend.url}/try?conversation=return-calm", wait_until="commit")
    panel = panel_of(page)
    expect(panel.locator("[data-connection=connected]")).to_be_visible()
    (script,) = until(lambda: late, "the page's script")
    script.continue_()
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()
    # Longer than the panel waits for an answer, and once more for what it makes of there being none.
    page.clock.run_for(10_000)
    page.clock.run_for(1_000)
    expect(panel.locator(".suggestion[data-state=ready]")).to_be_visible()


@SCHEMES
def test_the_demo_page_is_accessible_in_light_and_dark(
    page: Page, backend: Backend, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{backend.url}/try?conversation=recall-worried")
    expect(panel_of(page).locator(".human .fact").first).to_be_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
