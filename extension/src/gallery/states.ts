/** Every state of the panel that is designed, by name. */
import { newConversation, type ConversationState, type FlagView, type PanelState } from "../state.ts";
import type { OwnRecord, ReportAnswered } from "../wire.ts";
import * as made from "./made_up.ts";

const { conversation, finding, flag, panel, snippet, suggestion, turn } = made;

const ANGRY = flag("frustration", "act", "who pays for that?");
const MANAGER = flag("human_requested", "urgent", "I want to speak to a manager, now");

const NOTHING = { nearest: "Kayak care: storing over winter", passageId: "p9", owner: "Maya" };
const nothing = finding({ snippets: [], fit: null, suggestion: null, nothing: NOTHING });

const LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3);
const HOSTILE =
  "<img src=x onerror=alert(1)><script>document.title='gone'</script> \u202Eevil\u202C \u2066isolated zero\u200Bwidth\u200D\uFEFF &amp; <b>bold</b>";
const ARABIC = "مرحبا، وصل القارب متضررا وأريد استرداد المال من فضلك. الطلب رقم 4711 (Fjord 420).";
const EMOJI = "👩🏽‍🦱🛶💔 my kayak 🏴󠁧󠁢󠁷󠁬󠁳󠁿 broke 😭😭😭 ‼️ 🇩🇪🇳🇱";

function answered(answer: "fixed" | "kept", id: string): ReportAnswered {
  return {
    type: "report_answered",
    conversation_id: "c",
    report_id: id,
    problem: "outdated",
    title: "Returns policy",
    answer,
    by: "Maya",
    answered_at: "2031-03-11T09:00:00Z",
    note: answer === "kept" ? "The 30 days count from delivery, as it says." : null,
  };
}

/** All of it in other words: what a customer, a passage or an owner could have written. */
function inWords(words: string): PanelState {
  const snippets = made.SNIPPETS.map((one) => ({ ...one, text: words, title_path: [words, words], owner: words }));
  const pieces = [{ kind: "text" as const, text: words }, { kind: "citation" as const, number: 1 }];
  const found = finding({ snippets, question: words, suggestion: suggestion({ text: words, pieces }), openSnippets: [1] });
  const shown = {
    subject: words,
    customer: { name: words, email: "x@example.org" },
    turns: [turn("t1", words)],
  };
  const said = conversation({ findings: [found], flags: [flag("frustration", "act", words)] }, shown);
  const { answers } = { answers: [{ ...answered("kept", "r1"), title: words, by: words, note: words }] };
  return panel(said, { answers });
}

function withElsewhere(state: PanelState, place = { tab: 2 as number | null, address: null, closed: false }): PanelState {
  const shown = made.page({ conversation_id: "django-helpdesk:desk.example:4711", subject: "Leaking hatch" });
  const other = { ...newConversation(shown, place), flags: [MANAGER] };
  return { ...state, conversations: new Map([[other.id, other], ...state.conversations]) };
}

const OWN: OwnRecord = {
  type: "own_record",
  since: "2031-01-02",
  suggestions: 412,
  inserted: 180,
  edited: 96,
  copied: 12,
  dismissed: 61,
  ignored: 63,
  reports: 7,
  kept_days: 30,
};

const HANDS: Partial<PanelState> = {
  person: { name: "ana", roles: ["agent"], team: "workshop" },
  features: ["reports", "handovers"],
};

const reported = (about: string): ConversationState["reported"] => ({ [about]: "outdated" });
const ready = (): ConversationState => conversation();
const replyBox = (kind: "reply" | "note", typed: boolean): Pick<PanelState, "view"> => ({
  view: { kind: "conversation", conversation: made.page(), replyBox: { kind, typed } },
});

/** A page that says whose the conversation is in the helpdesk, and whose form can change that. */
const owned = (to: string): Pick<PanelState, "view" | "inView"> => ({
  view: { kind: "conversation", conversation: made.page(), replyBox: { kind: "reply", typed: false }, assigned: { to, mine: to === "ana", open: true, queue: ["Boats"] } },
  inView: made.page().conversation_id,
});

const thirty: FlagView[] = Array.from({ length: 30 }, (_, place) =>
  flag(`reason_number_${place + 1}`, place % 3 ? "note" : "act", `quoted words ${place + 1}`),
);
const threeHundred = Array.from({ length: 300 }, (_, place) =>
  turn(`t${place}`, `Message ${place + 1}: is there any news of my order?`, { role: place % 2 ? "agent" : "customer" }),
);

const busiest = (): PanelState => {
  const older = [finding({ turnId: "t-1" }), finding({ turnId: "t0" })];
  const newer = finding({ turnId: "t2", seen: false });
  const flags = [MANAGER, ANGRY, flag("low_confidence", "note", "which hatch?"), flag("churn_risk", "act", "my last order")];
  const language = { type: "language_noticed" as const, conversation_id: "c", turn_id: "t1", language: "Polish", off: ["mood"] };
  const busy = conversation({ findings: [...older.slice(1), finding(), newer], shown: 1, flags, language });
  const problem = { type: "problem_reported" as const, code: "store_unavailable", who: "admin" as const, message: "The database can't be reached; the report is not stored yet: send it again." };
  return withElsewhere(
    panel(busy, { ...replyBox("reply", true), answers: [answered("fixed", "r1"), answered("kept", "r2")], problems: [problem] }),
  );
};

const streamingPieces = suggestion().pieces.slice(0, 2);
const streaming = (): ConversationState =>
  conversation({ findings: [finding({ suggestion: suggestion({ status: "streaming", pieces: streamingPieces, text: "" }) })] });

/** Its draft waits to be opened. */
const mightHelp = (more: Parameters<typeof finding>[0]): ConversationState =>
  conversation({ findings: [finding({ fit: "might_help", suggestion: null, offered: "s1", folded: true, ...more })] });

const FURIOUS = flag("frustration", "act", "This is the third time I ask. Nobody at your place reads what I write, and the kayak blocks my hall.");

/** As the server would have it: a person leads, and the draft is folded. */
const led = (more: Partial<ConversationState> = {}, found: Parameters<typeof finding>[0] = {}): ConversationState =>
  conversation({ disposition: "human", flags: [FURIOUS], findings: [finding({ disposition: "human", folded: true, ...found })], ...more });

const busiestLed = (): PanelState => {
  const state = busiest();
  const conversations = [...state.conversations.values()].map((was) => {
    const findings = was.findings.map((one) => ({ ...one, disposition: "human" as const, folded: true }));
    return [was.id, { ...was, disposition: "human" as const, findings }] as const;
  });
  return { ...state, conversations: new Map(conversations) };
};

export const STATES: Record<string, () => PanelState> = {
  "first run": () => panel(null, { connection: "unconfigured", view: { kind: "out_of_reach" } }),
  "no server": () => panel(null, { connection: "reconnecting" }),
  "wrong token": () => panel(null, { connection: "refused" }),
  connecting: () => panel(null, { connection: "connecting" }),
  reconnecting: () => panel(ready(), { connection: "reconnecting" }),
  "token revoked at work": () => panel(ready(), { connection: "refused" }),
  starting: () =>
    panel(conversation({ findings: [], shown: -1 }), {
      problems: [{ type: "problem_reported", code: "starting", who: "admin", message: "The server is still loading its model; suggestions follow by themselves." }],
    }),
  slow: () => panel(conversation({ asking: "Who pays for the collection?" })),
  "no conversation": () => panel(null),
  "unknown page": () => panel(null, { view: { kind: "unknown_page", site: "mail.example" } }),
  "out of reach": () => panel(null, { view: { kind: "out_of_reach" } }),
  "unread page": () => panel(null, { view: { kind: "unread", adapter: "django-helpdesk" } }),
  "reply page unknown": () => panel(null, { view: { kind: "reply_page", conversation_id: "x", replyBox: { kind: "reply", typed: false } } }),
  "empty conversation": () => panel(conversation({ findings: [], shown: -1 }, { turns: [] })),
  awaited: () => panel(conversation({ findings: [finding({ suggestion: null })] })),
  streaming: () => panel(streaming()),
  interrupted: () => panel(streaming(), { connection: "reconnecting" }),
  ready: () => panel(ready()),
  "short draft": () =>
    panel(conversation({ findings: [finding({ suggestion: suggestion({ text: "Yes.", pieces: [{ kind: "text", text: "Yes, until 2 April." }] }) })] })),
  inserted: () => panel(conversation({ findings: [finding({ suggestion: suggestion({ outcome: "inserted" }) })] })),
  dismissed: () => panel(conversation({ findings: [finding({ suggestion: suggestion({ outcome: "dismissed" }) })] })),
  "might help": () => panel(conversation({ findings: [finding({ fit: "might_help", folded: true })] })),
  "a model's draft, partly unsupported": () =>
    panel(conversation({ findings: [finding({ suggestion: made.partlyUnsupported() })] })),
  "might help, draft open": () => panel(conversation({ findings: [finding({ fit: "might_help" })] })),
  "might help, not drafted": () => panel(mightHelp({})),
  "might help, being drafted": () => panel(mightHelp({ folded: false })),
  "might help, not drafted, disconnected": () => panel(mightHelp({}), { connection: "reconnecting" }),
  "might help, no draft": () => panel(conversation({ findings: [finding({ fit: "might_help", suggestion: null })] })),
  "nothing found": () => panel(conversation({ findings: [nothing] })),
  "holding reply": () => panel(conversation({ findings: [nothing], holding: made.HOLDING }), { features: ["reports", "holding"], ...replyBox("reply", false) }),
  "no holding reply": () => panel(conversation({ findings: [nothing], holding: { ...made.HOLDING, text: null, why: made.ALL_HELD } }), { features: ["reports", "holding"], ...replyBox("reply", false) }),
  "told the owner": () => panel(conversation({ findings: [nothing], reported: reported("gap t1 ") })),
  "asked and answered": () => panel(conversation({ findings: [finding({ question: "Who pays for the collection of a kayak that was never used?" })] })),
  "steered by a hint": () => panel(conversation({ findings: [finding({ hint: "collection by the carrier" })] })),
  "summed up": () => panel(made.ledByOthers(4, { summary: made.SUMMARY })),
  "what happened, summed up": () => panel(made.ledByOthers(4, { arrived: false, summary: made.SUMMARY })),
  pending: () => panel(conversation({ findings: [finding(), finding({ turnId: "t2", seen: false })] })),
  overtaken: () => panel(conversation({ findings: [finding({ touched: true, suggestion: null, fit: "answers" }), finding({ turnId: "t2", seen: false })] })),
  earlier: () => panel(conversation({ findings: [finding({ turnId: "t-1" }), finding({ turnId: "t0" }), finding()], shown: 1 })),
  superseded: () =>
    panel(conversation({ findings: [finding({ touched: true, suggestion: suggestion({ status: "superseded", pieces: streamingPieces }) })] })),
  failed: () =>
    panel(conversation({ findings: [finding({ suggestion: suggestion({ status: "failed", pieces: [], text: "", failure: "The model did not answer in time." }) })] })),
  "snippet open": () => panel(conversation({ findings: [finding({ openSnippets: [1, 2], cited: 1 })] })),
  "code open": () => panel(conversation({ findings: [finding({ snippets: made.SNIPPETS.slice(3), openSnippets: [5], suggestion: null })] })),
  "code worked out": () => panel(conversation({ findings: [finding({ snippets: [made.WORKED_OUT], openSnippets: [5], suggestion: null })] })),
  "code, value missing": () => panel(conversation({ findings: [finding({ snippets: [made.MISSING], openSnippets: [5], suggestion: null })] })),
  "flag closed": () => panel(conversation({ flags: [MANAGER] })),
  "flag answered": () => panel(conversation({ flags: [{ ...MANAGER, answer: "agreed" }] })),
  crisis: () => panel({ ...ready(), flags: [made.crisis(made.PROTOCOL)] }, HANDS),
  "crisis, lead asked": () =>
    panel({ ...ready(), flags: [made.crisis(made.PROTOCOL)] }, { ...HANDS, handovers: [made.handover("offered", { to: { kind: "lead", name: "support" } })] }),
  "crisis, no protocol": () => panel({ ...ready(), flags: [made.crisis(null)] }, HANDS),
  "thirty flags": () => panel(conversation({ flags: thirty })),
  language: () =>
    panel(
      conversation({
        language: { type: "language_noticed", conversation_id: "c", turn_id: "t1", language: "Polish", off: ["drafts and mood are off", "search is by keyword"] },
        findings: [finding({ suggestion: null, fit: "might_help" })],
      }),
    ),
  image: () => panel(conversation({}, { turns: [turn("t1", "", { attachments: ["hatch.png"] })] })),
  "draft reported": () => panel(conversation({ reported: reported("draft s1") })),
  "owner answered": () => panel(ready(), { answers: [answered("fixed", "r1")] }),
  "owner kept it": () => panel(ready(), { answers: [answered("kept", "r1")] }),
  "half typed": () => panel(ready(), replyBox("reply", true)),
  "note mode": () => panel(ready(), replyBox("note", false)),
  "no reply box": () => panel(ready(), { view: { kind: "conversation", conversation: made.page(), replyBox: null } }),
  "reply page": () => panel(ready(), { view: { kind: "reply_page", conversation_id: made.page().conversation_id, replyBox: { kind: "reply", typed: false } } }),
  notice: () => panel(ready(), { notice: { text: "This page shows another conversation now. Nothing was inserted.", tone: "bad" } }),
  problem: () =>
    panel(ready(), { problems: [{ type: "problem_reported", code: "malformed_message", who: "developer", message: "The message is not what the protocol describes; it was ignored.", expected: "one of the messages", received: "a wave" }] }),
  refused: () => panel(ready(), { held: made.REFUSED }),
  "fine to share?": () => panel(ready(), { held: made.WARNED }),
  elsewhere: () => withElsewhere(panel(ready())),
  "elsewhere, page gone": () => withElsewhere(panel(ready()), { tab: null, address: null, closed: false }),
  "own record": () => panel(ready(), { ownRecord: OWN }),
  "300 turns": () => panel(conversation({}, { turns: threeHundred })),
  "long words": () => inWords(LONG_WORD),
  "right to left": () => inWords(ARABIC),
  emoji: () => inWords(EMOJI),
  hostile: () => inWords(HOSTILE),
  "own macro": () =>
    panel(conversation({ findings: [finding({ snippets: [made.OWN_MACRO, snippet(2)], openSnippets: [1] })] })),
  "one snippet": () => panel(conversation({ findings: [finding({ snippets: [snippet(1)] })] })),
  "catch up": () => panel(made.ledByOthers(4)),
  "catch up after our last word": () => panel(made.ledByOthers(3, { findings: [finding({ suggestion: null })] })),
  "catch up awaited": () => panel(made.ledByOthers(3, { story: null, findings: [], shown: -1 })),
  "what happened so far": () => panel(made.ledByOthers(4, { arrived: false })),
  "a fact is missing": () => panel(conversation({ routine: made.toActOn(null) })),
  "a fact is missing, somebody in danger": () =>
    panel(conversation({ routine: made.toActOn(null), flags: [flag("vulnerability", "urgent", "he is at the door")] })),
  "no fact is missing": () => panel(conversation({ routine: made.toActOn("FB-20418") })),
  "hand over": () => panel(conversation({ handover: made.form() }), HANDS),
  "hand over, chosen": () => panel(conversation({ handover: made.form({ to: { kind: "person", name: "ben" } }) }), { ...HANDS, ...replyBox("reply", false) }),
  "hand over, to an expert": () =>
    panel(conversation({ handover: made.form({ experts: made.EXPERTS, to: { kind: "expert", name: "eva" } }) }), { ...HANDS, ...replyBox("reply", false) }),
  "hand over, no expert": () => panel(conversation({ handover: made.form({ noExpert: "none is online now" }) }), HANDS),
  "handed over to an expert": () => panel(ready(), { ...HANDS, handovers: [made.withExpert("offered")] }),
  "handed over to the next expert": () =>
    panel(ready(), { ...HANDS, handovers: [made.withExpert("offered", { to: { kind: "expert", name: "finn" }, asked_before: 1, customer_words: made.EXPERTS[1]?.words ?? null })] }),
  "expert helps": () => panel(ready(), { ...HANDS, handovers: [made.withExpert("accepted")] }),
  "expert answered": () =>
    panel(ready(), { ...HANDS, handovers: [made.withExpert("accepted", { reply: "Press the hatch down, then run a bead of resin along the seal." })] }),
  "expert's answer inserted": () =>
    panel(ready(), { ...HANDS, notice: { text: "Inserted in the reply.", tone: "good" }, handovers: [made.withExpert("accepted", { reply: "Press the hatch down, then run a bead of resin along the seal." })] }),
  "no expert took it": () => panel(ready(), { ...HANDS, handovers: [made.withExpert("timed_out", { to: { kind: "expert", name: "an expert" } })] }),
  "handed over": () => panel(ready(), { ...HANDS, handovers: [made.handover("offered")] }),
  "handover offered": () => panel(ready(), { ...HANDS, handovers: [{ ...made.handover("offered", { sender: "cleo" }), offered: true }] }),
  "handover taken": () => panel(ready(), { ...HANDS, handovers: [made.handover("accepted")] }),
  "handover held": () => panel(ready(), { ...HANDS, handovers: [made.handover("accepted", { sender: "cleo", holder: "ana" })] }),
  "handover to fill in": () => panel(ready(), { ...HANDS, ...owned(""), handovers: [made.handover("accepted", { sender: "cleo", holder: "ana" })] }),
  "handover assigned": () => panel(ready(), { ...HANDS, ...owned("ana"), handovers: [made.handover("accepted", { sender: "cleo", holder: "ana" })] }),
  "handover to another team": () =>
    panel(ready(), { ...HANDS, ...owned("ana"), handovers: [made.handover("accepted", { sender: "cleo", holder: "ana", to: { kind: "team", name: "Workshop" }, move_to: "Workshop" })] }),
  "handover timed out": () => panel(ready(), { ...HANDS, handovers: [made.handover("timed_out")] }),
  human: () => panel(led()),
  "human, draft open": () => panel(led({}, { folded: false })),
  "human, awaited": () => panel(led({}, { suggestion: null })),
  "human, streaming": () => panel(led({}, { suggestion: suggestion({ status: "streaming", pieces: streamingPieces, text: "", facts: [] }) })),
  "human, nothing found": () => panel(led({ findings: [{ ...nothing, disposition: "human", folded: true }] })),
  "human, nothing searched": () => panel(led({ findings: [], shown: -1 })),
  "human, chosen": () => panel(led({ flags: [] })),
  "human, not sure": () => panel(led({ flags: [{ ...FURIOUS, flag: { ...FURIOUS.flag, shown: false } }] })),
  "human, dot silenced": () => panel(led({ flags: [{ flag: { ...FURIOUS.flag, shown: false }, answer: "not_now", byChoice: false }] })),
  "human, facts inserted": () => panel(led({}, { factsUsed: [made.FACTS[0]?.text ?? ""] })),
  "human, no reply box": () => panel(led(), { view: { kind: "conversation", conversation: made.page(), replyBox: null } }),
  "human, might help": () => panel(led({}, { fit: "might_help" })),
  "human, might help, not drafted": () => panel(led({}, { fit: "might_help", suggestion: null, offered: "s1" })),
  "flag silenced": () => panel(led({ flags: [{ ...FURIOUS, answer: "not_now" }] })),
  busiest,
  "busiest, human": busiestLed,
};
