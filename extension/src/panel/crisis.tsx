/** Somebody may be in danger: their words, a lead, and the team's own protocol; nothing else is on the screen. */
import { crisisOf, handedOver, receiverWords, type ConversationState, type HandoverView, type PanelState } from "../state.ts";
import type { FlagPart, ProtocolPart } from "../wire.ts";
import type { Acts } from "./acts.ts";

export function Crisis({ state, conversation, acts }: { state: PanelState; conversation: ConversationState; acts: Acts }) {
  const flag = crisisOf(conversation);
  if (!flag) return null;
  return (
    <section class="crisis" aria-label="Somebody may be in danger">
      <div class="card first">
        <h2>Somebody may be in danger</h2>
        <blockquote dir="auto" tabIndex={0}>
          “{flag.evidence.quote}”
        </blockquote>
        {state.features.includes("handovers") && (
          <Lead handover={handedOver(state, conversation.id)} asked={conversation.leadAsked} flag={flag} acts={acts} />
        )}
      </div>
      <Followed protocol={flag.protocol ?? null} />
      <button type="button" class="button small quiet" onClick={() => acts.answerFlag(flag, "disagreed")}>
        This is no crisis
      </button>
    </section>
  );
}

interface LeadProps {
  handover: HandoverView | null;
  asked: boolean;
  flag: FlagPart;
  acts: Acts;
}

function Lead({ handover, asked, flag, acts }: LeadProps) {
  const said = handover ? became(handover) : asked ? "Asking for a lead…" : "";
  return (
    <>
      <button type="button" class="button primary" disabled={said !== ""} onClick={() => acts.getLead(flag)}>
        Get a lead now
      </button>
      <p class="soft became" role="status">
        {said}
      </p>
    </>
  );
}

const became = ({ handover: { state, to, holder } }: HandoverView): string =>
  state === "accepted" ? `${holder ?? "A lead"} has taken it.` : state === "offered" ? `Offered: ${receiverWords(to)}.` : "";

function Followed({ protocol }: { protocol: ProtocolPart | null }) {
  if (!protocol) {
    return <p class="card protocol">Your team has no protocol in Sotto. Get a lead, and have your admin add one.</p>;
  }
  return (
    <article class="card protocol" aria-label="Protocol">
      <h3>{protocol.title}</h3>
      <div class="text" dir="auto">
        {protocol.text}
      </div>
      <p class="soft">{protocol.owner} answers for this protocol.</p>
    </article>
  );
}
