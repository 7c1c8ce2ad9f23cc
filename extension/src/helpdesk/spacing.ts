/** Where in a text a suggestion goes, and what stands between it and the agent's own words. Pure. */

/** From a line that is only "--" on, a text is the agent's signature (the old rule of e-mail). */
const SIGNATURE_LINE = /^--[ \u00a0]?$/m;
const INVISIBLE = /[\s\u200b\u2060\ufeff]+/g;

export interface Place {
  start: number;
  end: number;
}

/** A text without what editors change as they like: blanks, line ends, their own invisible marks. */
export const compact = (text: string): string => text.replace(INVISIBLE, "");

export const isSignatureLine = (line: string): boolean => /^--[ \u00a0]?$/.test(line.replace(/\u200b|\ufeff/g, ""));

/** Where the signature starts; the text's length when there is none. */
export function signatureStart(text: string): number {
  return SIGNATURE_LINE.exec(text)?.index ?? text.length;
}

/** What the agent typed: everything before the signature, without the blanks at its end. */
export const typedText = (text: string): string => text.slice(0, signatureStart(text)).trimEnd();

/**
 * At the caret (after a selection, which stays), else after what is typed and before the signature; with `replace`,
 * what is typed. A caret inside the signature is one that nobody put there to write.
 */
export function placeIn(text: string, caret: number | null, replace: boolean): Place {
  const signature = signatureStart(text);
  const typed = typedText(text).length;
  if (replace) return { start: 0, end: typed };
  const end = signature < text.length ? typed : text.length;
  const at = caret === null || caret > signature ? end : caret;
  return { start: at, end: at };
}

/** A single word such as an address stands in the agent's line; everything else in paragraphs of its own. */
const isWord = (text: string): boolean => !/\s/.test(text);

/** The blanks that `text` needs between it and what stands before and after it. */
export function spacing(before: string, text: string, after: string): { head: string; tail: string } {
  if (isWord(text)) {
    return { head: /\S$/.test(before) ? " " : "", tail: /^[\p{L}\p{N}]/u.test(after) ? " " : "" };
  }
  const above = /\n*$/.exec(before.replace(/[ \t]+$/gm, ""))?.[0].length ?? 0;
  const below = /^\n*/.exec(after.replace(/^[ \t]+/gm, ""))?.[0].length ?? 0;
  return {
    head: before.trim() ? "\n".repeat(Math.max(0, 2 - above)) : "",
    tail: after.trim() ? "\n".repeat(Math.max(0, 2 - below)) : "",
  };
}
