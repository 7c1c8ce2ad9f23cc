/** What the dock has to say, most pressing first. Pure. */
import {
  conversationInView,
  hasUnseenImage,
  urgentElsewhere,
  type PanelState,
  type UrgentElsewhere,
} from "../state.ts";
import type { ProblemReported, ReportAnswered } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { handoverLines } from "./handover_lines.ts";
import { reasonWords } from "./reasons.ts";

export interface Line {
  key: string;
  tone: "plain" | "wait" | "bad";
  words: string;
  detail?: string;
  buttons: { words: string; act: () => void }[];
  /** Buttons that come with the detail, once the line is opened. */
  further?: Line["buttons"];
  /** For tests and styles: what kind of line it is. */
  marks: Record<`data-${string}`, string>;
}

const WHO: Record<ProblemReported["who"], string> = {
  agent: "You can fix this.",
  owner: "Tell the owner of the knowledge.",
  admin: "Tell your admin.",
  developer: "Tell your admin: this is a defect in Sotto.",
};

export function dockLines(state: PanelState, acts: Acts, now: Date): Line[] {
  return [
    ...noticeLine(state),
    ...connectionLine(state, acts),
    ...elsewhereLines(state, acts),
    ...handoverLines(state, acts),
    ...state.problems.map((problem, place) => problemLine(problem, () => acts.closeProblem(place))),
    ...state.answers.map((answer) => answerLine(answer, acts, now)),
    ...conversationLines(state),
  ];
}

function noticeLine({ notice }: PanelState): Line[] {
  if (!notice) return [];
  const tone = notice.tone === "bad" ? "bad" : "plain";
  return [{ key: "notice", tone, words: notice.text, buttons: [], marks: { "data-notice": notice.tone } }];
}

function connectionLine({ connection, inView }: PanelState, acts: Acts): Line[] {
  const retry = { words: "Try now", act: acts.reconnect };
  if (connection === "reconnecting") {
    const detail = "What you see may be out of date. What you insert and send is still recorded.";
    const words = "Disconnected: reconnecting…";
    return [{ key: "connection", tone: "wait", words, detail, buttons: [retry], marks: { "data-state": "disconnected" } }];
  }
  if (inView === null || (connection !== "refused" && connection !== "unconfigured")) return [];
  const words = connection === "refused" ? "The server did not let Sotto in." : "Sotto is not signed in.";
  const settings = acts.openOptions ? [{ words: "Open settings", act: acts.openOptions }] : [retry];
  return [{ key: "connection", tone: "bad", words, buttons: settings, marks: { "data-state": connection } }];
}

function elsewhereLines(state: PanelState, acts: Acts): Line[] {
  return urgentElsewhere(state).map((urgent) => {
    const { number, customer, subject } = urgent.name;
    const what = reasonWords(urgent.flag.reason);
    return {
      key: `elsewhere ${urgent.id} ${urgent.flag.reason}`,
      tone: "bad",
      words: `${number ?? (customer || subject || "Another conversation")} ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
      detail: urgent.flag.advice,
      buttons: wayTo(urgent, acts),
      marks: { "data-elsewhere": urgent.id },
    };
  });
}

/** None where the page is gone and its address is unknown: the number says which to open. */
function wayTo({ id, place }: UrgentElsewhere, { goTo }: Acts): Line["buttons"] {
  if (!goTo || (place.tab === null && place.address === null)) return [];
  return [{ words: place.tab === null ? "Open it" : "Go there", act: () => goTo(id) }];
}

function problemLine(problem: ProblemReported, close: () => void): Line {
  const facts = [
    problem.expected ? `expected ${problem.expected}` : "",
    problem.received ? `received ${problem.received}` : "",
  ].filter(Boolean);
  const passing = problem.code === "starting";
  return {
    key: `problem ${problem.code} ${problem.message}`,
    tone: passing ? "wait" : "bad",
    words: passing ? problem.message : `${problem.message} ${WHO[problem.who]}`,
    ...(facts.length ? { detail: facts.join(", ") } : {}),
    buttons: passing ? [] : [{ words: "Close", act: close }],
    marks: { "data-problem": problem.code },
  };
}

const DAY_MS = 86_400_000;

/** "today", "on Tuesday" within a week, else the date, with the year when it is another. */
export function dayWords(at: string, now: Date): string {
  const then = new Date(at);
  if (then.toDateString() === now.toDateString()) return "today";
  const days = (now.getTime() - then.getTime()) / DAY_MS;
  if (days >= 0 && days < 6) return `on ${then.toLocaleDateString("en-GB", { weekday: "long" })}`;
  const year = then.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return `on ${then.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...year })}`;
}

function answerLine(answer: ReportAnswered, acts: Acts, now: Date): Line {
  const what = answer.answer === "fixed" ? "Fixed" : "Kept";
  return {
    key: `answer ${answer.report_id}`,
    tone: "plain",
    words: `${what} by ${answer.by} ${dayWords(answer.answered_at, now)}: ${answer.title}`,
    ...(answer.note ? { detail: answer.note } : {}),
    buttons: [{ words: "OK", act: () => acts.seeAnswer(answer.report_id) }],
    marks: { "data-answer": answer.answer },
  };
}

function conversationLines(state: PanelState): Line[] {
  const conversation = conversationInView(state);
  if (!conversation) return [];
  const { language } = conversation;
  const plain = (key: string, words: string): Line => ({
    key,
    tone: "plain",
    words,
    buttons: [],
    marks: { "data-state": key },
  });
  return [
    ...(language ? [plain("language", `${language.language}: ${language.off.join("; ")}`)] : []),
    ...(hasUnseenImage(conversation) ? [plain("image", "The customer sent an image: Sotto can’t see it")] : []),
  ];
}
