/** One-line facts above everything else: lost connection, problems and who must act, the result of a click. */
import type { PanelState } from "../state.ts";
import type { ProblemReported } from "../wire.ts";
import type { Acts } from "./acts.ts";

const WHO: Record<ProblemReported["who"], string> = {
  agent: "You can fix this.",
  owner: "Tell the owner of the knowledge.",
  admin: "Tell your admin.",
  developer: "Tell your admin: this is a defect in Sotto.",
};

export function Lines({ state, acts }: { state: PanelState; acts: Acts }) {
  return (
    <>
      <ConnectionLine state={state} acts={acts} />
      {state.problems.map((problem, place) => (
        <Problem key={problem.code + problem.message} problem={problem} close={() => acts.closeProblem(place)} />
      ))}
      {state.notice && (
        <p class={state.notice.tone === "bad" ? "line bad" : "line"} role="status" data-notice={state.notice.tone}>
          {state.notice.text}
        </p>
      )}
    </>
  );
}

function ConnectionLine({ state, acts }: { state: PanelState; acts: Acts }) {
  const settings = acts.openOptions && (
    <button type="button" class="button small" onClick={acts.openOptions}>
      Open settings
    </button>
  );
  if (state.connection === "unconfigured") {
    return (
      <div class="line bad">
        <strong>Sotto is not signed in.</strong>{" "}
        {settings ? "Enter the server and your token." : "Sign in with the link your admin gave you, then reload."}
        {settings && <div class="row">{settings}</div>}
      </div>
    );
  }
  if (state.connection === "refused") {
    return (
      <div class="line bad">
        <strong>The server did not let Sotto in.</strong> Check your token, or ask your admin for a new one.
        <div class="row">
          {settings}
          <Retry acts={acts} />
        </div>
      </div>
    );
  }
  if (state.connection !== "reconnecting") return null;
  return (
    <div class="line wait" data-state="disconnected">
      <strong>Disconnected: reconnecting…</strong> What you see may be out of date. What you insert and send is still
      recorded.
      <div class="row">
        <Retry acts={acts} />
      </div>
    </div>
  );
}

function Retry({ acts }: { acts: Acts }) {
  return (
    <button type="button" class="button small" onClick={acts.reconnect}>
      Try now
    </button>
  );
}

function Problem({ problem, close }: { problem: ProblemReported; close: () => void }) {
  const facts = [
    problem.expected ? `expected ${problem.expected}` : "",
    problem.received ? `received ${problem.received}` : "",
  ].filter(Boolean);
  if (problem.code === "starting") {
    return (
      <p class="line wait" role="status" data-problem="starting">
        {problem.message}
      </p>
    );
  }
  return (
    <div class="line bad" role="alert" data-problem={problem.code}>
      {problem.message} <strong>{WHO[problem.who]}</strong>
      {facts.length > 0 && <div class="detail">{facts.join(", ")}</div>}
      <div class="row">
        <button type="button" class="button small" onClick={close}>
          Close
        </button>
      </div>
    </div>
  );
}
