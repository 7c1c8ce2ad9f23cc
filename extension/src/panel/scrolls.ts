/** Remembers how far each conversation was scrolled, and puts it back when it comes into view again. */

/** What scrolls carries `data-scroll` with a name of its own. */
const SCROLLERS = "[data-scroll]";

export class Scrolls {
  private readonly places = new Map<string, Map<string, number>>();
  private drawn: string | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly inView: () => string | null,
  ) {
    root.addEventListener("scroll", (event) => this.remember(event.target), { capture: true, passive: true });
  }

  forget(conversationId: string): void {
    this.places.delete(conversationId);
  }

  /** After each drawing: acts only when another conversation came into view. */
  restore(): void {
    const id = this.inView();
    if (id === this.drawn) return;
    this.drawn = id;
    const places = id === null ? undefined : this.places.get(id);
    for (const scroller of this.root.querySelectorAll<HTMLElement>(SCROLLERS)) {
      scroller.scrollTop = places?.get(scroller.dataset.scroll ?? "") ?? 0;
    }
  }

  /** What is scrolled between a switch and its drawing belongs to neither conversation. */
  private remember(scroller: EventTarget | null): void {
    const id = this.inView();
    if (id === null || id !== this.drawn || !(scroller instanceof HTMLElement) || !scroller.dataset.scroll) return;
    const places = this.places.get(id) ?? new Map<string, number>();
    this.places.set(id, places.set(scroller.dataset.scroll, scroller.scrollTop));
  }
}
