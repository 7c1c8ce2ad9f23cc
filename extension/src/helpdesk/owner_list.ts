/** A form's list of those who can own a conversation. */

/** The one choice of which this is true; null when there are none or several. */
export function only(list: HTMLSelectElement | null, isIt: (option: HTMLOptionElement) => boolean): HTMLOptionElement | null {
  const found = [...(list?.options ?? [])].filter(isIt);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** As if the agent had chosen it. */
export function choose(list: HTMLSelectElement, option: HTMLOptionElement): void {
  if (list.value === option.value) return;
  list.value = option.value;
  for (const type of ["input", "change"]) list.dispatchEvent(new Event(type, { bubbles: true }));
}
