/** One verbatim excerpt of the knowledge, with what one must know before trusting it. */
import { useEffect, useRef } from "preact/hooks";
import type { Problem, Reported } from "../state.ts";
import type { Audience, SnippetPart } from "../wire.ts";
import { age } from "../words.ts";
import type { Acts } from "./acts.ts";
import { Icon } from "./icons.tsx";
import { usePlace } from "./place.tsx";
import { Rule } from "./rule.tsx";
import { SomethingWrong } from "./wrong.tsx";

const KIND: Record<SnippetPart["kind"], string> = {
  policy: "Policy",
  faq: "FAQ",
  macro: "Saved reply",
  protocol: "Protocol",
  product: "Product",
  code: "Code",
};

const AUDIENCE: Record<Audience, string> = {
  public: "Public",
  internal: "Internal: not for the customer",
  expert: "Expert",
};

interface Props {
  name: string;
  snippet: SnippetPart;
  open: boolean;
  cited: boolean;
  reported: (thing: Reported) => Problem | null;
  acts: Acts;
  now: Date;
}

export function Snippet({ name, snippet, open, cited, reported, acts, now }: Props) {
  const item = useRef<HTMLLIElement>(null);
  const was = useRef(cited);
  const rule = snippet.rule ?? null;
  useEffect(() => {
    // A conversation that comes back into view is scrolled as it was left.
    const turned = cited && !was.current;
    was.current = cited;
    if (!turned || !item.current) return;
    const behind = item.current.closest("details");
    if (behind) behind.open = true;
    item.current.scrollIntoView({ block: "nearest" });
  }, [cited]);
  return (
    <li
      ref={item}
      class="card snippet"
      data-number={snippet.number}
      data-audience={snippet.audience}
      data-open={open}
      data-cited={cited}
    >
      <Head snippet={snippet} open={open} toggle={() => acts.toggleSnippet(snippet.number)} now={now} />
      <p class={`text ${open ? "" : "short"} ${snippet.kind === "code" && !rule ? "code" : ""}`} dir="auto">
        {rule ? rule.says : snippet.text}
      </p>
      {open && rule && (
        <Rule
          name={name}
          snippet={snippet}
          rule={rule}
          asked={reported({ about: "wording", snippet }) !== null}
          acts={acts}
        />
      )}
      {open && (
        <>
          <Uses snippet={snippet} acts={acts} />
          {snippet.own ? <Own whose={snippet.own} /> : <Details snippet={snippet} />}
          {!snippet.own && (
            <SomethingWrong
              name={name}
              owner={snippet.owner}
              reported={reported({ about: "snippet", snippet })}
              report={(problem, note) => acts.report({ about: "snippet", snippet }, problem, note)}
            />
          )}
        </>
      )}
    </li>
  );
}

function Head({ snippet, open, toggle, now }: { snippet: SnippetPart; open: boolean; toggle: () => void; now: Date }) {
  const document = snippet.title_path[0] ?? snippet.document_id;
  const title = snippet.question ?? snippet.title_path.at(-1) ?? snippet.document_id;
  const updated = age(snippet.updated_on, now);
  return (
    <button type="button" class="head" aria-expanded={open} onClick={toggle}>
      <span class="number">{snippet.number}</span>
      <span class="titles">
        <bdi class="title">{title}</bdi>
        <span class="meta">
          <span class="audience" data-audience={snippet.audience}>
            <Icon name={snippet.audience} /> {AUDIENCE[snippet.audience]}
          </span>
          <span>{KIND[snippet.kind]}</span>
          {updated && <span>{updated}</span>}
          {document !== title && <bdi>{document}</bdi>}
        </span>
      </span>
    </button>
  );
}

const webAddress = (url: string | null): string | null => (url && /^https?:\/\//.test(url) ? url : null);

/** What the agent can do with a passage; only what is public can go to the customer. */
function Uses({ snippet, acts }: { snippet: SnippetPart; acts: Acts }) {
  const url = snippet.audience === "public" ? webAddress(snippet.url) : null;
  const button = (words: string, act: () => void) => (
    <button type="button" class="button small" onClick={act}>
      {words}
    </button>
  );
  return (
    <div class="row uses">
      {button(snippet.audience === "public" ? "Insert text" : "Insert as note", () => acts.insertSnippet(snippet))}
      {url && button("Open", () => acts.openLink(snippet))}
      {url && button("Copy link", () => acts.copyLink(snippet))}
      {url && button("Insert link", () => acts.insertLink(snippet))}
    </div>
  );
}

/** A macro that no owner answers for: whoever keeps it changes it. */
function Own({ whose }: { whose: "agent" | "team" }) {
  const { server } = usePlace();
  return (
    <p class="own">
      {whose === "agent" ? "Only you use this. " : "Your team uses this. "}
      {server && (
        <a href={new URL("/macros", server).href} target="_blank" rel="noreferrer">
          Your macros
        </a>
      )}
    </p>
  );
}

function Details({ snippet }: { snippet: SnippetPart }) {
  const lines =
    snippet.first_line === null ? "" : `, lines ${snippet.first_line}–${snippet.last_line ?? snippet.first_line}`;
  const url = webAddress(snippet.url);
  return (
    <dl>
      <dt>Owner</dt>
      <dd>
        <bdi>{snippet.owner}</bdi>
      </dd>
      <dt>Updated</dt>
      <dd>{snippet.updated_on ?? "unknown"}</dd>
      <dt>In</dt>
      <dd>
        <bdi>{snippet.title_path.join(" › ")}</bdi>
      </dd>
      <dt>From</dt>
      <dd>
        {url ? (
          <a href={url} target="_blank" rel="noreferrer">
            {snippet.document_id}
          </a>
        ) : (
          snippet.document_id
        )}
        {lines}
      </dd>
      <dt>Fits</dt>
      <dd>{Math.round(snippet.confidence * 100)} %</dd>
    </dl>
  );
}
