/** What a piece of code decides, in words: the rule, worked out for this customer, what may be said of it in public. */
import type { ExamplePart, RulePart, SnippetPart } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";

interface Props {
  name: string;
  snippet: SnippetPart;
  rule: RulePart;
  /** The owner was asked for a wording. */
  asked: boolean;
  acts: Acts;
}

/** What stands below the rule in an opened snippet; the code itself stays folded. */
export function Rule({ name, snippet, rule, asked, acts }: Props) {
  const { first_line: first, last_line: last } = rule.code ? rule : snippet;
  return (
    <div class="rule">
      {snippet.example && <Example example={snippet.example} />}
      {rule.function && <Wording snippet={snippet} wording={rule.wording} asked={asked} acts={acts} />}
      <Lines label="Goes by" lines={rule.takes} />
      <Lines label="Uses" lines={rule.uses} />
      <Disclosure
        class="code-below"
        name={`${name} code`}
        label={`Code: ${snippet.document_id}${typeof first !== "number" ? "" : `, lines ${first}–${last ?? first}`}`}
      >
        <pre class="text code" dir="ltr">
          {rule.code ?? snippet.text}
        </pre>
      </Disclosure>
    </div>
  );
}

function Lines({ label, lines }: { label: string; lines: string[] }) {
  if (!lines.length) return null;
  return (
    <>
      <h3>{label}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line} dir="auto">
            {line}
          </li>
        ))}
      </ul>
    </>
  );
}

function Example({ example }: { example: ExamplePart }) {
  const { inputs, steps, result, missing } = example;
  return (
    <section class="example" data-state={result === null ? "missing" : "worked_out"}>
      <h3>For this customer</h3>
      <ul>
        {inputs.map((input) => (
          <li key={input} dir="auto">
            {input}
          </li>
        ))}
        {(missing ?? []).map((value) => (
          <li key={value} class="missing" dir="auto">
            {value}
          </li>
        ))}
      </ul>
      {result && (
        <ol>
          {(steps ?? []).map((step, place) => (
            <li key={place} dir="auto">
              {step}
            </li>
          ))}
          <li class="result" dir="auto">
            {result}
          </li>
        </ol>
      )}
    </section>
  );
}

interface WordingProps {
  snippet: SnippetPart;
  wording: RulePart["wording"];
  asked: boolean;
  acts: Acts;
}

/** What of the rule a customer may read, or that nobody has said it yet. */
function Wording({ snippet, wording, asked, acts }: WordingProps) {
  if (wording) {
    return (
      <div class="wording" data-state="approved">
        <p>
          <strong>Approved wording</strong> by <bdi>{wording.by}</bdi>, {wording.on}
        </p>
        <blockquote dir="auto">{wording.text}</blockquote>
        <button type="button" class="button small" onClick={() => acts.insertWording(snippet)}>
          Insert wording
        </button>
      </div>
    );
  }
  return (
    <div class="wording row" data-state="none">
      <p>Code answers this; no approved wording yet</p>
      {asked ? (
        <span class="told" role="status">
          Asked <bdi>{snippet.owner}</bdi>
        </span>
      ) : (
        <button type="button" class="button small" onClick={() => acts.askOwner(snippet)}>
          Ask the owner (<bdi>{snippet.owner}</bdi>)
        </button>
      )}
    </div>
  );
}
