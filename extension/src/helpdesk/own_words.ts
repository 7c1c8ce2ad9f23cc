/** What the agent wrote of a reply that also carries a quoted mail and their signature. Pure. */

const SIGNATURE = /^-- ?$/;
const isQuote = (line: string | undefined): boolean => line?.startsWith(">") ?? false;

/** Without quoted lines and the line that announces them, and without the signature; blank lines at the ends go too. */
export function ownWords(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  let signed = false;
  const kept = lines.filter((line, place) => {
    if (isQuote(line)) signed = false;
    else if (SIGNATURE.test(line)) signed = true;
    return !signed && !isQuote(line) && !announces(lines, place);
  });
  return kept.join("\n").replace(/\n{3,}/g, "\n\n").trim();
}

function announces(lines: readonly string[], place: number): boolean {
  if (!lines[place]?.trim().endsWith(":")) return false;
  const next = lines.slice(place + 1).find((line) => line.trim() !== "");
  return isQuote(next);
}
