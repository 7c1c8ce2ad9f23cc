/** django-helpdesk 2.6: server-rendered tickets with a plain reply box behind a tab. */
import type { Assigned, PageConversation } from "../page.ts";
import type { TurnPart } from "../wire.ts";
import { turnId } from "../words.ts";
import type { Adapter, FoundBox } from "./adapter.ts";
import { choose, only } from "./owner_list.ts";
import { written } from "./written.ts";

const SELECTORS = {
  ours: 'link[href*="helpdesk-extend.css"]',
  form: "#ticket-respond-form",
  box: "#commentBox",
  publicSwitch: "input[type=checkbox][name=public]",
  respondTab: "#respond-tab",
  owners: "#ticket-respond-form select[name=owner]",
  ownerFold: '#ticket-respond-form [href="#collapseDetails"]',
  place: ".breadcrumb-item.active",
  queues: "#ticket-respond-form select[name=queue]",
  myFeed: 'link[rel=alternate][href*="/rss/user/"]',
  heading: "h2",
  number: "h2 .badge",
  submitter: 'input[aria-label="Submitter email"]',
  followups: "#followup-list > li",
  followupText: ":scope > div.mt-3",
  followupTime: "time[datetime]",
  attachments: ':scope > ul a[target="_blank"]',
  fromCustomer: ".badge.bg-warning-subtle",
  internal: ".badge.bg-light-subtle",
} as const;

const TICKET = /\/tickets\/\d+\/?$/;
const WITH_ZONE = /(Z|[+-]\d\d:?\d\d)$/;
const MY_FEED = /\/rss\/user\/([^/]+)\/?$/;
const SLUG = /^(\S+)-\d+$/;
const BOX_WITHIN_MS = 2_000;
const BOX_LOOK_MS = 20;

function ordinals(): (key: string) => number {
  const seen = new Map<string, number>();
  return (key) => {
    const number = seen.get(key) ?? 0;
    seen.set(key, number + 1);
    return number;
  };
}

type Draft = Omit<TurnPart, "id">;

function followup(item: Element): Draft | null {
  const body = item.querySelector(SELECTORS.followupText);
  const attachments = [...item.querySelectorAll(SELECTORS.attachments)].map((link) => link.textContent?.trim() ?? "");
  if (!body && !attachments.length) return null;
  const stamp = item.querySelector(SELECTORS.followupTime)?.getAttribute("datetime") ?? "";
  const role = item.querySelector(SELECTORS.internal)
    ? "note"
    : item.querySelector(SELECTORS.fromCustomer)
      ? "customer"
      : "agent";
  return { role, text: body ? written([body]) : "", at: WITH_ZONE.test(stamp) ? stamp : null, attachments };
}

/** The description stands between the heading's row and the resolution or the table of details. */
function description(page: Document): Draft | null {
  const nodes: Node[] = [];
  let next = page.querySelector(SELECTORS.number)?.closest(".d-flex")?.nextSibling ?? null;
  for (; next && !(next instanceof Element && next.matches(".alert, .row")); next = next.nextSibling) nodes.push(next);
  const text = written(nodes);
  return text ? { role: "customer", text, at: null, attachments: [] } : null;
}

function byTime(drafts: Draft[]): Draft[] {
  const at = (draft: Draft): number => Date.parse(draft.at ?? "");
  return drafts.some((draft) => Number.isNaN(at(draft))) ? drafts : [...drafts].sort((one, two) => at(one) - at(two));
}

function turns(page: Document): TurnPart[] {
  const followups = byTime([...page.querySelectorAll(SELECTORS.followups)].map(followup).filter((turn) => turn !== null));
  const first = description(page);
  // A ticket made from an e-mail shows the mail twice: as its description and as the first follow-up.
  const repeated = first && followups.some((turn) => turn.role === "customer" && turn.text === first.text);
  const ordinal = ordinals();
  return [...(first && !repeated ? [first] : []), ...followups].map((turn) => ({
    ...turn,
    id: turnId(turn.role, turn.at ?? null, turn.text, ordinal(`${turn.role}${turn.at ?? ""}${turn.text}`)),
  }));
}

function subject(page: Document): string {
  const heading = page.querySelector(SELECTORS.number)?.closest(SELECTORS.heading);
  const own = [...(heading?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE);
  return own.map((node) => node.textContent ?? "").join(" ").trim();
}

function readConversation(page: Document): PageConversation | null {
  const number = /^#(\d+)$/.exec(page.querySelector(SELECTORS.number)?.textContent?.trim() ?? "")?.[1];
  const read = number ? turns(page) : [];
  if (!read.length) return null;
  const email = page.querySelector<HTMLInputElement>(SELECTORS.submitter)?.value.trim() ?? "";
  return {
    conversation_id: `django-helpdesk:${page.location.host}:${number}`,
    helpdesk: "django-helpdesk",
    channel: "email",
    subject: subject(page),
    customer: email ? { email } : {},
    turns: read,
  };
}

function findReplyBox(page: Document): FoundBox | null {
  const box = page.querySelector<HTMLElement>(SELECTORS.box);
  const shared = page.querySelector<HTMLInputElement>(`${SELECTORS.form} ${SELECTORS.publicSwitch}`);
  return box && { box, kind: shared && !shared.checked ? "note" : "reply" };
}

/** The box is hidden behind a tab that fades in; it can take the caret only once it is visible. */
async function openReplyBox(page: Document): Promise<HTMLElement | null> {
  const box = page.querySelector<HTMLElement>(SELECTORS.box);
  if (!box) return null;
  const visible = (): boolean => box.getClientRects().length > 0;
  if (!visible()) page.querySelector<HTMLElement>(SELECTORS.respondTab)?.click();
  const until = Date.now() + BOX_WITHIN_MS;
  while (!visible() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, BOX_LOOK_MS));
  return visible() ? box : null;
}

function sentText(event: SubmitEvent): string | null {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches(SELECTORS.form)) return null;
  const data = new FormData(form);
  const comment = data.get("comment");
  return data.get("public") === "1" && typeof comment === "string" && comment.trim() ? comment : null;
}

// ---- taking over -------------------------------------------------------------------------------------------

const owners = (page: Document): HTMLSelectElement | null => page.querySelector<HTMLSelectElement>(SELECTORS.owners);

/** The name of the agent who is signed in stands in the address of their own feed. */
function me(page: Document): HTMLOptionElement | null {
  const feed = page.querySelector(SELECTORS.myFeed)?.getAttribute("href") ?? "";
  const name = decodeURIComponent(MY_FEED.exec(feed)?.[1] ?? "");
  return only(owners(page), (option) => name !== "" && option.text === name);
}

const queues = (page: Document): HTMLSelectElement | null => page.querySelector<HTMLSelectElement>(SELECTORS.queues);

/** Its short name stands before the ticket's number; its title is the one that the form's list was loaded with. */
function queue(page: Document): string[] {
  const slug = SLUG.exec(page.querySelector(SELECTORS.place)?.textContent?.trim() ?? "")?.[1] ?? "";
  const title = [...(queues(page)?.options ?? [])].find((option) => option.defaultSelected)?.text ?? "";
  return [slug, title].filter(Boolean);
}

/** As the page was loaded: what the agent chooses counts once it is saved. */
function assigned(page: Document): Assigned | null {
  const list = owners(page);
  if (!list) return null;
  const present = [...list.options].find((option) => option.defaultSelected && option.value !== "0");
  const mine = me(page);
  return { to: present?.text ?? "", mine: present !== undefined && present === mine, open: mine !== null, queue: queue(page) };
}

function writeNote(page: Document): (() => void) | null {
  const shared = page.querySelector<HTMLInputElement>(`${SELECTORS.form} ${SELECTORS.publicSwitch}`);
  if (!shared) return null;
  if (!shared.checked) return () => undefined;
  shared.click();
  return () => shared.checked || shared.click();
}

/** The list of owners is folded away: the agent must see what they save. */
function chooseMe(page: Document): boolean {
  const list = owners(page);
  const mine = me(page);
  if (!list || !mine) return false;
  choose(list, mine);
  if (!list.getClientRects().length) page.querySelector<HTMLElement>(SELECTORS.ownerFold)?.click();
  return true;
}

function chooseQueue(page: Document, name: string): boolean {
  const list = queues(page);
  const sought = only(list, (option) => option.value !== "" && option.text.toLowerCase() === name.toLowerCase());
  if (!list || !sought) return false;
  choose(list, sought);
  return true;
}

export const djangoHelpdesk: Adapter = {
  name: "django-helpdesk",
  matches: (page) => page.querySelector(`${SELECTORS.ours}, ${SELECTORS.form}`) !== null,
  readConversation,
  expectsConversation: (page) => TICKET.test(page.location.pathname),
  findReplyBox,
  openReplyBox,
  takingOver: { assigned, writeNote, chooseMe, chooseQueue },
  sentText,
};
