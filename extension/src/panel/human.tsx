/** Where a person should lead: what the customer is going through first, advice, facts; the draft is folded under it. */
import { goingThrough, isOvertaken, isUndrafted, type ConversationState, type Fact, type Finding, type SuggestionView } from "../state.ts";
import type { ReplyBox } from "../page.ts";
import type { Acts } from "./acts.ts";
import { Fold } from "./fold.tsx";
import { reasonWords } from "./reasons.ts";

const UNSURE = "This may be more than routine: read it first. The flags above say why.";
const YOURS = "You lead here: one sentence of your own first, then what helps.";

interface Props {
  conversation: ConversationState;
  finding: Finding | null;
  connected: boolean;
  replyBox: ReplyBox | null;
  acts: Acts;
}

/** It has the place and the height of the suggestion, so that neither moves what is under it. */
export function HumanFirst({ conversation, finding, connected, replyBox, acts }: Props) {
  const { quote, mood, reasons, advice, unsure } = goingThrough(conversation);
  const suggestion = finding?.suggestion ?? null;
  const drafted = suggestion !== null && suggestion.pieces.length > 0;
  return (
    <section class="card human" data-suggestion={suggestion?.id} data-in-use aria-label="First the person">
      <header>
        <h2>First the person</h2>
        <button type="button" class="button quiet small push" onClick={() => acts.treatAs("routine")}>
          Treat as routine
        </button>
      </header>
      <div class="words" data-scroll={`human ${finding?.turnId ?? ""}`} tabIndex={0} role="group" aria-label="What the customer is going through">
        {quote && <blockquote dir="auto" tabIndex={0}>“{quote}”</blockquote>}
        <p class="reasons">{[mood, ...reasons.map(reasonWords)].filter(Boolean).join(" · ")}</p>
        <p class="advice">{advice ?? (unsure ? UNSURE : YOURS)}</p>
        <Facts finding={finding} replyBox={replyBox} acts={acts} />
      </div>
      <footer>
        {finding && (drafted || isUndrafted(finding)) ? (
          <Fold finding={finding} connected={connected} acts={acts} />
        ) : (
          <span class="quiet-line">{waits(suggestion, finding, isOvertaken(conversation))}</span>
        )}
      </footer>
    </section>
  );
}

function waits(suggestion: SuggestionView | null, finding: Finding | null, overtaken: boolean): string {
  if (suggestion?.status === "streaming") return "A draft is being written…";
  if (suggestion?.failure) return "No draft: see the snippets.";
  return finding?.fit === "answers" && !overtaken ? "A draft comes here, folded." : "No draft.";
}

function Facts({ finding, replyBox, acts }: Pick<Props, "finding" | "replyBox" | "acts">) {
  const suggestion = finding?.suggestion;
  if (!finding || !suggestion?.facts.length) return null;
  return (
    <ul class="facts" aria-label="Facts">
      {suggestion.facts.map((fact, place) => (
        <FactLine
          key={`${suggestion.id} ${place}`}
          fact={fact}
          place={place}
          used={finding.factsUsed.includes(fact.text)}
          replyBox={replyBox}
          suggestion={suggestion}
          acts={acts}
        />
      ))}
    </ul>
  );
}

interface FactProps {
  fact: Fact;
  place: number;
  used: boolean;
  replyBox: ReplyBox | null;
  suggestion: SuggestionView;
  acts: Acts;
}

/** `data-fact`: what the insert key puts in while this line has the focus. */
function FactLine({ fact, place, used, replyBox, suggestion, acts }: FactProps) {
  return (
    <li class="fact" data-fact={place}>
      <span class="says" dir="auto">
        {fact.text}
        {fact.numbers.map((number) => (
          <button key={number} type="button" class="cite" onClick={() => acts.openCitation(number)} aria-label={`Show snippet ${number}`}>
            {number}
          </button>
        ))}
      </span>
      <button
        type="button"
        class="button small"
        data-used={used}
        onClick={() => (replyBox ? acts.insertFact(suggestion, fact) : acts.copyFact(suggestion, fact))}
      >
        {replyBox ? (used ? "Inserted" : "Insert fact") : used ? "Copied" : "Copy fact"}
      </button>
    </li>
  );
}
