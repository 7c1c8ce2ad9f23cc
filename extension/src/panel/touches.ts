/** Notices that the agent is in the suggestion: with the pointer, the focus or the wheel. */

/** What must not change by itself once the agent is in it carries `data-in-use`. */
const IN_USE = "[data-in-use]";
const EVENTS = ["pointerover", "pointerdown", "focusin", "wheel", "touchmove", "keydown"] as const;

export function watchTouches(root: HTMLElement, onTouch: () => void): void {
  for (const name of EVENTS) {
    root.addEventListener(
      name,
      ({ target }) => {
        if (target instanceof Element && target.closest(IN_USE)) onTouch();
      },
      { passive: true },
    );
  }
}
