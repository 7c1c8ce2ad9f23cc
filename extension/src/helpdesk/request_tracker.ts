/** Request Tracker 5: the ticket is one page, its reply is another, with CKEditor 4 in a frame or a plain box. */
import type { Assigned, PageConversation } from "../page.ts";
import type { CustomerPart, TurnPart } from "../wire.ts";
import type { Adapter, FoundBox } from "./adapter.ts";
import { choose, only } from "./owner_list.ts";
import { ownWords } from "./own_words.ts";
import { written } from "./written.ts";

const SELECTORS = {
  ours: 'body[id^="comp-"]',
  assets: 'link[href*="/NoAuth/"], script[src*="/NoAuth/"]',
  heading: "#header h1",
  me: ".current-user",
  owner: ".form-row.owner .current-value .user",
  owners: 'form[name="TicketUpdate"] select[name="Owner"]',
  queue: ".form-row.queue .current-value",
  rows: 'form[name="TicketUpdate"] .form-row',
  label: ".label",
  value: ".current-value",
  updateType: 'form[name="TicketUpdate"] select[name="UpdateType"]',
  requestors: ".requestors .user[data-user-id]",
  unloadedHistory: "#delayed_ticket_history",
  transactions: ".transaction[data-transaction-id]",
  messages: ".transaction.message[data-transaction-id]",
  description: ".description",
  user: ".user[data-user-id]",
  headerKey: ".message-header-key",
  headerValue: ".message-header-value",
  text: ".message-stanza",
  foldLabel: ".message-stanza-folder",
  attachments: ".downloadfilename",
  form: 'form[name="TicketUpdate"]',
  box: "textarea#UpdateContent",
  richBox: "#cke_UpdateContent iframe.cke_wysiwyg_frame",
} as const;

const DISPLAY = /^(.*)\/Ticket\/Display\.html$/;
const UPDATE = /^(.*)\/Ticket\/Update\.html$/;
const HEADING = /^#(\d+): ?(.*)$/s;
const MAIL_DATE = /^\w{3}, \d{1,2} \w{3} \d{4} [\d:]+ [+-]\d{4}/;
const BOX_WITHIN_MS = 5_000;
const BOX_LOOK_MS = 20;

const plain = (node: Node | null | undefined): string => (node?.textContent ?? "").replace(/\s+/g, " ").trim();

// ---- the conversation --------------------------------------------------------------------------------------

/** "Rosa Lindqvist <rosa@mail.example>", an address alone, or a name alone. */
function person(shown: string): CustomerPart {
  const [, name = "", email = ""] = /^"?(.*?)"?\s*<([^<>]+@[^<>]+)>$/.exec(shown) ?? [];
  if (email) return name ? { name, email } : { email };
  if (shown.includes("@")) return { email: shown };
  return shown ? { name: shown } : {};
}

function headers(message: Element): Map<string, string> {
  const rows = [...message.querySelectorAll(SELECTORS.headerKey)];
  return new Map(rows.map((key) => [plain(key).toLowerCase(), plain(key.parentElement?.querySelector(SELECTORS.headerValue))]));
}

/** RT's own times name no zone; only a mail's do. */
function claimedTime(date: string | undefined): string | null {
  return date && MAIL_DATE.test(date) ? new Date(date).toISOString() : null;
}

/**
 * Who wrote belongs to the page in any language; what a colleague's message was for is said in words alone. What is
 * not surely a reply counts as a note, so that nothing internal is taken for something the customer has read.
 */
function role(message: Element, customers: ReadonlySet<string>, from: string | undefined, emails: ReadonlySet<string>): TurnPart["role"] {
  const description = message.querySelector(SELECTORS.description);
  const user = description?.querySelector(SELECTORS.user);
  const kind = plain(description).slice(plain(user).length);
  if (/Comments added/.test(kind)) return "note";
  const email = person(from ?? "").email ?? "";
  if (customers.has(user?.getAttribute("data-user-id") ?? "") || emails.has(email)) return "customer";
  return /Correspondence added|Ticket created/.test(kind) ? "agent" : "note";
}

function turns(page: Document): TurnPart[] {
  const requestors = [...page.querySelectorAll(SELECTORS.requestors)];
  const ids = new Set(requestors.map((user) => user.getAttribute("data-user-id") ?? ""));
  const emails = new Set(requestors.map((user) => person(plain(user)).email ?? "").filter(Boolean));
  const read = [...page.querySelectorAll(SELECTORS.messages)].map((message): TurnPart => {
    const mail = headers(message);
    const parts = [...message.querySelectorAll(SELECTORS.text)].filter((part) => !part.parentElement?.closest(SELECTORS.text));
    return {
      id: `t${message.getAttribute("data-transaction-id") ?? ""}`,
      role: role(message, ids, mail.get("from:"), emails),
      text: written(parts, { skip: SELECTORS.foldLabel, keep: SELECTORS.text }),
      at: claimedTime(mail.get("date:")),
      attachments: [...message.querySelectorAll(SELECTORS.attachments)].map(plain),
    };
  });
  // An agent may have the newest on top.
  const number = (turn: TurnPart): number => Number(turn.id.slice(1));
  return read.filter((turn) => turn.text || turn.attachments?.length).sort((one, two) => number(one) - number(two));
}

const conversationId = (page: Document, root: string, number: string): string =>
  `request-tracker:${page.location.host}${root}:${number}`;

function readConversation(page: Document): PageConversation | null {
  const root = DISPLAY.exec(page.location.pathname)?.[1];
  const [, number, subject] = HEADING.exec(plain(page.querySelector(SELECTORS.heading))) ?? [];
  if (root === undefined || number === undefined || subject === undefined) return null;
  const read = turns(page);
  if (!read.length) return null;
  return {
    conversation_id: conversationId(page, root, number),
    helpdesk: "request-tracker",
    channel: "email",
    subject,
    customer: person(plain(page.querySelector(SELECTORS.requestors))),
    turns: read,
  };
}

/** The history comes after the page. */
const isLoading = (page: Document): boolean =>
  page.querySelector(SELECTORS.unloadedHistory) !== null && page.querySelector(SELECTORS.transactions) === null;

// ---- the reply page ----------------------------------------------------------------------------------------

function replyPageOf(page: Document): string | null {
  const root = UPDATE.exec(page.location.pathname)?.[1];
  const number = page.querySelector<HTMLInputElement>(`${SELECTORS.form} input[name=id]`)?.value ?? "";
  return root !== undefined && /^\d+$/.test(number) ? conversationId(page, root, number) : null;
}

function kindOf(form: HTMLFormElement): FoundBox["kind"] {
  return new FormData(form).get("UpdateType") === "private" ? "note" : "reply";
}

function editable(page: Document): HTMLElement | null {
  const frame = page.querySelector<HTMLIFrameElement>(SELECTORS.richBox);
  const body = frame?.contentDocument?.body;
  if (frame) return body?.isContentEditable ? body : null;
  const box = page.querySelector<HTMLElement>(SELECTORS.box);
  return box && box.getClientRects().length > 0 && !box.matches(".richtext") ? box : null;
}

function findReplyBox(page: Document): FoundBox | null {
  const form = page.querySelector<HTMLFormElement>(SELECTORS.form);
  if (!form?.querySelector(SELECTORS.box)) return null;
  return { kind: kindOf(form), box: editable(page) };
}

/** The rich editor takes a moment to start. */
async function openReplyBox(page: Document): Promise<HTMLElement | null> {
  if (!findReplyBox(page)) return null;
  const until = Date.now() + BOX_WITHIN_MS;
  while (!editable(page) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, BOX_LOOK_MS));
  return editable(page);
}

/** Other buttons of the form (attaching a file, for one) send nothing. */
function sentText(event: SubmitEvent): string | null {
  const form = event.target as HTMLElement;
  if (!(form instanceof HTMLFormElement) || !form.matches(SELECTORS.form) || kindOf(form) === "note") return null;
  const { submitter } = event;
  if (submitter && submitter.getAttribute("name") !== "SubmitTicket") return null;
  const box = editable(form.ownerDocument);
  const text = box instanceof HTMLTextAreaElement ? box.value : written(box?.childNodes ?? []);
  return ownWords(text) || null;
}

// ---- taking over -------------------------------------------------------------------------------------------

/** RT writes people as their name, or as their name with more of them in brackets. */
const isNamed = (shown: string, name: string): boolean => name !== "" && (shown === name || shown.startsWith(`${name} (`));

const myName = (page: Document): string => plain(page.querySelector(SELECTORS.me));

const owners = (page: Document): HTMLSelectElement | null => page.querySelector<HTMLSelectElement>(SELECTORS.owners);

const meAmong = (page: Document): HTMLOptionElement | null =>
  only(owners(page), (option) => option.value !== "" && isNamed(plain(option), myName(page)));

/** On the reply's page its row is found by its English label only. */
function queueOf(page: Document): string {
  const row = [...page.querySelectorAll(SELECTORS.rows)].find((each) => plain(each.querySelector(SELECTORS.label)) === "Queue:");
  return plain(page.querySelector(SELECTORS.queue) ?? row?.querySelector(SELECTORS.value));
}

/** The ticket's page names the owner; on the reply's page the choice that changes nothing does. */
function assigned(page: Document): Assigned | null {
  const unchanged = only(owners(page), (option) => option.value === "");
  const shown = plain(page.querySelector(SELECTORS.owner)) || plain(unchanged).replace(/ \([^()]*\)$/, "");
  const queue = queueOf(page);
  return shown ? { to: shown, mine: isNamed(shown, myName(page)), open: meAmong(page) !== null, queue: queue ? [queue] : [] } : null;
}

function writeNote(page: Document): (() => void) | null {
  const list = page.querySelector<HTMLSelectElement>(SELECTORS.updateType);
  const note = only(list, (option) => option.value === "private");
  const [before] = list?.selectedOptions ?? [];
  if (!list || !note || !before) return null;
  choose(list, note);
  return () => choose(list, before);
}

function chooseMe(page: Document): boolean {
  const list = owners(page);
  const mine = meAmong(page);
  if (!list || !mine) return false;
  choose(list, mine);
  return true;
}

export const requestTracker: Adapter = {
  name: "Request Tracker",
  matches: (page) => page.querySelector(SELECTORS.ours) !== null && page.querySelector(SELECTORS.assets) !== null,
  readConversation,
  replyPageOf,
  expectsConversation: (page) => DISPLAY.test(page.location.pathname) && !isLoading(page),
  findReplyBox,
  openReplyBox,
  takingOver: { assigned, writeNote, chooseMe },
  sentText,
};
