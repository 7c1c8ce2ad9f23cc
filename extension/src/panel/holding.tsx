/** What nothing answers may still be told: what happens next and by when. One closed line that only the agent opens. */
import type { ReplyBox } from "../page.ts";
import type { ConversationState } from "../state.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";

interface Props {
  conversation: ConversationState;
  turnId: string;
  connected: boolean;
  replyBox: ReplyBox | null;
  acts: Acts;
}

export function Holding({ conversation, turnId, connected, replyBox, acts }: Props) {
  const told = conversation.holding?.turn_id === turnId ? conversation.holding : null;
  const text = told?.text ?? null;
  const box = replyBox?.kind === "reply";
  return (
    <Disclosure class="holding" name={`${conversation.id} ${turnId} holding`} label="Holding reply" onOpen={() => acts.askHolding(turnId)}>
      <div class="card to-hold" data-state={text !== null ? "ready" : told ? "none" : "awaited"}>
        <p class={text === null ? "words soft" : "words"} dir="auto" tabIndex={0}>
          {text ?? told?.why ?? (connected ? "Writing…" : "Not connected: close and open this line once you are.")}
        </p>
        <div class="row">
          <button type="button" class="button small" disabled={text === null || !box} onClick={() => text !== null && acts.insertWords(text)}>
            {box ? "Insert in reply" : "No reply box is open"}
          </button>
        </div>
      </div>
    </Disclosure>
  );
}
