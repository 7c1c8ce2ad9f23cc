/** One closed line that only the agent opens. Escape closes it and gives the focus back to the line. */
import type { ComponentChildren } from "preact";
import { useOpened } from "./opened.ts";

interface Props {
  /** Names it among all lines of all conversations. */
  name: string;
  label: ComponentChildren;
  class: string;
  children: ComponentChildren;
  /** Keys that mean something while it is open; true when one did. */
  onKey?: (key: string) => boolean;
  /** Open until the agent closes it. */
  opened?: boolean;
  onOpen?: () => void;
}

export function Disclosure({ name, label, class: kind, children, onKey, opened, onOpen }: Props) {
  // What is open at first remembers that the agent closed it.
  const [marked, setMarked] = useOpened(name);
  const open = opened ? !marked : marked;
  const setOpen = (wanted: boolean): void => setMarked(opened ? !wanted : wanted);
  const press = (event: KeyboardEvent & { currentTarget: HTMLDetailsElement }): void => {
    const details = event.currentTarget;
    if (!details.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      setOpen(false);
      details.querySelector("summary")?.focus();
    } else if (event.target instanceof HTMLInputElement || !onKey?.(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  // At once: the browser tells of a toggle later, when the conversation may be out of view.
  const click = (event: Event): void => {
    event.preventDefault();
    setOpen(!open);
  };
  return (
    <details
      class={`closed ${kind}`}
      open={open}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        if (event.currentTarget.open) onOpen?.();
      }}
      onKeyDown={press}
    >
      <summary onClick={click}>{label}</summary>
      {children}
    </details>
  );
}
