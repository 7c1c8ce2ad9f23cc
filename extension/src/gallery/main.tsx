/** The gallery: the panel in any designed state, for pictures and tests. It is built for those only and never shipped. */
import { render } from "preact";
import { onAct, type AgentAct, type PanelState } from "../state.ts";
import { App } from "../panel/app.tsx";
import { Opened } from "../panel/opened.ts";
import type { Acts } from "../panel/acts.ts";
import { InPlace } from "../panel/place.tsx";
import { NOW, PLACE } from "./made_up.ts";
import { STATES } from "./states.ts";
import type { HandoverTo } from "../wire.ts";

interface Gallery {
  names: string[];
  /** Names of the acts since the last `show`, oldest first, with what they were given. */
  acts: [string, ...unknown[]][];
  show: (name: string) => void;
  /** What is on the screen becomes this state, as when messages came. */
  become: (name: string) => void;
}

declare global {
  interface Window {
    gallery: Gallery;
  }
}

let state: PanelState;
let opened = new Set<string>();
const root = document.getElementById("panel");

const draw = (): void => {
  if (!root) return;
  render(
    <InPlace value={PLACE}>
      <Opened.Provider value={opened}>
        <App state={state} acts={acts} now={NOW} />
      </Opened.Provider>
    </InPlace>,
    root,
  );
};

/** What the agent does is done to the state as in the panel; what would leave the panel is only written down. */
const IN_STATE: Record<string, (...given: never[]) => AgentAct> = {
  update: () => ({ type: "updated" }),
  step: (by: -1 | 1) => ({ type: "stepped", by }),
  toggleFold: () => ({ type: "fold_toggled" }),
  openCitation: (number: number) => ({ type: "citation_opened", number }),
  toggleSnippet: (number: number) => ({ type: "snippet_toggled", number }),
  editBrief: (brief: string) => ({ type: "brief_edited", brief }),
  chooseReceiver: (to: HandoverTo | null) => ({ type: "receiver_chosen", to }),
  type: (question: string) => ({ type: "typed", question }),
};

const acts = new Proxy({} as Acts, {
  get: (_, name: string) => (...given: unknown[]) => {
    window.gallery.acts.push([name, ...given]);
    const act = IN_STATE[name]?.(...(given as never[]));
    const conversation = state.inView === null ? undefined : state.conversations.get(state.inView);
    if (!act || !conversation) return;
    state = { ...state, conversations: new Map(state.conversations).set(conversation.id, onAct(conversation, act)) };
    draw();
  },
});

window.gallery = {
  names: Object.keys(STATES),
  acts: [],
  show(name) {
    if (root) render(null, root);
    window.gallery.acts = [];
    opened = new Set();
    window.gallery.become(name);
  },
  become(name) {
    const made = STATES[name];
    if (!made) throw new Error(`the gallery has no state ${name}`);
    state = made();
    draw();
  },
};
