/** The panel as a web page in a frame: the page around it shows the conversation, the server signs it in. */
import { formOf, reportKey, type Host, type Report, type ReportStore, type Settings } from "./host.ts";
import { isFromPage, type InsertResult, type PageView, type TakenOver, type ToPage } from "./page.ts";
import type { Sight } from "./state.ts";

const ANSWER_WITHIN_MS = 5_000;
const NO_ANSWER = { done: false as const, message: "The page beside the panel did not answer. Reload it, or use Copy." };

/** Only the page around this frame may speak to it, and only from the server's own origin. */
const fromParent = (event: MessageEvent): boolean =>
  event.source === window.parent && event.origin === window.location.origin;

export function webReports(storage: Storage): ReportStore {
  const watchers: ((report: Report) => void)[] = [];
  return {
    all() {
      const keys = Object.keys(storage).filter((key) => key.startsWith("report:"));
      return Promise.resolve(keys.map((key) => JSON.parse(storage.getItem(key) ?? "null") as Report));
    },
    add(report) {
      storage.setItem(reportKey(report.report_id), JSON.stringify(report));
      watchers.forEach((onReport) => onReport(report));
      return Promise.resolve();
    },
    remove(reportId) {
      storage.removeItem(reportKey(reportId));
      return Promise.resolve();
    },
    watch: (onReport) => void watchers.push(onReport),
  };
}

async function sessionSettings(): Promise<Settings | null> {
  const answer = await fetch("/panel/token", { method: "POST", headers: { "x-sotto": "panel" } });
  if (answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) throw new Error(`POST /panel/token answered ${answer.status}`);
  const { token } = (await answer.json()) as { token: string };
  return { server: window.location.origin, token };
}

/** Asks the page around us and waits for its answer on a channel of our own. */
function ask<Answer>(message: ToPage, late: Answer): Promise<Answer> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(late), ANSWER_WITHIN_MS);
    port1.onmessage = (event) => {
      clearTimeout(timer);
      resolve(event.data as Answer);
    };
    window.parent.postMessage(message, window.location.origin, [port2]);
  });
}

/** The frame has one page around it, which has no tab of its own. */
const sightOf = (view: PageView): Sight => ({ view, tab: null, address: null, inFront: true });

const askView = (message: ToPage): Promise<Sight> =>
  ask<PageView>(message, { kind: "out_of_reach" }).then(sightOf);

export function webHost(): Host {
  const reports = webReports(window.localStorage);
  return {
    client: "web panel",
    reports,
    settings: sessionSettings,
    watchSettings: () => undefined,
    form: () => Promise.resolve(formOf(window.localStorage.getItem("form"))),
    keepForm: (form) => window.localStorage.setItem("form", form),
    watchView(onSight) {
      let told = false;
      window.addEventListener("message", (event: MessageEvent<unknown>) => {
        if (!fromParent(event) || !isFromPage(event.data)) return;
        if (event.data.sotto === "view_changed") {
          told = true;
          onSight(sightOf(event.data.view));
        } else if ("report" in event.data) void reports.add(event.data.report).then(() => event.ports[0]?.postMessage(true));
      });
      // A page that was not ready to be asked tells its view by itself; no answer is no news then.
      if (window.parent !== window) void askView({ sotto: "view_read" }).then((sight) => told || onSight(sight));
    },
    goTo: null,
    insert: (insertion) => ask<InsertResult>({ sotto: "insert", insertion }, NO_ANSWER),
    takeOver: (insertion, queue) => ask<TakenOver>({ sotto: "take_over", insertion, queue }, NO_ANSWER),
    // The page around this frame sends nothing to a customer.
    watchSending: () => undefined,
    release: () => undefined,
    askSelection: () => askView({ sotto: "selection_asked" }),
    helpdesks: () => Promise.resolve([window.location.host]),
    // A page in a frame hears no keys of the browser's.
    watchCommands: () => undefined,
    shortcuts: () => Promise.resolve([]),
    openShortcuts: null,
    openOptions: null,
  };
}
