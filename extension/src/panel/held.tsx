/** What the leak guard held back: which words, why, and what the agent can do. It lies over the rest and moves nothing. */
import { useEffect, useState } from "preact/hooks";
import { excerpt, WHY, type Held as HeldText } from "../state.ts";
import type { LeakPart } from "../wire.ts";
import type { Acts } from "./acts.ts";

const NOT_DONE = { insert: "Not inserted", copy: "Not copied", send: "Not sent" };

const IN_SIGHT = 5;

export function Held({ held, acts }: { held: HeldText; acts: Acts }) {
  const refused = held.verdict === "refuse";
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") acts.letGo();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <section class="held card" data-verdict={held.verdict} aria-label="Held back by the leak check">
      <header>
        <h2>
          {NOT_DONE[held.door]}
          {refused ? ": this must not go to the customer" : " yet: is this for the customer?"}
        </h2>
        <button type="button" class="button small" onClick={acts.letGo}>
          Close
        </button>
      </header>
      <ol>
        {held.leaks.slice(0, IN_SIGHT).map((leak) => (
          <Leak key={`${leak.start} ${leak.reason}`} text={held.text} leak={leak} />
        ))}
      </ol>
      {held.leaks.length > IN_SIGHT && <p class="more">and {held.leaks.length - IN_SIGHT} more</p>}
      {refused ? <p class="advice">Say it in your own words, without what is marked.</p> : <Share key={held.text} held={held} acts={acts} />}
    </section>
  );
}

function Leak({ text, leak }: { text: string; leak: LeakPart }) {
  const { before, words, after } = excerpt(text, leak);
  return (
    <li data-leak={leak.reason}>
      <span class="reason">{WHY[leak.reason]}</span>
      {leak.title && (
        <span class="place">
          <bdi>{leak.title}</bdi> ({leak.owner})
        </span>
      )}
      <p dir="auto">
        {before}
        <mark>{words}</mark>
        {after}
      </p>
    </li>
  );
}

function Share({ held, acts }: { held: HeldText; acts: Acts }) {
  const [reason, setReason] = useState("");
  const given = reason.trim();
  return (
    <form
      class="share"
      onSubmit={(event) => {
        event.preventDefault();
        if (given) acts.share(held, given);
      }}
    >
      <input
        class="note"
        maxLength={2000}
        aria-label="Why it is fine to share"
        placeholder="Why? Its owner will read it"
        value={reason}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={!given}>
        This is fine to share
      </button>
    </form>
  );
}
