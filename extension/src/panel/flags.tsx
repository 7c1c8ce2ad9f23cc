/** The status line's flag: why a person should look, in the customer's own words. One is open at most. */
import { useRef, useState } from "preact/hooks";
import { ordered, type FlagView } from "../state.ts";
import type { Acts } from "./acts.ts";
import { useOpened } from "./opened.ts";
import { Icon } from "./icons.tsx";
import { reasonWords, SEVERITY } from "./reasons.ts";

/** An older server says nothing of quiet flags: all of its flags are shown. */
const isShown = ({ flag }: FlagView): boolean => flag.shown !== false;

const ANSWERED: Record<NonNullable<FlagView["answer"]>, string> = {
  agreed: "You agreed. Thank you, noted.",
  disagreed: "You disagreed. Thank you, noted.",
  not_now: "Silent for this conversation, unless it gets graver.",
};

const counted = (number: number): string => `${number} flag${number === 1 ? "" : "s"}`;

/** The line itself, which is always there, and the flags under it when the agent opened them. */
export function Flags({ name, flags, acts }: { name: string; flags: FlagView[]; acts: Acts }) {
  const [open, setOpen] = useOpened(`${name} flags`);
  const line = useRef<HTMLButtonElement>(null);
  const first = ordered(flags).find((view) => view.answer === null) ?? flags[0];
  if (!first) return <span class="calm">No flags</span>;
  const quiet = first.answer === null && !isShown(first);
  const close = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    setOpen(false);
    line.current?.focus();
  };
  return (
    <div class="flags" onKeyDown={close}>
      <button
        ref={line}
        type="button"
        class={quiet ? "flag-line dot" : "flag-line"}
        aria-label={quiet ? `${counted(flags.length)}, not sure: open` : undefined}
        aria-expanded={open}
        data-severity={first.answer === null ? first.flag.severity : "answered"}
        onClick={() => setOpen(!open)}
      >
        {quiet ? <span aria-hidden="true">●</span> : <Summary view={first} count={first.answer === null ? flags.filter(isShown).length : flags.length} />}
      </button>
      {open && <FlagList flags={flags} opened={first.flag.reason} acts={acts} />}
    </div>
  );
}

function Summary({ view: { flag, answer }, count }: { view: FlagView; count: number }) {
  if (answer !== null) return <span class="reason">{counted(count)}, answered</span>;
  return (
    <>
      <Icon name="flag" />
      <span class="reason">{reasonWords(flag.reason)}</span>
      {count > 1 ? (
        <span class="count">
          <span aria-hidden="true">+{count - 1}</span>
          <span class="unseen">{counted(count)}</span>
        </span>
      ) : (
        <span class="severity">{SEVERITY[flag.severity]}</span>
      )}
    </>
  );
}

function FlagList({ flags, opened, acts }: { flags: FlagView[]; opened: string; acts: Acts }) {
  // Answering one must not open the next under the pointer.
  const [first] = useState(opened);
  return (
    <section class="flag-list" aria-label="Flags">
      {ordered(flags).map((view) => (
        <Flag key={view.flag.reason} view={view} first={view.flag.reason === first} acts={acts} />
      ))}
    </section>
  );
}

function Flag({ view: { flag, answer }, first, acts }: { view: FlagView; first: boolean; acts: Acts }) {
  return (
    <details
      class="flag"
      name="flag"
      open={first}
      data-severity={flag.severity}
      data-reason={flag.reason}
      data-answer={answer}
    >
      <summary>
        <span class="reason">{reasonWords(flag.reason)}</span>
        <span class="severity">{SEVERITY[flag.severity]}</span>
      </summary>
      {flag.evidence.quote && (
        <blockquote dir="auto" tabIndex={0}>
          “{flag.evidence.quote}”
        </blockquote>
      )}
      <p class="advice">{flag.advice}</p>
      {answer ? (
        <p class="answered">{ANSWERED[answer]}</p>
      ) : (
        <div class="row">
          <button type="button" class="button small" onClick={() => acts.answerFlag(flag, "agreed")}>
            Agree
          </button>
          <button type="button" class="button small quiet" onClick={() => acts.answerFlag(flag, "disagreed")}>
            Disagree
          </button>
          <button
            type="button"
            class="button small quiet push"
            title="Silent for this conversation, unless it gets graver"
            onClick={() => acts.answerFlag(flag, "not_now")}
          >
            Not now
          </button>
        </div>
      )}
    </details>
  );
}
