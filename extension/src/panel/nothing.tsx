/** The knowledge has no answer: said plainly, with the nearest document and the way to its owner. */
import type { Nothing as NothingFound } from "../state.ts";
import type { Acts } from "./acts.ts";

interface Props {
  nothing: NothingFound;
  told: boolean;
  acts: Acts;
}

export function Nothing({ nothing: { nearest, owner }, told, acts }: Props) {
  return (
    <section class="card nothing" data-state="nothing_found">
      <h2>Nothing in the knowledge answers this</h2>
      <p>
        It is noted as a gap, and nothing is guessed.{" "}
        {nearest && (
          <>
            Nearest: <strong dir="auto">{nearest}</strong>
          </>
        )}
      </p>
      <div class="row">
        {told ? (
          <span class="told" role="status">
            Told <bdi>{owner ?? "the owner"}</bdi>
          </span>
        ) : (
          <button type="button" class="button small" onClick={acts.tellOwner}>
            Tell the owner{owner && " ("}
            {owner && <bdi>{owner}</bdi>}
            {owner && ")"}
          </button>
        )}
      </div>
    </section>
  );
}
