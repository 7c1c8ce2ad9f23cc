/** The snippets of what is shown, best first: two in sight, the others behind one closed line. */
import type { Finding, Problem, Reported } from "../state.ts";
import type { SnippetPart } from "../wire.ts";
import type { Acts } from "./acts.ts";
import { Disclosure } from "./disclosure.tsx";
import { Snippet } from "./snippet.tsx";

const IN_SIGHT = 2;

interface Props {
  /** Tells these from the snippets of other findings. */
  name: string;
  finding: Finding;
  reported: (thing: Reported) => Problem | null;
  acts: Acts;
  now: Date;
}

export function Snippets(props: Props) {
  const { snippets, fit, disposition } = props.finding;
  if (!snippets.length) return null;
  const more = snippets.slice(IN_SIGHT);
  return (
    <section class="snippets" data-in-use aria-label="Snippets" data-long={fit !== "answers" && disposition === "routine"}>
      <List {...props} snippets={snippets.slice(0, IN_SIGHT)} />
      {more.length > 0 && (
        <Disclosure class="more" name={`${props.name} more`} label={`${more.length} more snippet${more.length === 1 ? "" : "s"}`}>
          <List {...props} snippets={more} />
        </Disclosure>
      )}
    </section>
  );
}

function List({ name, finding, snippets, reported, acts, now }: Props & { snippets: SnippetPart[] }) {
  return (
    <ol>
      {snippets.map((snippet) => (
        <Snippet
          key={snippet.number}
          name={`${name} ${snippet.number}`}
          snippet={snippet}
          open={finding.openSnippets.includes(snippet.number)}
          cited={finding.cited === snippet.number}
          reported={reported}
          acts={acts}
          now={now}
        />
      ))}
    </ol>
  );
}
