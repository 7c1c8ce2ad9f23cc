/** What the agent can do in the panel. */
import type { FlagPart, FlagResponse } from "../wire.ts";
import type { SuggestionView } from "../state.ts";

export interface Acts {
  insert: (suggestion: SuggestionView) => void;
  copy: (suggestion: SuggestionView) => void;
  dismiss: (suggestion: SuggestionView) => void;
  answerFlag: (flag: FlagPart, answer: FlagResponse["response"]) => void;
  openCitation: (number: number) => void;
  toggleSnippet: (number: number) => void;
  ask: (question: string | null) => void;
  askSelection: () => void;
  closeProblem: (place: number) => void;
  reconnect: () => void;
  openOptions: (() => void) | null;
}
