/** The customer's newest messages, where the agent flags by hand what the rules did not. */
import { customerTurns, type ConversationState } from "../state.ts";
import type { Reason, TurnPart } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";
import { BY_HAND } from "./reasons.ts";

const NEWEST = 3;
const REASONS = Object.entries(BY_HAND) as [Reason, string][];

export function Messages({ conversation, acts }: { conversation: ConversationState; acts: Acts }) {
  const turns = customerTurns(conversation);
  if (!turns.length) return null;
  const raised = (turn: TurnPart): Set<string> =>
    new Set(conversation.flags.filter(({ flag }) => flag.evidence.turn_id === turn.id).map(({ flag }) => flag.reason));
  return (
    <Disclosure class="messages" name={`${conversation.id} messages`} label={`Customer’s messages (${turns.length})`}>
      <ol>
        {turns.slice(0, NEWEST).map((turn) => (
          <Message key={turn.id} name={`${conversation.id} ${turn.id}`} turn={turn} raised={raised(turn)} acts={acts} />
        ))}
      </ol>
    </Disclosure>
  );
}

interface MessageProps {
  name: string;
  turn: TurnPart;
  raised: Set<string>;
  acts: Acts;
}

function Message({ name, turn, raised, acts }: MessageProps) {
  return (
    <li class="card message" data-turn={turn.id}>
      <blockquote dir="auto" tabIndex={0}>
        {turn.text || "(no text)"}
      </blockquote>
      <Disclosure class="flag-menu" name={`${name} flag`} label="Flag this">
        <div class="options" role="group" aria-label="Why a person should look">
          {REASONS.map(([reason, words]) => (
            <button
              key={reason}
              type="button"
              class="option"
              disabled={raised.has(reason)}
              onClick={() => acts.raiseFlag(turn.id, reason)}
            >
              {words}
              {raised.has(reason) && ": flagged"}
            </button>
          ))}
        </div>
      </Disclosure>
    </li>
  );
}
