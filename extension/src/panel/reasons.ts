/** What the panel calls the reasons and severities of flags. */
import type { FlagPart, Reason } from "../wire.ts";

/** Each reads on after the customer: "Ilse" or "#4711" asks for a person. In the order in which they are offered. */
export const BY_HAND: Record<Reason, string> = {
  human_requested: "Asks for a person",
  frustration: "Is frustrated",
  vulnerability: "Is in distress",
  dispute: "Disputes a charge or claim",
  policy_exception: "Asks for an exception",
  not_understood: "Was not understood",
  churn_risk: "May leave",
  public_escalation: "May go public",
  multi_department: "Needs several departments",
  upsell: "Might need more",
  low_confidence: "Has no good answer",
};

export const SEVERITY: Record<FlagPart["severity"], string> = {
  note: "Good to know",
  act: "Before you reply",
  urgent: "Now",
};

/** A reason in words; one that a newer server has is shown by its name. */
export const reasonWords = (reason: string): string =>
  (BY_HAND as Record<string, string>)[reason] ?? reason.replaceAll("_", " ");
