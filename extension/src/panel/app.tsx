/** The panel: everything it shows, from its state. Customer text is rendered as text nodes only. */
import { conversationInView, shownFinding, type PanelState } from "../state.ts";
import { Ask } from "./ask.tsx";
import { Flags } from "./flags.tsx";
import { Lines } from "./lines.tsx";
import { Snippets } from "./snippets.tsx";
import { Suggestion } from "./suggestion.tsx";
import type { Acts } from "./acts.ts";

const CONNECTION = {
  unconfigured: "Not set up",
  connecting: "Connecting…",
  connected: "Live",
  reconnecting: "Reconnecting…",
  refused: "Not let in",
} as const;

export function App({ state, acts, now }: { state: PanelState; acts: Acts; now: Date }) {
  const conversation = conversationInView(state);
  const { view } = state;
  const subject = conversation?.page.subject ?? "";
  return (
    <div class="panel" data-connection={state.connection} data-view={view.kind} data-conversation={conversation?.id}>
      <header class="bar">
        <h1>Sotto</h1>
        <span class="subject" title={subject}>
          {subject}
        </span>
        <span class="connection" data-state={state.connection} title={state.person?.name}>
          {CONNECTION[state.connection]}
        </span>
      </header>
      <Announcements state={state} />
      <main data-scroll="main">
        <Lines state={state} acts={acts} />
        {conversation ? (
          <>
            <Flags flags={conversation.flags} acts={acts} />
            <Suggestion conversation={conversation} acts={acts} connected={state.connection === "connected"} />
            <Snippets conversation={conversation} acts={acts} now={now} />
          </>
        ) : (
          <Elsewhere state={state} acts={acts} />
        )}
      </main>
      {conversation && <Ask conversation={conversation} acts={acts} connected={state.connection === "connected"} />}
    </div>
  );
}

/** What a screen reader says: that something is there, not every streamed word. */
function Announcements({ state }: { state: PanelState }) {
  const conversation = conversationInView(state);
  const finding = conversation && shownFinding(conversation);
  const urgent = conversation?.flags.find((view) => view.answer === null)?.flag;
  const parts = [
    state.connection === "reconnecting" ? "Disconnected, reconnecting." : "",
    urgent ? `Flag: ${urgent.advice}` : "",
    finding?.suggestion?.status === "ready" ? "A suggested reply is ready." : "",
    finding?.nothing ? "Nothing found in the knowledge." : "",
  ];
  return (
    <p class="unseen" role="status" aria-live="polite">
      {parts.filter(Boolean).join(" ")}
    </p>
  );
}

function Elsewhere({ state, acts }: { state: PanelState; acts: Acts }) {
  if (state.view.kind === "no_conversation") {
    return (
      <section class="empty" data-state="no_conversation">
        <h2>No conversation open</h2>
        <p>Open one in your helpdesk and Sotto reads along.</p>
      </section>
    );
  }
  if (state.view.kind === "unknown_page") {
    return (
      <section class="empty" data-state="unknown_page">
        <h2>Sotto doesn’t know this page</h2>
        <p>Select the customer’s words on the page, then ask about them.</p>
        <div class="row">
          <button type="button" class="button primary" onClick={acts.askSelection}>
            Ask about selection
          </button>
        </div>
      </section>
    );
  }
  if (state.view.kind === "reply_page") {
    return (
      <section class="empty" data-state="reply_page">
        <h2>Open the ticket first</h2>
        <p>Sotto reads the conversation there, and keeps it while you write your reply here.</p>
      </section>
    );
  }
  return (
    <section class="empty" data-state="out_of_reach">
      <h2>Nothing to read here</h2>
      <p>Sotto only reads the helpdesk pages that your admin named.</p>
      {acts.openOptions && (
        <div class="row">
          <button type="button" class="button" onClick={acts.openOptions}>
            Open settings
          </button>
        </div>
      )}
    </section>
  );
}
