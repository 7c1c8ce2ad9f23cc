/** The keys that work anywhere in the browser: as hints on buttons, and listed with the way to change them. */
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Command, Host, Shortcut } from "../host.ts";

const MEANING: Record<Command, string> = {
  insert: "Insert the suggestion",
  next: "Show the newer suggestion, else the one before",
  ask: "Ask the knowledge",
  dismiss: "Dismiss the suggestion",
};

const Keys = createContext<Shortcut[]>([]);

/** Lets everything below know the keys as they are now; the agent may change them while the panel is open. */
export function WithShortcuts({ host, children }: { host: Pick<Host, "shortcuts">; children: ComponentChildren }) {
  const [shortcuts, setShortcuts] = useState<Shortcut[]>([]);
  useEffect(() => {
    const read = (): void => void host.shortcuts().then(setShortcuts);
    read();
    window.addEventListener("focus", read);
    return () => window.removeEventListener("focus", read);
  }, [host]);
  return <Keys.Provider value={shortcuts}>{children}</Keys.Provider>;
}

const keysOf = (shortcuts: Shortcut[], command: Command): string =>
  shortcuts.find((known) => known.command === command)?.keys ?? "";

/** For a button's title: "Insert the suggestion (Alt+Shift+V)". */
export function useTitle(command: Command): string {
  const keys = keysOf(useContext(Keys), command);
  return keys ? `${MEANING[command]} (${keys})` : MEANING[command];
}

/** The letter of a command's keys, for its button; the title has them whole, and so has the list. */
export function KeyHint({ command }: { command: Command }) {
  const letter = keysOf(useContext(Keys), command).match(/[^+]$/u)?.[0];
  return letter ? (
    <kbd class="key" aria-hidden="true">
      {letter}
    </kbd>
  ) : null;
}

/** Every key, whether the browser gave it to Sotto, and where to change it. */
export function Keyboard({ change }: { change: (() => void) | null }) {
  const shortcuts = useContext(Keys);
  if (!shortcuts.length) return null;
  return (
    <details class="keyboard">
      <summary>Keyboard</summary>
      <p>These work while you write in the helpdesk’s reply box.</p>
      <dl>
        {shortcuts.map(({ command, keys }) => (
          <div key={command} data-command={command} data-set={keys !== ""}>
            <dt>{MEANING[command]}</dt>
            <dd>{keys ? <kbd>{keys}</kbd> : "not set: another extension has the key"}</dd>
          </div>
        ))}
      </dl>
      {change && (
        <div class="row">
          <button type="button" class="button small" onClick={change}>
            Change
          </button>
        </div>
      )}
    </details>
  );
}
