/**
 * The one line above the ask box: whatever comes unasked is said there, where nothing else is clicked.
 * One is shown, the others are counted, and the one under the pointer stays.
 */
import { useState } from "preact/hooks";
import type { PanelState } from "../state.ts";
import type { Acts } from "./acts.ts";
import { dockLines, type Line } from "./dock_lines.ts";

const FITS = 46;

export function Dock({ state, acts, now }: { state: PanelState; acts: Acts; now: Date }) {
  const [open, setOpen] = useState(false);
  const [held, setHeld] = useState<string | null>(null);
  const lines = dockLines(state, acts, now);
  const top = lines.find((line) => line.key === held) ?? lines[0];
  if (!top) return <aside class="dock" aria-label="Notices" data-open="false" />;
  const more = lines.length - 1;
  const foldable = more > 0 || top.detail !== undefined || Boolean(top.further?.length) || top.words.length > FITS;
  const shown = open && foldable ? [top, ...lines.filter((line) => line !== top)] : [top];
  return (
    <aside
      class="dock"
      aria-label="Notices"
      data-open={open && foldable}
      onPointerEnter={() => setHeld(top.key)}
      onPointerLeave={() => setHeld(null)}
      onFocusCapture={() => setHeld(top.key)}
      onBlurCapture={({ currentTarget, relatedTarget }) => {
        // From one button of it to the next, or under the pointer, its lines stay where they are.
        if (!currentTarget.contains(relatedTarget as Node | null) && !currentTarget.matches(":hover")) setHeld(null);
      }}
      onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
    >
      {shown.map((line, place) => (
        <DockLine key={line.key} line={line} open={open}>
          {place === 0 && foldable && (
            <button
              type="button"
              class="button tiny quiet"
              aria-expanded={open}
              aria-label={open ? "Show one line" : more ? `${more} more` : "Read it all"}
              onClick={() => setOpen(!open)}
            >
              {open ? "–" : more ? `+${more}` : "…"}
            </button>
          )}
        </DockLine>
      ))}
    </aside>
  );
}

function DockLine({ line, open, children }: { line: Line; open: boolean; children: preact.ComponentChildren }) {
  return (
    <div class={`line ${line.tone}`} {...line.marks}>
      <span class="words" title={line.words} dir="auto">
        {line.words}
        {open && line.detail && <bdi class="detail">{line.detail}</bdi>}
      </span>
      {[...((open && line.further) || []), ...line.buttons].map(({ words, act }) => (
        <button key={words} type="button" class="button small" onClick={act}>
          {words}
        </button>
      ))}
      {children}
    </div>
  );
}
