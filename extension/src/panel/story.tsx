/** What happened so far: shown unasked to who arrives, one closed line for the others. Every line opens its turn. */
import type { ConversationState } from "../state.ts";
import type { StoryLine, StoryPart } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";

const WHO: Record<string, string> = { customer: "customer", agent: "agent", assistant: "bot" };

/** At the top, in a box that keeps its height whatever comes; the agent closes it. */
interface Props {
  conversation: ConversationState;
  /** Whether the server can sum it up now. */
  sums: boolean;
  acts: Acts;
}

export function CatchUp({ conversation, alone, sums, acts }: Props & { alone: boolean }) {
  const { story, arrived, id } = conversation;
  if (!arrived) return null;
  return (
    <>
      <Disclosure class="catch-up" name={`${id} catch up`} label="Catch up" opened>
        <Summary {...{ conversation, sums, acts }} />
        <div class="card told-so-far" data-story={story ? "told" : "awaited"} data-alone={alone} tabIndex={0}>
          {story ? <Sections story={story} conversation={conversation} /> : <p class="soft">Reading what happened so far…</p>}
        </div>
      </Disclosure>
      {alone && <p class="quiet-line">The last word is ours: nothing to answer yet.</p>}
    </>
  );
}

export function Story({ conversation, sums, acts }: Props) {
  const { story, arrived, id } = conversation;
  if (arrived || !story?.request) return null;
  return (
    <Disclosure class="story" name={`${id} story`} label="What happened so far">
      <Summary {...{ conversation, sums, acts }} />
      <div class="card told-so-far" tabIndex={0}>
        <Sections story={story} conversation={conversation} />
      </div>
    </Disclosure>
  );
}

/** The conversation in a few lines, to copy for colleagues; asked for by a button that keeps its place. */
function Summary({ conversation, sums, acts }: Props) {
  const { summary } = conversation;
  if (!sums && !summary) return null;
  return (
    <div class="summary" data-summary={summary ? (summary.done ? "done" : "writing") : "none"}>
      <div class="row">
        <button type="button" class="button small" disabled={!sums || summary?.done === false} onClick={acts.askSummary}>
          {summary ? "Sum up again" : "Summary"}
        </button>
        {summary?.done && (
          <>
            <span class="soft">{summary.source === "extractive" ? "in their own words" : summary.source}</span>
            <button type="button" class="button small push" aria-label="Copy summary" onClick={() => acts.copySummary(summary.text)}>
              Copy
            </button>
          </>
        )}
      </div>
      {summary && (
        <p class="card words" dir="auto" tabIndex={0} aria-busy={!summary.done}>
          {summary.text || "Summing up…"}
        </p>
      )}
    </div>
  );
}

function Sections({ story, conversation }: { story: StoryPart; conversation: ConversationState }) {
  const given = new Set(story.not_again.map(keyOf));
  const facts = story.facts.filter((line) => !given.has(keyOf(line)));
  const one = (line: StoryLine | null | undefined): StoryLine[] => (line ? [line] : []);
  const mood = story.mood === "calm" ? [] : one(story.mood_since);
  const sections: [string, StoryLine[]][] = [
    ["Wants", one(story.request)],
    ["Behind it", story.goal && story.request && keyOf(story.goal) === keyOf(story.request) ? [] : one(story.goal)],
    [`Mood: ${story.mood}, since`, mood],
    ["Open questions", story.open_questions.filter((line) => !story.request || keyOf(line) !== keyOf(story.request))],
    ["Promised", story.promised],
    ["Tried", story.tried],
    ["Don’t ask again", story.not_again],
    ["Facts", facts],
  ];
  return (
    <dl>
      {sections
        .filter(([, lines]) => lines.length)
        .map(([title, lines]) => (
          <div key={title} class="section" data-section={title.split(":")[0]}>
            <dt>{title}</dt>
            {lines.map((line) => (
              <Quoted key={keyOf(line)} line={line} conversation={conversation} />
            ))}
          </div>
        ))}
      <Need conversation={conversation} />
    </dl>
  );
}

const sinceWords = (at: string): string =>
  new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** What the conversation needs while the customer waits: one word, why, and since when. Last, so that its coming moves nothing. */
function Need({ conversation: { need: told } }: { conversation: ConversationState }) {
  if (!told?.need) return null;
  const why = told.why === told.need ? null : told.why;
  return (
    <div class="section" data-section="Needs" data-need={told.need}>
      <dt>Needs</dt>
      <dd>
        <strong>{told.need}</strong>
        {[why, told.since && `waiting since ${sinceWords(told.since)}`].filter(Boolean).map((words) => ` · ${words}`)}
      </dd>
    </div>
  );
}

const keyOf = ({ turn_id: turn, start, end }: StoryLine): string => `${turn} ${start} ${end}`;

/** The line; opened, the whole turn it stands in. */
function Quoted({ line, conversation }: { line: StoryLine; conversation: ConversationState }) {
  const turn = conversation.page.turns.find(({ id }) => id === line.turn_id);
  const by = [line.label, line.role === "customer" ? null : WHO[line.role]].filter(Boolean).join(" · ");
  return (
    <dd>
      <details class="closed quoted" data-turn={line.turn_id}>
        <summary title="Show the whole message">
          <span>
            <bdi>{line.quote}</bdi> {by && <small>{by}</small>}
          </span>
        </summary>
        <blockquote dir="auto" tabIndex={0}>
          {turn?.text ?? "The page no longer shows this message."}
        </blockquote>
      </details>
    </dd>
  );
}
