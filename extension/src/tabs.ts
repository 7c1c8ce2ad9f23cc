/** The helpdesk's pages in the tabs of the panel's window: the one in front is in view, the others are followed. */
import { isFromPage, type PageView, type ToPage } from "./page.ts";
import type { Place, Sight } from "./state.ts";

const OUT_OF_REACH: PageView = { kind: "out_of_reach" };

/** A tab without our content script (not a page the admin named) cannot answer. */
export async function askTab<Answer>(tab: number | null, message: ToPage, otherwise: Answer): Promise<Answer> {
  if (tab === null) return otherwise;
  try {
    return (await chrome.tabs.sendMessage<ToPage, Answer | undefined>(tab, message)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** The address of a tab that Sotto may read; null for any other. */
async function addressOf(tab: number | null): Promise<string | null> {
  if (tab === null) return null;
  return chrome.tabs.get(tab).then(
    ({ url }) => url ?? null,
    () => null,
  );
}

export class Tabs {
  /** How often each tab's page has told of a change. */
  private readonly told = new Map<number | null, number>();

  private constructor(
    private readonly windowId: number,
    private front: number | null,
  ) {}

  static async ofWindow(windowId: number): Promise<Tabs> {
    const [tab] = await chrome.tabs.query({ active: true, windowId });
    return new Tabs(windowId, tab?.id ?? null);
  }

  /** The tab beside the panel. */
  get inFront(): number | null {
    return this.front;
  }

  async sight(message: ToPage = { sotto: "view_read" }, tab = this.front): Promise<Sight> {
    const [view, address] = await Promise.all([askTab(tab, message, OUT_OF_REACH), addressOf(tab)]);
    // Asked again: the agent may have gone to another tab meanwhile.
    return { view, tab, address, inFront: tab === this.front };
  }

  /** What the page told since it was asked is newer than its answer. */
  private async look(tab: number | null, onSight: (sight: Sight) => void): Promise<void> {
    const told = this.told.get(tab);
    const sight = await this.sight({ sotto: "view_read" }, tab);
    if (this.told.get(tab) === told) onSight(sight);
  }

  watch(onSight: (sight: Sight) => void, onTabClosed: (tab: number) => void): void {
    const look = (tab: number | null): void => void this.look(tab, onSight);
    chrome.tabs.onActivated.addListener(({ tabId, windowId }) => {
      if (windowId !== this.windowId) return;
      this.front = tabId;
      look(tabId);
    });
    chrome.tabs.onUpdated.addListener((tabId, change, tab) => {
      if (change.status === "complete" && tab.windowId === this.windowId) look(tabId);
    });
    chrome.tabs.onRemoved.addListener((tabId, { windowId }) => {
      if (windowId === this.windowId) onTabClosed(tabId);
    });
    chrome.runtime.onMessage.addListener((message: unknown, { tab, url }) => {
      if (tab?.id === undefined || tab.windowId !== this.windowId) return;
      if (!isFromPage(message) || message.sotto !== "view_changed") return;
      this.told.set(tab.id, (this.told.get(tab.id) ?? 0) + 1);
      onSight({ view: message.view, tab: tab.id, address: url ?? null, inFront: tab.id === this.front });
    });
    look(this.front);
  }

  /** Brings the conversation's tab to the front, or opens its address in a new one: no half-typed text is lost. */
  goTo({ tab, address }: Place): void {
    if (tab !== null) void chrome.tabs.update(tab, { active: true });
    else if (address !== null) void chrome.tabs.create({ url: address, windowId: this.windowId });
  }
}
