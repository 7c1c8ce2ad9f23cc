/** The agent's own question. What is typed belongs to its conversation. */
import type { ConversationState } from "../state.ts";
import type { Acts } from "./acts.ts";
import { useTitle } from "./shortcuts.tsx";

export function Ask({ conversation, acts, connected }: { conversation: ConversationState; acts: Acts; connected: boolean }) {
  const { question } = conversation;
  const ready = connected && conversation.asking === null && question.trim() !== "";
  const send = (): void => {
    if (ready) acts.ask(question.trim());
  };
  return (
    <form
      class="ask"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        data-ask
        rows={1}
        maxLength={2000}
        dir="auto"
        aria-label="Ask the knowledge"
        title={useTitle("ask")}
        placeholder="Ask the knowledge…"
        value={question}
        onInput={(event) => acts.type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="button" disabled={!ready}>
        Ask
      </button>
    </form>
  );
}
