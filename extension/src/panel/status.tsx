/** The panel's top: whose conversation it is about, one flag, and whether the server is there. */
import type { ComponentChildren } from "preact";
import { crisisOf, dispositionShown, nameOf, type ConversationState, type Disposition, type PanelState } from "../state.ts";
import type { Acts } from "./acts.ts";
import { Flags } from "./flags.tsx";

const CONNECTION: Record<PanelState["connection"], string> = {
  unconfigured: "Not set up",
  connecting: "Connecting…",
  connected: "Live",
  reconnecting: "Reconnecting…",
  refused: "Not let in",
};

export function Bar({ conversation, children }: { conversation: ConversationState | null; children: ComponentChildren }) {
  if (!conversation) {
    return (
      <div class="bar">
        <h1>Sotto</h1>
        {children}
      </div>
    );
  }
  const { number, customer, subject } = nameOf(conversation);
  return (
    <div class="bar">
      <h1 title={[number, customer, subject].filter(Boolean).join(" · ")}>
        {customer && <bdi class="customer">{customer}</bdi>} {subject && <bdi class="subject">{subject}</bdi>}
        {!customer && !subject && (number ?? "Conversation")}
      </h1>
      {children}
    </div>
  );
}

const NAMES: Record<Disposition, string> = { routine: "Routine", human: "Human" };
const other = (disposition: Disposition): Disposition => (disposition === "human" ? "routine" : "human");

/** What the conversation is, and one click that makes it the other. */
function Disposed({ disposition, acts }: { disposition: Disposition; acts: Acts }) {
  const wanted = other(disposition);
  return (
    <button
      type="button"
      class="disposition"
      data-disposition={disposition}
      title={`Treat as ${wanted}`}
      aria-label={`${NAMES[disposition]}: treat as ${wanted}`}
      onClick={() => acts.treatAs(wanted)}
    >
      {NAMES[disposition]} <span aria-hidden="true">⇄</span>
    </button>
  );
}

export function Status({ state, conversation, acts }: { state: PanelState; conversation: ConversationState | null; acts: Acts }) {
  const crisis = conversation && crisisOf(conversation);
  const disposed = conversation && !crisis && state.features.includes("dispositions");
  return (
    <div class="status">
      {crisis ? (
        <span class="calm">No draft in a crisis</span>
      ) : conversation ? (
        <Flags key={conversation.id} name={conversation.id} flags={conversation.flags} acts={acts} />
      ) : (
        <span />
      )}
      {disposed && <Disposed disposition={dispositionShown(conversation)} acts={acts} />}
      <span class="connection" data-state={state.connection} title={state.person?.name}>
        {CONNECTION[state.connection]}
      </span>
    </div>
  );
}
