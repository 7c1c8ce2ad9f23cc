/** "Something wrong?": what the agent has to say about a snippet or a draft, to whoever keeps the passage. */
import { useRef, useState } from "preact/hooks";
import type { Problem } from "../state.ts";
import { Disclosure } from "./disclosure.tsx";

const WRONG: Record<Problem, string> = {
  outdated: "Outdated",
  wrong: "Wrong",
  no_answer: "Doesn’t answer",
  already_said: "Already said",
  tone: "Tone",
  must_not_be_sent: "Must not be sent",
  fine_to_share: "Fine to share",
};
/** Fine to share is said where the leak guard warned, not here. */
const PROBLEMS = (Object.keys(WRONG) as Problem[]).filter((problem) => problem !== "fine_to_share");

interface Props {
  /** Tells it from the same line elsewhere. */
  name: string;
  /** Who will answer, where that is known. */
  owner: string | null;
  reported: Problem | null;
  report: (problem: Problem, note: string) => void;
}

export function SomethingWrong({ name, owner, reported, report }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [note, setNote] = useState("");
  const choose = (problem: Problem): void => {
    report(problem, note.trim());
    place.current?.focus();
  };
  const onKey = (key: string): boolean => {
    const problem = PROBLEMS[Number(key) - 1];
    if (problem) choose(problem);
    return problem !== undefined;
  };
  return (
    <div class="wrong" ref={place} tabIndex={-1}>
      {reported ? (
        <p class="told" data-reported={reported}>
          Reported: {WRONG[reported].toLowerCase()}. {owner || "The owner"} will answer.
        </p>
      ) : (
        <Disclosure name={`${name} wrong`} label="Something wrong?" class="wrong-menu" onKey={onKey}>
          <div class="options" role="group" aria-label="What is wrong?">
            {PROBLEMS.map((problem, index) => (
              <button key={problem} type="button" class="option" onClick={() => choose(problem)}>
                <kbd>{index + 1}</kbd> {WRONG[problem]}
              </button>
            ))}
          </div>
          <input
            class="note"
            maxLength={2000}
            aria-label="Note (optional): type it before you choose"
            placeholder="Note (optional), then choose"
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </Disclosure>
      )}
    </div>
  );
}
