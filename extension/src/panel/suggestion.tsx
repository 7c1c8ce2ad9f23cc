/** The suggested reply as it streams in, with its citations; or that there is none, and why. */
import { pendingFinding, shownFinding, type ConversationState, type Finding, type SuggestionView } from "../state.ts";
import type { Acts } from "./acts.ts";

interface Props {
  conversation: ConversationState;
  acts: Acts;
  connected: boolean;
}

const DONE: Record<string, string> = {
  inserted: "Inserted into your reply.",
  edited: "Inserted into your reply.",
  copied: "Copied.",
};

export function Suggestion({ conversation, acts, connected }: Props) {
  const { asking } = conversation;
  const finding = shownFinding(conversation);
  const suggestion = finding?.suggestion;
  return (
    <>
      {asking !== null && (
        <p class="line wait" data-state="asking" role="status">
          Looking for: {asking || "another suggestion"}
        </p>
      )}
      <Pending conversation={conversation} acts={acts} />
      {finding?.nothing && <Nothing finding={finding} nothing={finding.nothing} />}
      {finding && suggestion && suggestion.outcome !== "dismissed" && (
        <Draft key={suggestion.id} {...{ suggestion, finding, conversation, acts }} />
      )}
      {!finding && connected && (
        <p class="empty" data-state="quiet">
          Nothing to suggest yet. Ask below, or wait for the customer’s next message.
        </p>
      )}
    </>
  );
}

/** A newer suggestion waits for the agent's key; the last three stay within reach. */
function Pending({ conversation, acts }: { conversation: ConversationState; acts: Acts }) {
  const { findings, shown } = conversation;
  const pending = pendingFinding(conversation);
  if (findings.length < 2) return null;
  return (
    <div class="line" data-state={pending ? "pending" : "several"}>
      {pending && (
        <button type="button" class="button small" onClick={acts.update}>
          New message: update suggestion
        </button>
      )}
      <button
        type="button"
        class="button small quiet"
        aria-label="Suggestion before"
        disabled={shown <= 0}
        onClick={() => acts.step(-1)}
      >
        ‹
      </button>
      <span data-place>
        {shown + 1} of {findings.length}
      </span>
      <button
        type="button"
        class="button small quiet"
        aria-label="Suggestion after"
        disabled={shown >= findings.length - 1}
        onClick={() => acts.step(1)}
      >
        ›
      </button>
    </div>
  );
}

function Nothing({ finding, nothing }: { finding: Finding; nothing: NonNullable<Finding["nothing"]> }) {
  return (
    <section class="card nothing" data-state="nothing_found">
      <h2>Nothing found{finding.question ? ` for “${finding.question}”` : ""}</h2>
      <p>
        The knowledge has no good answer, so none is guessed.{" "}
        {nothing.nearest && (
          <>
            Closest: <strong>{nothing.nearest}</strong>
          </>
        )}
      </p>
    </section>
  );
}

const sourceName = (source: string): string => (source === "extractive" ? "from your knowledge" : source);

interface DraftProps {
  suggestion: SuggestionView;
  finding: Finding;
  conversation: ConversationState;
  acts: Acts;
}

function Draft({ suggestion, finding, conversation, acts }: DraftProps) {
  const streaming = suggestion.status === "streaming";
  const earlier = finding !== conversation.findings.at(-1);
  const title = earlier ? "Earlier suggestion" : finding.question ? "Answer to your question" : "Suggested reply";
  const empty = suggestion.status === "failed" && !suggestion.pieces.length;
  return (
    <section
      class="card suggestion"
      data-state={suggestion.status}
      data-suggestion={suggestion.id}
      data-outcome={suggestion.outcome}
      data-earlier={earlier}
      data-in-use
      aria-label={title}
      aria-busy={streaming}
    >
      <header>
        <h2>{empty ? "No suggested reply" : title}</h2>
        <span class="source">{empty ? "" : streaming ? "writing…" : sourceName(suggestion.source)}</span>
      </header>
      <p class="draft" data-scroll={`draft ${suggestion.id}`} hidden={empty}>
        {suggestion.pieces.map((piece, place) =>
          piece.kind === "text" ? (
            piece.text
          ) : (
            <Citation key={place} number={piece.number} open={() => acts.openCitation(piece.number)} />
          ),
        )}
        {streaming && <span class="caret" aria-hidden="true" />}
      </p>
      {suggestion.status === "superseded" && <p class="why">The customer wrote again: a newer reply is coming.</p>}
      {suggestion.failure && (
        <p class="why" role="alert">
          {suggestion.failure}
        </p>
      )}
      {!empty && <Buttons {...{ suggestion, earlier, acts }} />}
    </section>
  );
}

function Citation({ number, open }: { number: number; open: () => void }) {
  return (
    <button type="button" class="cite" onClick={open} aria-label={`Show snippet ${number}`}>
      {number}
    </button>
  );
}

function Buttons({ suggestion, earlier, acts }: { suggestion: SuggestionView; earlier: boolean; acts: Acts }) {
  const ready = suggestion.status === "ready";
  const done = suggestion.outcome && DONE[suggestion.outcome];
  return (
    <footer>
      <button
        type="button"
        class={earlier ? "button" : "button primary"}
        disabled={!ready}
        onClick={() => acts.insert(suggestion)}
      >
        Insert
      </button>
      <button type="button" class="button" disabled={!ready} onClick={() => acts.copy(suggestion)}>
        Copy
      </button>
      {done ? (
        <span class="done push" data-done={suggestion.outcome}>
          {done}
        </span>
      ) : (
        <button type="button" class="button quiet push" onClick={() => acts.dismiss(suggestion)}>
          Dismiss
        </button>
      )}
    </footer>
  );
}
