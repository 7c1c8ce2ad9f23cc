/** What is shown for a turn or question: how well it fits, the suggestion, the snippets; and the way to the others. */
import { useEffect, useState } from "preact/hooks";
import {
  dispositionShown,
  isOvertaken, pendingFinding,
  reportedKey,
  shownFinding,
  type Changes,
  type ConversationState,
  type Finding as Found,
  type Fit,
  type Problem,
  type Reported,
} from "../state.ts";
import type { DraftForm } from "../host.ts";
import type { ReplyBox } from "../page.ts";
import type { Acts } from "./acts.ts";
import { Fold } from "./fold.tsx";
import { Holding } from "./holding.tsx";
import { HumanFirst } from "./human.tsx";
import { Nothing } from "./nothing.tsx";
import { useTitle } from "./shortcuts.tsx";
import { Snippets } from "./snippets.tsx";
import { Suggestion } from "./suggestion.tsx";

const FIT: Record<NonNullable<Fit>, string> = { answers: "✓ Answers this", might_help: "? Might help: check" };

interface Props {
  conversation: ConversationState;
  connected: boolean;
  replyBox: ReplyBox | null;
  /** How the agent wants drafts; null where the server knows one form only. */
  form: DraftForm | null;
  changes: Changes;
  /** A reply that only says by when the customer hears may be opened. */
  holds: boolean;
  acts: Acts;
  now: Date;
}

export function Finding(props: Props) {
  const { conversation, acts } = props;
  const finding = shownFinding(conversation);
  const human = dispositionShown(conversation) === "human";
  return (
    <>
      <Heading conversation={conversation} finding={finding} acts={acts} />
      {human && <HumanFirst {...props} finding={finding} />}
      {finding ? (
        <Parts {...props} finding={finding} />
      ) : human ? null : (
        <p class="empty" data-state="quiet">
          Nothing to suggest yet. Ask below, or wait for the customer’s next message.
        </p>
      )}
    </>
  );
}

/** Always one line, so that what comes into it moves nothing. */
function Heading({ conversation, finding, acts }: { conversation: ConversationState; finding: Found | null; acts: Acts }) {
  const { findings, shown, asking } = conversation;
  const pending = pendingFinding(conversation) !== null;
  const title = useTitle("next");
  return (
    <header class="heading" data-state={pending ? "pending" : asking === null ? "shown" : "asking"}>
      {pending ? (
        <button type="button" class="pending" title={title} onClick={acts.update}>
          New message: update suggestion
        </button>
      ) : asking !== null ? (
        <Looking key={asking} asking={asking} />
      ) : (
        <About finding={finding} />
      )}
      {findings.length > 1 && (
        <span class="places">
          <button type="button" class="button tiny quiet" aria-label="Suggestion before" disabled={shown <= 0} onClick={() => acts.step(-1)}>
            ‹
          </button>
          <span data-place>
            {shown + 1} of {findings.length}
          </span>
          <button
            type="button"
            class="button tiny quiet"
            aria-label="Suggestion after"
            disabled={shown >= findings.length - 1}
            onClick={() => acts.step(1)}
          >
            ›
          </button>
        </span>
      )}
    </header>
  );
}

const SLOW_MS = 5_000;

/** Says after a while that it knows how long this takes. */
function Looking({ asking }: { asking: string }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <span class="about" data-slow={slow}>
      {slow ? "Slow just now, still looking for " : "Looking for "}
      <bdi>{asking ? `“${asking}”` : "another suggestion"}</bdi>…
    </span>
  );
}

function About({ finding }: { finding: Found | null }) {
  const fit = finding?.fit && (
    <span class="fit" data-fit={finding.fit}>
      {FIT[finding.fit]}
    </span>
  );
  const { question, hint } = finding ?? { question: null, hint: null };
  if (!question && !hint) return fit || <span />;
  return (
    <>
      {fit}
      <span class="about" title={[question, hint].filter(Boolean).join(" · ")}>
        {about(question, finding)} “<bdi>{question ?? hint}</bdi>”
      </span>
    </>
  );
}

function about(question: string | null, finding: Found | null): string {
  if (!question) return "Also searched for";
  return finding?.nothing ? "Asked:" : "Found for";
}

function Parts({ finding, conversation, connected, replyBox, form, changes, holds, acts, now }: Props & { finding: Found }) {
  const reported = (thing: Reported): Problem | null => {
    const key = reportedKey(conversation, thing);
    return key === null ? null : (conversation.reported[key] ?? null);
  };
  const overtaken = isOvertaken(conversation);
  const earlier = overtaken && !pendingFinding(conversation);
  const { suggestion, fit, folded } = finding;
  const human = finding.disposition === "human";
  const name = `${conversation.id} ${finding.turnId} ${finding.question}`;
  const wanted = suggestion ? suggestion.outcome !== "dismissed" : fit === "answers" || finding.offered !== null;
  const draft = wanted && <Suggestion {...{ finding, overtaken, earlier, connected, replyBox, form, changes, acts }} language={conversation.language?.language ?? null} reported={reported({ about: "draft" })} />;
  const snippets = <Snippets key={name} {...{ name, finding, reported, acts, now }} />;
  const nothing = finding.nothing && <Nothing nothing={finding.nothing} told={reported({ about: "gap" }) !== null} acts={acts} />;
  const holding = holds && <Holding {...{ conversation, connected, replyBox, acts }} turnId={finding.turnId} />;
  if (human) {
    return (
      <>
        {(suggestion || finding.offered !== null) && !folded && draft}
        {nothing ?? snippets}
        {holding}
      </>
    );
  }
  if (nothing) {
    return (
      <>
        {nothing}
        {holding}
        {draft}
      </>
    );
  }
  if (fit !== "might_help") {
    return (
      <>
        {draft}
        {snippets}
      </>
    );
  }
  return (
    <>
      {snippets}
      <div class="folded">
        {draft && <Fold finding={finding} connected={connected} acts={acts} />}
        {!folded && draft}
      </div>
    </>
  );
}
