/** Small texts the panel shows: ages, citation places, sameness of replies. Pure. */
import type { CitationPart, TextPiece, CitationPiece, UnsupportedPart } from "./wire.ts";

/** `unsupported`: a sentence that states what no snippet says. */
export type Piece = (TextPiece & { unsupported?: boolean }) | CitationPiece;

const DAY_MS = 86_400_000;

const count = (number: number, unit: string): string => `${number} ${unit}${number === 1 ? "" : "s"}`;

/** "updated 3 weeks ago" for an ISO date, judged on the day of `now`; null when the date is unknown. */
export function age(updatedOn: string | null, now: Date): string | null {
  if (!updatedOn) return null;
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((today - Date.parse(updatedOn)) / DAY_MS);
  if (Number.isNaN(days)) return null;
  if (days <= 0) return "updated today";
  if (days === 1) return "updated yesterday";
  if (days < 14) return `updated ${count(days, "day")} ago`;
  if (days < 61) return `updated ${count(Math.round(days / 7), "week")} ago`;
  if (days < 730) return `updated ${count(Math.round(days / 30.4), "month")} ago`;
  return `updated ${count(Math.round(days / 365), "year")} ago`;
}

/**
 * The ready text with its citations in place, each at the end of what it supports, and cut where a sentence begins or
 * ends that nothing supports (offsets are code points).
 */
export function pieces(text: string, citations: readonly CitationPart[], unsupported: readonly UnsupportedPart[] = []): Piece[] {
  const letters = Array.from(text);
  const cuts = [...citations.map(({ end }) => end), ...unsupported.flatMap(({ start, end }) => [start, end]), letters.length];
  const result: Piece[] = [];
  let from = 0;
  for (const to of [...new Set(cuts)].sort((one, other) => one - other)) {
    if (to > from) {
      const marked = unsupported.some(({ start, end }) => start <= from && to <= end);
      result.push({ kind: "text", text: letters.slice(from, to).join(""), ...(marked && { unsupported: true }) });
    }
    from = Math.max(from, to);
    for (const { end, number } of citations) if (end === to) result.push({ kind: "citation", number });
  }
  return result;
}

/** A sentence of a draft that a snippet says, word for word as it stands there. */
export interface Fact {
  text: string;
  numbers: number[];
}

/** The cited sentences of the ready text, in order; what no snippet says is none (offsets are code points). */
export function factsIn(text: string, citations: readonly CitationPart[], unsupported: readonly UnsupportedPart[] = []): Fact[] {
  const letters = Array.from(text);
  const found = new Map<string, Fact>();
  for (const { start, end, number } of [...citations].sort((one, other) => one.start - other.start)) {
    if (unsupported.some((part) => part.start < end && start < part.end)) continue;
    const words = letters.slice(start, end).join("").trim();
    const known = found.get(words);
    if (known) known.numbers = [...new Set([...known.numbers, number])];
    else if (words) found.set(words, { text: words, numbers: [number] });
  }
  return [...found.values()];
}

const plain = (text: string): string => text.replace(/\r\n?/g, "\n").trim();

/** Whether the agent sent the suggestion as it was; line ends and outer blanks do not count. */
export function sentUnchanged(suggested: string, sent: string): boolean {
  return plain(suggested) === plain(sent);
}

/** A stable id for a turn whose helpdesk shows none: equal role, time, text and ordinal give equal ids. */
export function turnId(role: string, at: string | null, text: string, ordinal: number): string {
  let high = 0xdeadbeef ^ ordinal;
  let low = 0x41c6ce57 ^ ordinal;
  for (const letter of `${role}\0${at ?? ""}\0${text}`) {
    const point = letter.codePointAt(0) ?? 0;
    high = Math.imul(high ^ point, 2654435761);
    low = Math.imul(low ^ point, 1597334677);
  }
  const hex = (number: number): string => (number >>> 0).toString(16).padStart(8, "0");
  return `h${hex(high ^ (low >>> 13))}${hex(low ^ (high >>> 16))}`;
}
