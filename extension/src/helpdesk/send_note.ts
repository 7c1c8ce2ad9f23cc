/** What the agent reads beside the Send button when a reply is held back. Text nodes only; it moves nothing on the page. */
import type { HeldPiece } from "../page.ts";

const GAP_PX = 6;
const WIDTH_PX = 340;
const BOX = {
  position: "absolute",
  zIndex: "2147483000",
  boxSizing: "border-box",
  width: `${WIDTH_PX}px`,
  padding: "9px 12px",
  border: "2px solid #a4262c",
  borderRadius: "8px",
  background: "#fff",
  color: "#1f1f1f",
  font: "13px/1.45 system-ui, sans-serif",
  textAlign: "left",
  boxShadow: "0 4px 14px rgb(0 0 0 / 25%)",
} as const;

export class SendNote {
  private shown: HTMLElement | null = null;
  private at: Element | null = null;

  constructor(private readonly page: Document) {}

  /** Beneath `beside`, else where the note before stood. */
  show(beside: Element | null, advice: string, pieces: readonly HeldPiece[]): void {
    this.at = beside ?? this.at;
    this.hide();
    if (!this.at) return;
    const note = this.page.createElement("div");
    note.dataset["sotto"] = "not-sent";
    note.setAttribute("role", "status");
    Object.assign(note.style, BOX, this.place(this.at));
    note.append(this.line(advice, "650"), ...pieces.map(({ words, why }) => this.line(`${why}: “${words}”`, "400")));
    this.page.body.append(note);
    this.shown = note;
  }

  hide(): void {
    this.shown?.remove();
    this.shown = null;
  }

  private line(text: string, fontWeight: string): HTMLElement {
    const line = this.page.createElement("div");
    line.textContent = text;
    Object.assign(line.style, { fontWeight, overflowWrap: "anywhere", marginTop: "2px" });
    return line;
  }

  private place(beside: Element): { left: string; top: string } {
    const { left, bottom } = beside.getBoundingClientRect();
    const view = this.page.defaultView;
    const widest = (view?.innerWidth ?? WIDTH_PX) - WIDTH_PX - GAP_PX;
    return {
      left: `${Math.max(GAP_PX, Math.min(left, widest)) + (view?.scrollX ?? 0)}px`,
      top: `${bottom + GAP_PX + (view?.scrollY ?? 0)}px`,
    };
  }
}
