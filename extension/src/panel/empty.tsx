/** What fills the panel when there is no conversation to show: why, and the one thing to do. */
import type { PanelState } from "../state.ts";
import type { Acts } from "./acts.ts";

export function Empty({ state, acts }: { state: PanelState; acts: Acts }) {
  const { view } = state;
  if (state.connection === "unconfigured") return <FirstRun acts={acts} />;
  if (state.connection === "refused") return <NotLetIn acts={acts} />;
  if (view.kind === "no_conversation") {
    return <Say state="no_conversation" title="No conversation open" words="Open one in your helpdesk and Sotto reads along." />;
  }
  if (view.kind === "reply_page") {
    return <Say state="reply_page" title="Open the ticket first" words="Sotto reads the conversation there, and keeps it while you write." />;
  }
  if (view.kind === "unread" || view.kind === "unknown_page") {
    const changed = view.kind === "unread";
    return (
      <Say
        state={view.kind}
        title={changed ? `Sotto can’t read this ${view.adapter} page: it has changed` : "Sotto doesn’t know this page"}
        words="Select the customer’s words on the page, then ask about them."
        button={{ words: "Ask about selection", act: acts.askSelection, primary: true }}
      />
    );
  }
  return (
    <Say
      state="out_of_reach"
      title="Nothing to read here"
      words="Sotto only reads the helpdesk pages that your admin named."
      button={acts.openOptions && { words: "Open settings", act: acts.openOptions }}
    />
  );
}

function FirstRun({ acts }: { acts: Acts }) {
  if (!acts.openOptions) {
    return <Say state="unconfigured" title="Sotto is not signed in" words="Sign in with the link your admin gave you, then reload." />;
  }
  return (
    <section class="empty" data-state="unconfigured">
      <h2>Welcome to Sotto</h2>
      <p>It reads the conversation beside it and suggests replies from your company’s knowledge. You send, never Sotto.</p>
      <ol>
        <li>Open the settings.</li>
        <li>Enter the server and sign in.</li>
        <li>Name your helpdesk.</li>
      </ol>
      <div class="row">
        <button type="button" class="button primary" onClick={acts.openOptions}>
          Open settings
        </button>
      </div>
    </section>
  );
}

function NotLetIn({ acts }: { acts: Acts }) {
  return (
    <section class="empty" data-state="refused">
      <h2>The server did not let Sotto in</h2>
      <p>Check your token, or ask your admin for a new one.</p>
      <div class="row">
        {acts.openOptions && (
          <button type="button" class="button primary" onClick={acts.openOptions}>
            Open settings
          </button>
        )}
        <button type="button" class="button" onClick={acts.reconnect}>
          Try now
        </button>
      </div>
    </section>
  );
}

interface Said {
  state: string;
  title: string;
  words: string;
  button?: { words: string; act: () => void; primary?: boolean } | null;
}

function Say({ state, title, words, button }: Said) {
  return (
    <section class="empty" data-state={state}>
      <h2>{title}</h2>
      <p>{words}</p>
      {button && (
        <div class="row">
          <button type="button" class={button.primary ? "button primary" : "button"} onClick={button.act}>
            {button.words}
          </button>
        </div>
      )}
    </section>
  );
}
