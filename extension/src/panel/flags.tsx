/** Escalation flags: why a person should look, in the customer's own words. */
import type { FlagView } from "../state.ts";
import type { FlagPart } from "../wire.ts";
import type { Acts } from "./acts.ts";

const REASON: Record<string, string> = {
  frustration: "Customer is frustrated",
  dispute: "Customer disputes this",
  policy_exception: "Asks for an exception",
  not_understood: "Customer feels not understood",
  churn_risk: "May leave",
  public_escalation: "May go public",
  vulnerability: "Needs special care",
  upsell: "Open to more",
  multi_department: "Several departments",
  low_confidence: "Thin knowledge",
  human_requested: "Asks for a person",
};

const SEVERITY: Record<FlagPart["severity"], string> = {
  note: "Good to know",
  act: "Before you reply",
  urgent: "Now",
};

const ORDER = { urgent: 0, act: 1, note: 2 } as const;

export function Flags({ flags, acts }: { flags: FlagView[]; acts: Acts }) {
  if (!flags.length) return null;
  const ordered = [...flags].sort((one, two) => ORDER[one.flag.severity] - ORDER[two.flag.severity]);
  return (
    <section aria-label="Flags" class="flags">
      {ordered.map((view) => (
        <Flag key={view.flag.reason} view={view} acts={acts} />
      ))}
    </section>
  );
}

function Flag({ view: { flag, answer }, acts }: { view: FlagView; acts: Acts }) {
  return (
    <article class="card flag" data-severity={flag.severity} data-reason={flag.reason} data-answer={answer}>
      <header>
        <h2>{REASON[flag.reason] ?? flag.reason.replaceAll("_", " ")}</h2>
        <span class="severity">{SEVERITY[flag.severity]}</span>
      </header>
      {flag.evidence.quote && <blockquote>“{flag.evidence.quote}”</blockquote>}
      <p class="advice">{flag.advice}</p>
      {answer ? (
        <p class="answered">You {answer}. Thank you, noted.</p>
      ) : (
        <div class="row">
          <button type="button" class="button small" onClick={() => acts.answerFlag(flag, "agreed")}>
            Agree
          </button>
          <button type="button" class="button small quiet" onClick={() => acts.answerFlag(flag, "disagreed")}>
            Disagree
          </button>
        </div>
      )}
    </article>
  );
}
