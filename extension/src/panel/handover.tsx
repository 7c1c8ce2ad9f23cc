/** Handing over: the brief as the agent wants it, to whom, and what the customer is told. */
import { briefFor, customerWords, expertOf, receiverWords, type ConversationState, type HandoverForm, type HandoverView } from "../state.ts";
import type { ReplyBox } from "../page.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";
import type { HandoverTo } from "../wire.ts";

interface Props {
  conversation: ConversationState;
  /** The offer of this conversation that stands, if there is one. */
  standing: HandoverView | null;
  connected: boolean;
  replyBox: ReplyBox | null;
  acts: Acts;
}

export function Handover({ conversation, standing, connected, replyBox, acts }: Props) {
  const { handover: form } = conversation;
  return (
    <Disclosure class="handover" name={`${conversation.id} hand over`} label="Hand over" onOpen={acts.startHandover}>
      <div class="card hand-over">
        {standing?.handover.state === "offered" ? (
          <p class="soft">Offered to {receiverWords(standing.handover.to)}. You hear above the ask box what becomes of it.</p>
        ) : form ? (
          <Form form={form} connected={connected} replyBox={replyBox} acts={acts} />
        ) : (
          <p class="soft">{connected ? "Writing the brief…" : "Not connected: the brief follows."}</p>
        )}
      </div>
    </Disclosure>
  );
}

function Form({ form, connected, replyBox, acts }: Pick<Props, "connected" | "replyBox" | "acts"> & { form: HandoverForm }) {
  const { to, sent } = form;
  const receivers: HandoverTo[] = [...form.receivers, ...form.experts.map(({ name }) => ({ kind: "expert" as const, name }))];
  const brief = briefFor(form, to);
  const expert = expertOf(form, to);
  const noExpert = form.noExpert && <p class="soft">No expert: {form.noExpert}.</p>;
  if (!receivers.length) return <><p class="soft">There is nobody else to hand over to. Your admin adds people.</p>{noExpert}</>;
  const chosen = to ? receivers.findIndex(({ kind, name }) => kind === to.kind && name === to.name) : -1;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (to) acts.handOver(to, brief);
      }}
    >
      <label>
        To
        <select value={String(chosen)} onChange={(event) => acts.chooseReceiver(receivers[Number(event.currentTarget.value)] ?? null)}>
          <option value="-1">Choose…</option>
          {receivers.map((receiver, place) => (
            <option key={receiverWords(receiver)} value={String(place)}>
              {[receiverWords(receiver), expertOf(form, receiver)?.why].filter(Boolean).join(": ")}
            </option>
          ))}
        </select>
      </label>
      {noExpert}
      {expert && (
        <p class="soft expert">
          {expert.name} helps part-time: {expert.why}. They read the brief below without contact details. Ask the customer first.
        </p>
      )}
      <label>
        Brief
        <textarea rows={12} maxLength={10000} dir="auto" value={brief} onInput={(event) => acts.editBrief(event.currentTarget.value)} />
      </label>
      <div class="row">
        <button type="submit" class="button primary" disabled={!to || sent || !brief.trim()}>
          {sent ? (connected ? "Handing over…" : "Sent as soon as connected") : "Hand over"}
        </button>
        {to && replyBox?.kind === "reply" && (
          <button type="button" class="button" onClick={() => acts.insertWords(customerWords(form, to))}>
            Tell the customer
          </button>
        )}
      </div>
      {to && <p class="soft">To the customer: “{customerWords(form, to)}”</p>}
    </form>
  );
}
