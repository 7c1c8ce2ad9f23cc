/** What the leak guard held back, and what may go out when it does not answer. Pure. */
import { fitText } from "../limits.ts";
import type { SendAnswer } from "../page.ts";
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
export function isAllPublic({ snippets }: Finding, { pieces }: Pick<SuggestionView, "pieces">): boolean {
  const cited = pieces.flatMap((piece) => (piece.kind === "citation" ? [piece.number] : []));
  const found = cited.map((number) => snippets.find((snippet) => snippet.number === number));
  return found.length > 0 && found.every((snippet) => snippet !== undefined && mayBeSaid(snippet));
}

export const WHY: Record<LeakPart["reason"], string> = {
  internal_text: "Copied from an internal passage",
  note: "Copied from an internal note",
  code: "Program code",
  identifier: "A name from our program code",
  secret: "A key or password",
  saved_reply: "From a saved reply that is not public: is what it says done?",
  internal_code: "An internal code word",
  similar: "Close to an internal passage",
};

const IN_SIGHT_BESIDE_SEND = 3;
const BESIDE_SEND: Record<InsertChecked["verdict"], string> = {
  refuse: "Not sent: this must not go to the customer. Say it in your own words, then press Send again.",
  warn: "Not sent yet: is this for the customer? Change it, or say in Sotto why it is fine to share.",
  allow: "",
};

/** What the page says of it beside its Send button. */
export function besideSend({ text, verdict, leaks }: Held): NonNullable<SendAnswer["held"]> {
  const told = leaks.slice(0, IN_SIGHT_BESIDE_SEND);
  return { advice: BESIDE_SEND[verdict], pieces: told.map((leak) => ({ words: excerpt(text, leak).words, why: WHY[leak.reason] })) };
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
