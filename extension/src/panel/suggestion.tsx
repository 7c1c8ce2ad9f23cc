/** The suggested reply as it streams in, with its citations; or that there is none, and why. */
import { isEarlier, type ConversationState, type SuggestionView } from "../state.ts";
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
  const { suggestion, nothing, asking } = conversation;
  if (asking !== null) {
    return (
      <section class="card thinking" data-state="asking" aria-busy="true">
        Looking for: {asking || "another suggestion"}
      </section>
    );
  }
  return (
    <>
      {nothing && <Nothing nothing={nothing} />}
      {suggestion && suggestion.outcome !== "dismissed" && <Draft {...{ suggestion, conversation, acts }} />}
      {!suggestion && !nothing && connected && !conversation.snippets.length && (
        <p class="empty" data-state="quiet">
          Nothing to suggest yet. Ask below, or wait for the customer’s next message.
        </p>
      )}
    </>
  );
}

function Nothing({ nothing }: { nothing: NonNullable<ConversationState["nothing"]> }) {
  return (
    <section class="card nothing" data-state="nothing_found">
      <h2>Nothing found{nothing.question ? ` for “${nothing.question}”` : ""}</h2>
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

function Draft({ suggestion, conversation, acts }: Omit<Props, "connected"> & { suggestion: SuggestionView }) {
  const streaming = suggestion.status === "streaming";
  const earlier = isEarlier(suggestion, conversation);
  const title = earlier ? "Earlier suggestion" : suggestion.question ? "Answer to your question" : "Suggested reply";
  const empty = suggestion.status === "failed" && !suggestion.pieces.length;
  return (
    <section
      class="card suggestion"
      data-state={suggestion.status}
      data-suggestion={suggestion.id}
      data-outcome={suggestion.outcome}
      data-earlier={earlier}
      aria-label={title}
      aria-busy={streaming}
    >
      <header>
        <h2>{empty ? "No suggested reply" : title}</h2>
        <span class="source">{empty ? "" : streaming ? "writing…" : sourceName(suggestion.source)}</span>
      </header>
      <p class="draft" hidden={empty}>
        {suggestion.pieces.map((piece, place) =>
          piece.kind === "text" ? (
            piece.text
          ) : (
            !earlier && <Citation key={place} number={piece.number} open={() => acts.openCitation(piece.number)} />
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
