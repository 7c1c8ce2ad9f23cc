/** The helpdesks Sotto may read: those the admin named, and those the agent adds. */
import { useEffect, useState } from "preact/hooks";
import { grantedHosts, hostAddress, hostPattern } from "../hosts.ts";

export function Hosts({ named }: { named: string[] }) {
  const [hosts, setHosts] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const refresh = (): void => void grantedHosts().then(setHosts);
  useEffect(refresh, []);
  const waiting = named.flatMap((host) => hostPattern(host) ?? []).filter((pattern) => !hosts.includes(pattern));
  const request = async (origins: string[]): Promise<void> => {
    const granted = await chrome.permissions.request({ origins });
    setProblem(granted ? "" : "The browser did not grant this. Ask your admin whether your browser is managed.");
    if (granted) setTyped("");
    refresh();
  };
  const add = (): void => {
    const pattern = hostPattern(typed);
    if (pattern) void request([pattern]);
    else setProblem("Enter one helpdesk address, such as https://desk.example.com.");
  };
  const remove = async (pattern: string): Promise<void> => {
    await chrome.permissions.remove({ origins: [pattern] });
    refresh();
  };
  return (
    <section class="card">
      <h2>Helpdesks</h2>
      <p class="hint">Sotto reads these pages only. The browser asks you once for each.</p>
      {waiting.length > 0 && <Waiting {...{ waiting }} allow={() => void request(waiting)} />}
      <ul class="hosts">
        {hosts.map((pattern) => (
          <li key={pattern}>
            {hostAddress(pattern)}
            <button type="button" class="button small" onClick={() => void remove(pattern)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <label>
          Add a helpdesk
          <span class="row">
            <input name="host" placeholder="https://desk.example.com" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
            <button class="button">Add</button>
          </span>
        </label>
      </form>
      {problem && (
        <p class="line bad" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

/** A browser grants only what a person clicks on. */
function Waiting({ waiting, allow }: { waiting: string[]; allow: () => void }) {
  return (
    <div class="line wait">
      Your admin named {waiting.map(hostAddress).join(", ")}.
      <div class="row">
        <button type="button" class="button primary" onClick={allow}>
          Allow
        </button>
      </div>
    </div>
  );
}
