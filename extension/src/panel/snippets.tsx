/** Verbatim excerpts of the knowledge, each with what one must know before trusting it. */
import { useEffect, useRef } from "preact/hooks";
import { shownFinding, type ConversationState } from "../state.ts";
import type { SnippetPart } from "../wire.ts";
import { age } from "../words.ts";
import type { Acts } from "./acts.ts";

const KIND: Record<SnippetPart["kind"], string> = {
  policy: "Policy",
  faq: "FAQ",
  macro: "Saved reply",
  product: "Product",
  code: "Code",
};

interface Props {
  conversation: ConversationState;
  acts: Acts;
  now: Date;
}

export function Snippets({ conversation, acts, now }: Props) {
  const finding = shownFinding(conversation);
  if (!finding?.snippets.length) return null;
  const { question, openSnippets, cited } = finding;
  const about = question ? `Found for “${question}”` : "From the knowledge";
  return (
    <section class="snippets" data-in-use aria-label="Snippets">
      <h2 class="label">{about}</h2>
      <ol>
        {finding.snippets.map((snippet) => (
          <Snippet
            key={snippet.number}
            snippet={snippet}
            open={openSnippets.includes(snippet.number)}
            cited={cited === snippet.number}
            toggle={() => acts.toggleSnippet(snippet.number)}
            now={now}
          />
        ))}
      </ol>
    </section>
  );
}

interface SnippetProps {
  snippet: SnippetPart;
  open: boolean;
  cited: boolean;
  toggle: () => void;
  now: Date;
}

function Snippet({ snippet, open, cited, toggle, now }: SnippetProps) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (cited) item.current?.scrollIntoView({ block: "nearest" });
  }, [cited]);
  const heading = snippet.title_path.at(-1) ?? snippet.document_id;
  const document = snippet.title_path[0] ?? snippet.document_id;
  const title = snippet.question ?? heading;
  const updated = age(snippet.updated_on, now);
  return (
    <li
      ref={item}
      class="card snippet"
      data-number={snippet.number}
      data-audience={snippet.audience}
      data-open={open}
      data-cited={cited}
    >
      <button type="button" class="head" aria-expanded={open} onClick={toggle}>
        <span class="number">{snippet.number}</span>
        <span class="titles">
          <span class="title">{title}</span>
          <span class="meta">
            <span>
              <span class="kind">{KIND[snippet.kind]}</span>
              {document !== title && `: ${document}`}
            </span>
            {updated && <span>{updated}</span>}
            {snippet.audience === "internal" && <span class="internal">internal: don’t send</span>}
            {snippet.audience === "expert" && <span>for experts</span>}
          </span>
        </span>
      </button>
      <p class={`text ${open ? "" : "short"} ${snippet.kind === "code" ? "code" : ""}`}>
        {snippet.text}
      </p>
      {open && <Details snippet={snippet} />}
    </li>
  );
}

const webAddress = (url: string | null): string | null => (url && /^https?:\/\//.test(url) ? url : null);

function Details({ snippet }: { snippet: SnippetPart }) {
  const lines =
    snippet.first_line === null ? "" : `, lines ${snippet.first_line}–${snippet.last_line ?? snippet.first_line}`;
  const url = webAddress(snippet.url);
  return (
    <dl>
      <dt>Owner</dt>
      <dd>{snippet.owner}</dd>
      <dt>Updated</dt>
      <dd>{snippet.updated_on ?? "unknown"}</dd>
      <dt>In</dt>
      <dd>{snippet.title_path.join(" › ")}</dd>
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
