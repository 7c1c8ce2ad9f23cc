/** What is needed to act on a routine wish: one closed line with a count; last of all, so that its coming moves nothing. */
import type { ConversationState, FlagView } from "../state.ts";
import type { FactPart, IntentRead } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";

/** Where somebody may come to harm nothing is collected. */
const isCrisis = ({ flag }: FlagView): boolean => flag.reason === "vulnerability" && flag.severity === "urgent";

export function Routine({ conversation, acts }: { conversation: ConversationState; acts: Acts }) {
  const { routine, id, flags } = conversation;
  if (!routine?.facts.length || flags.some(isCrisis)) return null;
  return (
    <Disclosure class="routine" name={`${id} routine`} label={<>To act on this: {counted(routine.facts)}</>}>
      <div class="card needed" data-intent={routine.intent}>
        <dl>
          {routine.facts.map((fact) => (
            <Fact key={fact.name} fact={fact} />
          ))}
        </dl>
        <Question routine={routine} acts={acts} />
      </div>
    </Disclosure>
  );
}

function counted(facts: FactPart[]): string {
  const missing = facts.filter(({ known }) => !known).length;
  return missing ? `${missing} of ${facts.length} missing` : "nothing missing";
}

function Fact({ fact }: { fact: FactPart }) {
  const told = fact.given ? <bdi>{fact.given.quote}</bdi> : fact.known ? "in the helpdesk" : "missing";
  return (
    <div class="section" data-fact={fact.name} data-known={fact.known}>
      <dt>{fact.label}</dt>
      <dd>{told}</dd>
    </div>
  );
}

function Question({ routine: { question }, acts }: { routine: IntentRead; acts: Acts }) {
  if (!question) return null;
  return (
    <div class="row next-question">
      <q dir="auto">{question}</q>
      <button type="button" class="button small" onClick={() => acts.insertWords(question)}>
        Insert question
      </button>
    </div>
  );
}
