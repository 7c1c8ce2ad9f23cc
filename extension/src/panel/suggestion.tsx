/** The suggested reply as it streams in, with its citations and what can be done with it. Its place never moves. */
import type { DraftForm } from "../host.ts";
import type { ReplyBox } from "../page.ts";
import type { Changes, Finding, Problem, SuggestionView } from "../state.ts";
import type { SnippetPart } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { Change } from "./change.tsx";
import { KeyHint, useTitle } from "./shortcuts.tsx";
import { SomethingWrong } from "./wrong.tsx";

const DONE: Record<string, string> = {
  inserted: "Inserted.",
  edited: "Inserted.",
  copied: "Copied.",
};

interface Props {
  finding: Finding;
  /** Whether something newer was found; `earlier`: and the agent went back from it to this. */
  overtaken: boolean;
  earlier: boolean;
  /** Whether the server is there to go on writing. */
  connected: boolean;
  replyBox: ReplyBox | null;
  reported: Problem | null;
  /** How the agent wants drafts; null where the server knows one form only. */
  form: DraftForm | null;
  changes: Changes;
  /** The customer's, where it is not one that Sotto is tested for. */
  language: string | null;
  acts: Acts;
}

export function Suggestion(props: Props) {
  const { finding, overtaken, earlier, connected, form, acts } = props;
  const { suggestion } = finding;
  const state = suggestion?.status ?? "awaited";
  const toCheck = finding.fit === "might_help";
  const title = earlier ? "Earlier suggestion" : toCheck ? "Draft to check" : finding.question ? "Answer to your question" : "Suggested reply";
  const empty = state === "failed" && !suggestion?.pieces.length;
  return (
    <section
      class="card suggestion"
      data-state={state}
      data-suggestion={suggestion?.id}
      data-outcome={suggestion?.outcome}
      data-earlier={earlier}
      aria-label={title}
      aria-busy={state === "streaming"}
      data-in-use
      onKeyDown={(event) => {
        if (form && connected && isFormKey(event)) acts.choose(otherForm(form));
      }}
    >
      <header>
        <h2>{empty ? "No suggested reply" : title}</h2>
        <span class="source">{suggestion && !empty && sourceWords(suggestion, citedFirst(finding, suggestion), connected)}</span>
        {form && <FormChoice form={form} connected={connected} choose={acts.choose} />}
      </header>
      <Draft key={suggestion?.id} awaited={toCheck ? OF_THESE : overtaken ? WROTE_ON : ONCE_SURE} suggestion={suggestion} connected={connected} acts={acts} />
      <footer>{suggestion && !empty && <Buttons {...props} suggestion={suggestion} />}</footer>
    </section>
  );
}

const otherForm = (form: DraftForm): DraftForm => (form === "facts" ? "reply" : "facts");

/** A bare F in the card, unless something is being typed. */
const isFormKey = ({ key, ctrlKey, altKey, metaKey, target }: KeyboardEvent): boolean =>
  key.toLowerCase() === "f" && !ctrlKey && !altKey && !metaKey && !(target instanceof HTMLInputElement);

/** Whole replies, or facts to write from. */
function FormChoice({ form, connected, choose }: { form: DraftForm; connected: boolean; choose: Acts["choose"] }) {
  return (
    <button
      type="button"
      class="button quiet small push form"
      aria-pressed={form === "facts"}
      disabled={!connected}
      title="Facts to write from, or a whole reply (F, while the suggestion has the focus)"
      onClick={() => choose(otherForm(form))}
    >
      Facts only
    </button>
  );
}

const citedFirst = ({ snippets }: Finding, { pieces }: SuggestionView): SnippetPart | null => {
  const cited = pieces.find((piece) => piece.kind === "citation");
  return snippets.find(({ number }) => number === cited?.number) ?? null;
};

const OWN = { agent: "your macro", team: "your team’s macro" };

function sourceWords({ status, source }: SuggestionView, cited: SnippetPart | null, connected: boolean): string {
  if (status === "streaming") return connected ? "writing…" : "interrupted";
  if (status === "superseded") return "stopped: the customer wrote again";
  if (source !== "extractive") return source;
  return cited?.own ? OWN[cited.own] : "from your knowledge";
}

const ONCE_SURE = "A draft comes here when it is sure enough.";
const WROTE_ON = "No draft came: the customer wrote again.";
const OF_THESE = "A draft of these snippets comes here…";

interface DraftProps {
  /** What is said until it comes. */
  awaited: string;
  suggestion: SuggestionView | null;
  connected: boolean;
  acts: Acts;
}

function Draft({ awaited, suggestion, connected, acts }: DraftProps) {
  return (
    <div class="draft" dir="auto" data-scroll={`draft ${suggestion?.id}`} tabIndex={0} role="group" aria-label="Words of the suggestion">
      {!suggestion && <p class="why">{awaited}</p>}
      {suggestion?.failure && <p class="why">{suggestion.failure}</p>}
      {suggestion?.pieces.some((piece) => piece.kind === "text" && piece.unsupported) && (
        <p class="why">No snippet says what is marked: check it before you send.</p>
      )}
      {suggestion?.pieces.map((piece, place) =>
        piece.kind === "text" ? (
          piece.unsupported ? <mark key={place}>{piece.text}</mark> : piece.text
        ) : (
          <Citation key={place} number={piece.number} open={() => acts.openCitation(piece.number)} />
        ),
      )}
      {suggestion?.status === "streaming" && connected && <span class="caret" aria-hidden="true" />}
    </div>
  );
}

function Citation({ number, open }: { number: number; open: () => void }) {
  return (
    <button type="button" class="cite" onClick={open} aria-label={`Show snippet ${number}`}>
      {number}
    </button>
  );
}

type ButtonsProps = Props & { suggestion: SuggestionView };

function Buttons({ finding, suggestion, earlier, connected, replyBox, reported, changes, language, acts }: ButtonsProps) {
  const ready = suggestion.status === "ready";
  const done = suggestion.outcome && DONE[suggestion.outcome];
  const source = citedFirst(finding, suggestion);
  return (
    <>
      <div class="row">
        <Insert
          {...{ suggestion, replyBox, ready, acts }}
          byKey={finding.disposition === "routine"}
          primary={finding.disposition === "routine" && finding.fit !== "might_help" && !earlier}
        />
        {done ? (
          <span class="done push" data-done={suggestion.outcome}>
            {done}
          </span>
        ) : (
          <Dismiss dismiss={() => acts.dismiss(suggestion)} />
        )}
      </div>
      <div class="under">
        {!source?.own && (
          <SomethingWrong
            name={suggestion.id}
            owner={source?.owner ?? null}
            reported={reported}
            report={(problem, note) => acts.report({ about: "draft" }, problem, note)}
          />
        )}
        {changes !== "none" && <Change {...{ suggestion, changes, language, acts }} usable={ready && connected} />}
        {ready && !done && replyBox?.typed && (
          <button type="button" class="button quiet small push" onClick={() => acts.insert(suggestion, true)}>
            Replace my text
          </button>
        )}
      </div>
    </>
  );
}

interface InsertProps {
  suggestion: SuggestionView;
  /** Whether the insert key means this draft: never where a person leads. */
  byKey: boolean;
  /** Whether it is the first thing to do: never with what only might help. */
  primary: boolean;
  replyBox: ReplyBox | null;
  ready: boolean;
  acts: Acts;
}

/** Says where the text would go; without a reply box on the page it can only be copied. */
function Insert({ suggestion, byKey, primary, replyBox, ready, acts }: InsertProps) {
  const kind = suggestion.outcome === null && primary ? "button primary" : "button";
  const title = useTitle("insert");
  if (!replyBox) {
    return (
      <button type="button" class={`${kind} tight`} disabled={!ready} onClick={() => acts.copy(suggestion)}>
        Copy: no reply box found here
      </button>
    );
  }
  return (
    <>
      <button type="button" class={kind} disabled={!ready} title={byKey ? title : undefined} onClick={() => acts.insert(suggestion)}>
        {replyBox.kind === "note" ? "Insert as note" : "Insert in reply"}
        {byKey && <KeyHint command="insert" />}
      </button>
      <button type="button" class="button" disabled={!ready} onClick={() => acts.copy(suggestion)}>
        Copy
      </button>
    </>
  );
}

function Dismiss({ dismiss }: { dismiss: () => void }) {
  return (
    <button type="button" class="button quiet push" title={useTitle("dismiss")} onClick={dismiss}>
      Dismiss
      <KeyHint command="dismiss" />
    </button>
  );
}
