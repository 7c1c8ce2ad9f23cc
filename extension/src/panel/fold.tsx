/** The closed line above a folded draft. A draft that only might help is made when it is opened. */
import { isUndrafted, type Finding } from "../state.ts";
import type { Acts } from "./acts.ts";

interface Props {
  finding: Finding;
  /** Whether the server is there to make it. */
  connected: boolean;
  acts: Acts;
}

export function Fold({ finding, connected, acts }: Props) {
  const { folded } = finding;
  return (
    <button type="button" class="fold" aria-expanded={!folded} disabled={folded && isUndrafted(finding) && !connected} onClick={() => acts.toggleFold()}>
      Draft, if it helps
    </button>
  );
}
