/** What Sotto reads, keeps and never touches, the agent's own record, and the keys: one click away in the bar. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { PanelState } from "../state.ts";
import type { OwnRecord } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { usePlace } from "./place.tsx";
import { Keyboard } from "./shortcuts.tsx";

export function Trust({ state, acts }: { state: PanelState; acts: Acts }) {
  const [open, setOpen] = useState(false);
  const sheet = useRef<HTMLDialogElement>(null);
  const connected = state.connection === "connected";
  useEffect(() => {
    if (!open) return;
    sheet.current?.showModal();
    if (connected) acts.askOwnRecord();
  }, [open, connected]);
  return (
    <>
      <button
        type="button"
        class="button quiet what"
        aria-label="What Sotto reads, and keys"
        title="What Sotto reads, and keys"
        onClick={() => setOpen(true)}
      >
        ?
      </button>
      {open && (
        <dialog ref={sheet} class="trust" aria-labelledby="trust-title" onClose={() => setOpen(false)}>
          <div class="head">
            <h2 id="trust-title">What Sotto reads</h2>
            <button type="button" class="button small" onClick={() => sheet.current?.close()}>
              Close
            </button>
          </div>
          <Reads />
          <Never />
          <Keeps days={state.ownRecord?.kept_days ?? null} />
          <Record record={state.ownRecord} connected={connected} />
          <Keyboard change={acts.openShortcuts} />
          <SignedIn state={state} />
        </dialog>
      )}
    </>
  );
}

function Reads() {
  const { helpdesks } = usePlace();
  return (
    <section>
      <ul>
        <li>The conversations that you open on {helpdesks.length ? helpdesks.join(", ") : "your helpdesk"}.</li>
        <li>Your reply, at the moment you send it to the customer.</li>
        <li>What you ask Sotto, and words that you select and ask about.</li>
      </ul>
    </section>
  );
}

function Never() {
  return (
    <section>
      <h3>Never</h3>
      <ul>
        <li>What you type before you send it, and your keystrokes. Sotto only sees whether the reply box is empty.</li>
        <li>Any other page, in this tab or another.</li>
      </ul>
    </section>
  );
}

function Keeps({ days }: { days: number | null }) {
  return (
    <section>
      <h3>What is kept</h3>
      <ul>
        <li>
          On the server: these conversations, suggestions, questions and sent replies, for{" "}
          {days === null ? "as long as your company set" : `${days} days`}. Card numbers and passwords are blacked out.
          What became of a suggestion stays longer, without anyone’s words.
        </li>
        <li>
          In this browser: the server’s address, your token, and what you did until the server has it. The helpdesk’s
          page remembers what you inserted until you send it or leave.
        </li>
      </ul>
    </section>
  );
}

function Record({ record, connected }: { record: OwnRecord | null; connected: boolean }) {
  if (!record) {
    return (
      <section>
        <h3>Your own record</h3>
        <p>{connected ? "Looking it up…" : "It appears here when the server is reachable again."}</p>
      </section>
    );
  }
  const facts: [string, number][] = [
    ["Suggestions", record.suggestions],
    ["Inserted", record.inserted],
    ["Inserted and changed", record.edited],
    ["Copied", record.copied],
    ["Dismissed", record.dismissed],
    ["Not used", record.ignored],
    ["Problems you reported", record.reports],
  ];
  return (
    <section data-record="shown">
      <h3>Your own record since {day(record.since)}</h3>
      <dl class="facts">
        {facts.map(([what, count]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      <p>Team leads review suggestions without your name.</p>
    </section>
  );
}

const day = (iso: string): string =>
  new Date(`${iso}T12:00:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long" });

function SignedIn({ state: { person } }: { state: PanelState }) {
  const { server } = usePlace();
  return (
    <section class="signed-in">
      <p>
        {person ? (
          <>
            Signed in as <strong>{person.name}</strong> ({person.roles.join(", ")}), team {person.team}
          </>
        ) : (
          "Not signed in"
        )}
        {server && <>. Server: {server}</>}
      </p>
      {person && server && (
        <p>
          <a href={new URL("/macros", server).href} target="_blank" rel="noreferrer">
            Your macros, greeting and closing
          </a>
        </p>
      )}
    </section>
  );
}
