/** "Change": the draft said another way, or made anew about what the agent says. A menu over the card; nothing moves. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Changes, SuggestionView } from "../state.ts";
import type { DraftChange } from "../wire.ts";
import type { Acts } from "./acts.ts";

type Way = { change: DraftChange["change"]; words: string };

const LENGTHS: Way[] = [
  { change: "shorter", words: "Shorter" },
  { change: "longer", words: "Longer" },
];
const VOICES: Way[] = [
  { change: "warmer", words: "Warmer" },
  { change: "more_formal", words: "More formal" },
];

interface Props {
  suggestion: SuggestionView;
  changes: Changes;
  language: string | null;
  /** Whether there is a whole draft, and a server to change it. */
  usable: boolean;
  acts: Acts;
}

function waysOf(changes: Changes, language: string | null): Way[] {
  if (changes !== "voices") return LENGTHS;
  const translated: Way[] = language ? [{ change: "translate", words: `Translate into ${language}` }] : [];
  return [...LENGTHS, ...VOICES, ...translated];
}

export function Change({ suggestion, changes, language, usable, acts }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) menu.current?.querySelector("button")?.focus();
  }, [open]);
  /** The focus goes back first: the card counts as touched by it, and what was chosen comes after. */
  const close = (then?: () => void): void => {
    button.current?.focus();
    setOpen(false);
    then?.();
  };
  return (
    <div
      class="change"
      onFocusOut={({ relatedTarget, currentTarget }) => {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (open && onMenuKey(event, menu.current, close)) {
          event.preventDefault();
          event.stopPropagation();
        }
      }}
    >
      <button
        type="button"
        ref={button}
        class="button quiet small"
        aria-haspopup="true"
        aria-expanded={open}
        disabled={!usable}
        onClick={() => setOpen(!open)}
      >
        Change
      </button>
      {open && (
        <div class="card ways" ref={menu} role="group" aria-label="Change the draft">
          {waysOf(changes, language).map(({ change, words }) => (
            <button key={change} type="button" class="way" onClick={() => close(() => acts.change(suggestion, change))}>
              {words}
            </button>
          ))}
          <Hint hint={(hint) => close(() => acts.hint(hint))} />
        </div>
      )}
    </div>
  );
}

/** True when the key meant something: Escape closes, the arrows go from line to line. */
function onMenuKey({ key, target }: KeyboardEvent, menu: HTMLElement | null, close: () => void): boolean {
  if (key === "Escape") {
    close();
    return true;
  }
  const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  const lines = [...(menu?.querySelectorAll<HTMLElement>("button.way, input") ?? [])];
  const next = lines[lines.indexOf(target as HTMLElement) + step];
  if (step) next?.focus();
  return step !== 0;
}

/** What the answer is to be about, in the agent's words. */
function Hint({ hint }: { hint: (hint: string) => void }) {
  const [words, setWords] = useState("");
  const given = words.trim();
  return (
    <form
      class="hint"
      onSubmit={(event) => {
        event.preventDefault();
        if (given) hint(given);
      }}
    >
      <input
        class="note"
        maxLength={300}
        aria-label="What it should be about: searches again"
        placeholder="About… (new search)"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <button type="submit" class="button small" disabled={!given}>
        Go
      </button>
    </form>
  );
}
