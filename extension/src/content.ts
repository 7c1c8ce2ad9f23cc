/** Runs in the pages of the helpdesks that the admin named. */
import { djangoHelpdesk } from "./helpdesk/django_helpdesk.ts";
import { requestTracker } from "./helpdesk/request_tracker.ts";
import { PageSide } from "./helpdesk/page_side.ts";
import { isToPage, type FromPage, type SendAnswer } from "./page.ts";

const adapter = [djangoHelpdesk, requestTracker].find((known) => known.matches(document)) ?? null;

/** A closed panel need not know what is in view; a sent reply must arrive (it is kept by the page until it does). */
async function tell(message: FromPage): Promise<void> {
  try {
    await chrome.runtime.sendMessage(message);
  } catch (error) {
    if (message.sotto === "reply_sent") throw error;
  }
}

// Chrome may run this file twice in a page that loads while its host is being granted.
const once = globalThis as { sottoReads?: true };

if (!once.sottoReads) {
  once.sottoReads = true;
  const ask = (message: FromPage): Promise<SendAnswer | undefined> => chrome.runtime.sendMessage(message);
  const side = new PageSide(document, adapter, tell, ask);
  chrome.runtime.onMessage.addListener((message: unknown, sender, answer) => {
    if (sender.id !== chrome.runtime.id || !isToPage(message)) return;
    void side.answer(message).then(answer);
    return true;
  });
  side.start();
}
