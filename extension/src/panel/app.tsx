/** The panel: everything it shows, from its state. Customer text is rendered as text nodes only. */
import {
  awaitsCustomer,
  changesOf,
  conversationInView,
  crisisOf,
  mayHold,
  offerOf,
  pendingFinding,
  replyBoxInView,
  shownFinding,
  sumsUp,
  takesForms,
  type PanelState,
} from "../state.ts";
import type { Acts } from "./acts.ts";
import { Ask } from "./ask.tsx";
import { Crisis } from "./crisis.tsx";
import { Dock } from "./dock.tsx";
import { Empty } from "./empty.tsx";
import { Finding } from "./finding.tsx";
import { Handover } from "./handover.tsx";
import { Held } from "./held.tsx";
import { Messages } from "./messages.tsx";
import { reasonWords } from "./reasons.ts";
import { Routine } from "./routine.tsx";
import { Bar, Status } from "./status.tsx";
import { CatchUp, Story } from "./story.tsx";
import { Trust } from "./trust.tsx";

export function App({ state, acts, now }: { state: PanelState; acts: Acts; now: Date }) {
  const conversation = conversationInView(state);
  const connected = state.connection === "connected";
  const crisis = conversation !== null && crisisOf(conversation) !== null;
  return (
    <div class="panel" data-connection={state.connection} data-view={state.view.kind} data-conversation={conversation?.id}>
      <header class="top">
        <Bar conversation={conversation}>
          <Trust state={state} acts={acts} />
        </Bar>
        <Status state={state} conversation={conversation} acts={acts} />
      </header>
      <Announcements state={state} />
      <main key={conversation?.id} data-scroll="main">
        {conversation && crisis ? (
          <Crisis {...{ state, conversation, acts }} />
        ) : conversation ? (
          <>
            <CatchUp {...{ conversation, acts }} sums={sumsUp(state)} alone={awaitsCustomer(conversation)} />
            {!awaitsCustomer(conversation) && (
              <Finding {...{ conversation, connected, acts, now }} changes={changesOf(state)} holds={mayHold(state, conversation)} form={takesForms(state) ? state.form : null} replyBox={replyBoxInView(state)} />
            )}
            <Messages conversation={conversation} acts={acts} />
            <Story {...{ conversation, acts }} sums={sumsUp(state)} />
            {state.features.includes("handovers") && (
              <Handover {...{ conversation, connected, acts }} standing={offerOf(state, conversation.id)} replyBox={replyBoxInView(state)} />
            )}
            <Routine conversation={conversation} acts={acts} />
          </>
        ) : (
          <Empty state={state} acts={acts} />
        )}
      </main>
      {state.held && state.held.conversationId === conversation?.id && <Held held={state.held} acts={acts} />}
      <Dock state={state} acts={acts} now={now} />
      {conversation && !crisis && <Ask conversation={conversation} acts={acts} connected={connected} />}
    </div>
  );
}

/** What a screen reader says: that something is there, not every streamed word. */
function Announcements({ state }: { state: PanelState }) {
  const conversation = conversationInView(state);
  const finding = conversation && shownFinding(conversation);
  const urgent = conversation?.flags.find((view) => view.answer === null && view.flag.shown !== false)?.flag;
  const heard = finding?.suggestion?.status === "ready" && !finding.folded;
  const parts = [
    state.connection === "reconnecting" ? "Disconnected, reconnecting." : "",
    urgent ? `Flag: ${reasonWords(urgent.reason)}.` : "",
    heard ? "A suggested reply is ready." : "",
    finding?.nothing ? "Nothing in the knowledge answers this." : "",
    conversation && pendingFinding(conversation) ? "New message: a newer suggestion waits." : "",
    state.held && state.held.conversationId === conversation?.id ? "Held back by the leak check." : "",
    state.notice?.text ?? "",
  ];
  return (
    <p class="unseen" role="status" aria-live="polite">
      {parts.filter(Boolean).join(" ")}
    </p>
  );
}
