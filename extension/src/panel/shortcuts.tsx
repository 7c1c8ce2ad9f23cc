/** The keys that work anywhere in the browser: as hints on buttons, and listed with the way to change them. */
import type { Command, Shortcut } from "../host.ts";
import { usePlace } from "./place.tsx";

const MEANING: Record<Command, string> = {
  insert: "Insert the suggestion",
  next: "Newer suggestion, else the one before",
  ask: "Ask the knowledge",
  dismiss: "Dismiss the suggestion",
};

const keysOf = (shortcuts: Shortcut[], command: Command): string =>
  shortcuts.find((known) => known.command === command)?.keys ?? "";

/** For a button's title: "Insert the suggestion (Alt+Shift+V)". */
export function useTitle(command: Command): string {
  const keys = keysOf(usePlace().shortcuts, command);
  return keys ? `${MEANING[command]} (${keys})` : MEANING[command];
}

/** The letter of a command's keys, for its button; the title has them whole, and so has the list. */
export function KeyHint({ command }: { command: Command }) {
  const letter = keysOf(usePlace().shortcuts, command).match(/[^+]$/u)?.[0];
  return letter ? (
    <kbd class="key" aria-hidden="true">
      {letter}
    </kbd>
  ) : null;
}

/** Every key, whether the browser gave it to Sotto, and where to change it. */
export function Keyboard({ change }: { change: (() => void) | null }) {
  const { shortcuts } = usePlace();
  if (!shortcuts.length) return null;
  return (
    <section class="keyboard">
      <h3>Keyboard</h3>
      <p>These work while you write in the helpdesk’s reply box.</p>
      <dl class="facts">
        {shortcuts.map(({ command, keys }) => (
          <div key={command} data-command={command} data-set={keys !== ""}>
            <dt>{MEANING[command]}</dt>
            <dd>{keys ? <kbd>{keys}</kbd> : "Not set: another extension may have its key"}</dd>
          </div>
        ))}
      </dl>
      {change && (
        <div class="row">
          <button type="button" class="button small" onClick={change}>
            Change keys
          </button>
        </div>
      )}
    </section>
  );
}
