/** The panel as Chrome's side panel: settings and reports in extension storage, the page behind the active tab. */
import { readShortcuts, watchPressed } from "./commands.ts";
import { formOf, reportKey, type Host, type Report, type ReportStore } from "./host.ts";
import { grantedHosts, hostAddress } from "./hosts.ts";
import { isFromPage, type Insertion, type InsertResult, type TakenOver } from "./page.ts";
import { shortcutsPage } from "./panel_place.ts";
import { readSettings, watchSettings } from "./settings.ts";
import { askTab, Tabs } from "./tabs.ts";

const OUT_OF_REACH = { done: false as const, message: "Sotto cannot reach this page. Reload it, or use Copy. Nothing was inserted." };

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

export async function chromeHost(): Promise<Host> {
  const { id: windowId = chrome.windows.WINDOW_ID_NONE } = await chrome.windows.getCurrent();
  const tabs = await Tabs.ofWindow(windowId);
  return {
    client: `extension ${chrome.runtime.getManifest().version}`,
    reports: chromeReports,
    settings: readSettings,
    watchSettings,
    form: async () => formOf((await chrome.storage.local.get<{ form?: unknown }>("form")).form),
    keepForm: (form) => void chrome.storage.local.set({ form }),
    watchView(onSight, onTabClosed) {
      chrome.runtime.onMessage.addListener((message: unknown) => {
        // The background keeps it too; but while it wakes up, the page that sent the reply may be gone.
        if (isFromPage(message) && message.sotto === "reply_sent") void chromeReports.add(message.report);
      });
      tabs.watch(onSight, onTabClosed);
    },
    goTo: (place) => tabs.goTo(place),
    async insert(insertion: Insertion): Promise<InsertResult> {
      return askTab<InsertResult>(tabs.inFront, { sotto: "insert", insertion }, OUT_OF_REACH);
    },
    async takeOver(insertion: Insertion, queue: string | null): Promise<TakenOver> {
      return askTab<TakenOver>(tabs.inFront, { sotto: "take_over", insertion, queue }, OUT_OF_REACH);
    },
    watchSending(onSending, onUnchecked) {
      chrome.runtime.onMessage.addListener((message: unknown, sender, answer) => {
        if (sender.id !== chrome.runtime.id || sender.tab?.windowId !== windowId) return;
        if (!isFromPage(message)) return;
        if (message.sotto === "reply_unchecked") onUnchecked();
        if (message.sotto !== "reply_leaving") return;
        void onSending(message.conversation_id, message.text).then(answer);
        return true;
      });
    },
    release: (text) => void askTab(tabs.inFront, { sotto: "release", text }, null),
    askSelection: () => tabs.sight({ sotto: "selection_asked" }),
    helpdesks: async () => (await grantedHosts()).map(hostAddress),
    watchCommands: (onCommand) => watchPressed(windowId, onCommand),
    shortcuts: readShortcuts,
    openShortcuts: shortcutsPage(),
    openOptions: () => void chrome.runtime.openOptionsPage(),
  };
}
