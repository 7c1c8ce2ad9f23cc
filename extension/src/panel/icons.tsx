/** Small drawings beside a word; the word says it, so a screen reader skips them. */
import type { Audience } from "../wire.ts";

const PATHS: Record<Audience | "flag", string> = {
  public: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM2.5 8h11M8 2c2.2 2 2.2 10 0 12M8 2c-2.2 2-2.2 10 0 12",
  expert: "M8 2.2l1.7 3.6 3.9.5-2.9 2.7.8 3.9L8 11l-3.5 1.9.8-3.9-2.9-2.7 3.9-.5Z",
  internal: "M4 7h8v6.5H4ZM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  flag: "M4 14V2.5h8L10 6l2 3.5H4",
};

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
