/** What the agent reports as wrong, as the wire says it. Pure. */
import { fitText } from "../limits.ts";
import type { PassageReport, SnippetPart } from "../wire.ts";
import { shownFinding, type ConversationState } from "./conversation.ts";
import type { SuggestionView } from "./finding.ts";

/** About the draft on the screen, one of its snippets, code without a wording, or that nothing was found. */
export type Reported =
  | { about: "draft" | "gap" }
  | { about: "snippet" | "wording"; snippet: SnippetPart };
export type Problem = PassageReport["problem"];

/** Names what is reported, for `ConversationState.reported`; null when nothing of that is on the screen. */
export function reportedKey(conversation: ConversationState, thing: Reported): string | null {
  const finding = shownFinding(conversation);
  if (!finding) return null;
  switch (thing.about) {
    case "draft":
      return finding.suggestion && `draft ${finding.suggestion.id}`;
    case "snippet":
      return `snippet ${thing.snippet.passage_id}`;
    case "wording":
      return `wording ${thing.snippet.passage_id}`;
    case "gap":
      return finding.nothing && `gap ${finding.turnId} ${finding.question ?? ""}`;
  }
}

type Said = Pick<PassageReport, "about" | "suggestion_id" | "turn_id" | "passage_id" | "quote">;

/** Its text; while it is not complete, what came so far. */
const wordsOf = (suggestion: SuggestionView | null): string =>
  suggestion?.text || (suggestion?.pieces ?? []).map((piece) => (piece.kind === "text" ? piece.text : "")).join("");

/** What the report says of `thing`; null when nothing of that is on the screen. */
export function saidOf(conversation: ConversationState, thing: Reported): Said | null {
  const finding = shownFinding(conversation);
  if (!finding || reportedKey(conversation, thing) === null) return null;
  const { suggestion, turnId, nothing } = finding;
  const said = { suggestion_id: suggestion?.id ?? null, turn_id: turnId };
  const asked = finding.question ?? conversation.page.turns.find((turn) => turn.id === turnId)?.text;
  const gap = { ...said, about: "gap" as const, quote: fitText(asked || conversation.page.subject) };
  switch (thing.about) {
    case "draft":
      return { ...said, about: "draft", quote: fitText(wordsOf(suggestion)) };
    case "snippet":
      return { ...said, about: "snippet", passage_id: thing.snippet.passage_id, quote: fitText(thing.snippet.text) };
    case "wording":
      return { ...gap, passage_id: thing.snippet.passage_id };
    case "gap":
      return { ...gap, passage_id: nothing?.passageId ?? null };
  }
}
