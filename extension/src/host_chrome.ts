/** The panel as Chrome's side panel: settings and reports in extension storage, the page behind the active tab. */
import { openShortcuts, readShortcuts, watchPressed } from "./commands.ts";
import { reportKey, type Host, type Report, type ReportStore, type Settings } from "./host.ts";
import { isFromPage, type Insertion, type InsertResult, type PageView, type ToPage } from "./page.ts";

const OUT_OF_REACH: PageView = { kind: "out_of_reach" };

/** Storage that content scripts cannot read; one key per report, so that writers never meet. */
export const chromeReports: ReportStore = {
  async all() {
    const stored = await chrome.storage.local.get(null);
    return Object.entries(stored)
      .filter(([key]) => key.startsWith("report:"))
      .map(([, report]) => report as Report);
  },
  add: (report) => chrome.storage.local.set({ [reportKey(report.report_id)]: report }),
  remove: (reportId) => chrome.storage.local.remove(reportKey(reportId)),
  watch(onReport) {
    chrome.storage.local.onChanged.addListener((changes) => {
      for (const [key, { newValue }] of Object.entries(changes)) {
        if (key.startsWith("report:") && newValue) onReport(newValue as Report);
      }
    });
  },
};

export async function readSettings(): Promise<Settings | null> {
  const { server, token } = await chrome.storage.local.get<Partial<Settings>>(["server", "token"]);
  return server && token ? { server, token } : null;
}

async function activeTab(windowId: number): Promise<number | null> {
  const [tab] = await chrome.tabs.query({ active: true, windowId });
  return tab?.id ?? null;
}

/** A tab without our content script (not a page the admin named) cannot answer: it is out of reach. */
async function ask<Answer>(tab: number | null, message: ToPage, otherwise: Answer): Promise<Answer> {
  if (tab === null) return otherwise;
  try {
    return (await chrome.tabs.sendMessage<ToPage, Answer | undefined>(tab, message)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export async function chromeHost(): Promise<Host> {
  const { id: windowId } = await chrome.windows.getCurrent();
  const here = (): Promise<number | null> => (windowId === undefined ? Promise.resolve(null) : activeTab(windowId));
  const readView = async (): Promise<PageView> => ask(await here(), { sotto: "view_read" }, OUT_OF_REACH);
  return {
    client: `extension ${chrome.runtime.getManifest().version}`,
    reports: chromeReports,
    settings: readSettings,
    watchSettings(onChange) {
      chrome.storage.local.onChanged.addListener((changes) => {
        if ("server" in changes || "token" in changes) onChange();
      });
    },
    watchView(onView) {
      const read = (): void => void readView().then(onView);
      chrome.tabs.onActivated.addListener(read);
      chrome.tabs.onUpdated.addListener((_tab, change) => {
        if (change.status === "complete") read();
      });
      chrome.runtime.onMessage.addListener((message: unknown, sender) => {
        if (!isFromPage(message)) return;
        // The background keeps it too; but while it wakes up, the page that sent the reply may be gone.
        if (message.sotto === "reply_sent") return void chromeReports.add(message.report);
        void here().then((tab) => {
          if (tab === sender.tab?.id) onView(message.view);
        });
      });
      read();
    },
    async insert(insertion: Insertion): Promise<InsertResult> {
      const message = "Sotto cannot reach this page. Reload it, or use Copy. Nothing was inserted.";
      return ask<InsertResult>(await here(), { sotto: "insert", insertion }, { done: false, message });
    },
    askSelection: async () => ask(await here(), { sotto: "selection_asked" }, OUT_OF_REACH),
    watchCommands: (onCommand) => watchPressed(windowId, onCommand),
    shortcuts: readShortcuts,
    openShortcuts,
    openOptions: () => void chrome.runtime.openOptionsPage(),
  };
}
