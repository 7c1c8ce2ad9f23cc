/** A small helpdesk: one conversation, a reply box, and a line to write as the customer. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { TurnPart } from "../wire.ts";
import { finished, type Played, type Script } from "./script.ts";

export interface DeskActs {
  choose: (id: string) => void;
  step: () => void;
  play: () => void;
  sayAsCustomer: (text: string) => void;
  sendReply: (text: string) => void;
}

interface Props {
  scripts: Script[];
  played: Played;
  playing: boolean;
  acts: DeskActs;
}

export function Desk({ scripts, played, playing, acts }: Props) {
  const { script } = played;
  return (
    <div class="desk" data-conversation={played.nonce} data-turns={played.turns.length}>
      <Controls {...{ scripts, played, playing, acts }} />
      <header class="thread-head">
        <h1>{script.subject}</h1>
        <p>
          {script.customer.name} · {script.customer.email} · {script.channel}
        </p>
      </header>
      <Thread turns={played.turns} customer={script.customer.name ?? "Customer"} />
      <Reply key={played.nonce} send={acts.sendReply} />
      <CustomerLine key={`${played.nonce}-customer`} say={acts.sayAsCustomer} />
    </div>
  );
}

function Controls({ scripts, played, playing, acts }: Props) {
  const over = finished(played);
  return (
    <div class="controls">
      <label>
        <span>Conversation</span>
        <select value={played.script.id} onChange={(event) => acts.choose(event.currentTarget.value)}>
          {scripts.map((script) => (
            <option key={script.id} value={script.id}>
              {script.title} ({script.mood})
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="button" disabled={over} onClick={acts.step}>
        Next message
      </button>
      <button type="button" class="button" disabled={over} aria-pressed={playing} onClick={acts.play}>
        {playing ? "Pause" : "Play"}
      </button>
      <button type="button" class="button quiet" onClick={() => acts.choose(played.script.id)}>
        Start over
      </button>
    </div>
  );
}

function Thread({ turns, customer }: { turns: TurnPart[]; customer: string }) {
  const end = useRef<HTMLLIElement>(null);
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [turns.length]);
  return (
    <ol class="thread" aria-label="Conversation" tabIndex={0}>
      {turns.map((turn, place) => (
        <li key={turn.id} ref={place === turns.length - 1 ? end : null} class="turn" data-role={turn.role}>
          <span class="who">{turn.role === "customer" ? customer : "You"}</span>
          <p>{turn.text}</p>
        </li>
      ))}
    </ol>
  );
}

/** The box is the page's own: what the panel inserts arrives by an `input` event, as in any helpdesk. */
function Reply({ send }: { send: (text: string) => void }) {
  const box = useRef<HTMLTextAreaElement>(null);
  return (
    <form
      class="reply"
      onSubmit={(event) => {
        event.preventDefault();
        const text = box.current?.value.trim() ?? "";
        if (!text || !box.current) return;
        box.current.value = "";
        send(text);
      }}
    >
      <label for="reply">Your reply</label>
      <textarea id="reply" ref={box} rows={5} placeholder="Write, or press Insert in the panel" />
      <button class="button primary">Send</button>
    </form>
  );
}

function CustomerLine({ say }: { say: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <form
      class="customer-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim()) return;
        say(text.trim());
        setText("");
      }}
    >
      <label for="as-customer">Be the customer</label>
      <input
        id="as-customer"
        value={text}
        placeholder="Type what the customer writes next…"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button class="button">Say</button>
    </form>
  );
}
