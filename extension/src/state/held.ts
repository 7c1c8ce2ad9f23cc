/** What the leak guard held back, and what may go out when it does not answer. Pure. */
import { fitText } from "../limits.ts";
import type { InsertCheck, InsertChecked, LeakPart, PassageReport, SnippetPart } from "../wire.ts";
import type { Finding, SuggestionView } from "./finding.ts";

export type Door = InsertCheck["door"];

/** A text on its way to the customer. `isPublic`: every passage in it is. */
export interface Leaving {
  door: Door;
  text: string;
  isPublic: boolean;
}

/** A text that the guard warned of or refused, until the agent decided. */
export interface Held {
  conversationId: string;
  door: Door;
  text: string;
  verdict: InsertChecked["verdict"];
  leaks: LeakPart[];
}

/** Approved wordings stand under the number of their code, which is internal itself. */
const mayBeSaid = ({ audience, rule }: SnippetPart): boolean => audience === "public" || Boolean(rule?.wording);

/** Whether a draft cites something and nothing but what is public. */
export function isAllPublic({ snippets }: Finding, { pieces }: SuggestionView): boolean {
  const cited = pieces.flatMap((piece) => (piece.kind === "citation" ? [piece.number] : []));
  const found = cited.map((number) => snippets.find((snippet) => snippet.number === number));
  return found.length > 0 && found.every((snippet) => snippet !== undefined && mayBeSaid(snippet));
}

type Shared = Pick<PassageReport, "about" | "passage_id" | "problem" | "quote">;

/** What its owner is told of each internal passage that the agent shares something close to. */
export function sharedReports({ text, leaks }: Held): Shared[] {
  const letters = Array.from(text);
  const ids = [...new Set(leaks.flatMap(({ passage_id: id }) => (id === null ? [] : [id])))];
  return ids.map((id) => {
    const words = leaks.filter((leak) => leak.passage_id === id).map(({ start, end }) => letters.slice(start, end).join(""));
    return { about: "snippet", passage_id: id, problem: "fine_to_share", quote: fitText(words.join(" … ")) };
  });
}

export interface Excerpt {
  before: string;
  words: string;
  after: string;
}

const AROUND = 30;
const LONGEST = 220;

/** The piece of the text that is held back, with a little of what stands around it (places are code points). */
export function excerpt(text: string, { start, end }: Pick<LeakPart, "start" | "end">): Excerpt {
  const letters = Array.from(text);
  const words = letters.slice(start, end);
  const shown = words.length > LONGEST ? [...words.slice(0, LONGEST), "…"] : words;
  const from = Math.max(0, start - AROUND);
  const to = Math.min(letters.length, end + AROUND);
  return {
    before: (from > 0 ? "…" : "") + letters.slice(from, start).join(""),
    words: shown.join(""),
    after: letters.slice(end, to).join("") + (to < letters.length ? "…" : ""),
  };
}
