/** What the agent opened is open again when its conversation comes back into view. */
import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";

const KEPT = 200;

/** The names of the lines that are open, oldest first. */
export const Opened = createContext<Set<string>>(new Set());

export function useOpened(name: string): [boolean, (open: boolean) => void] {
  const names = useContext(Opened);
  const [open, setOpen] = useState(() => names.has(name));
  const change = (wanted: boolean): void => {
    names.delete(name);
    if (wanted) names.add(name);
    for (const oldest of names) if (names.size > KEPT) names.delete(oldest);
    setOpen(wanted);
  };
  return [open, change];
}
