/** The settings: where the server is, the person's token, and the helpdesks Sotto may read. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readSettings } from "../host_chrome.ts";
import { grantedHosts, hostPattern } from "../hosts.ts";
import { serverAddress, testConnection, type TestResult } from "./test_connection.ts";

const BAD_ADDRESS = "Enter the whole address, such as https://sotto.example.com. Plain http is for this machine only.";

function Server() {
  const [server, setServer] = useState("");
  const [token, setToken] = useState("");
  const [result, setResult] = useState<TestResult | null>(null);
  useEffect(() => {
    void readSettings().then((settings) => {
      setServer(settings?.server ?? "http://127.0.0.1:8140");
      setToken(settings?.token ?? "");
    });
  }, []);
  const save = async (): Promise<void> => {
    const address = serverAddress(server);
    if (!address) return setResult({ good: false, text: BAD_ADDRESS });
    await chrome.storage.local.set({ server: address, token: token.trim() });
    setResult(null);
    setResult(await testConnection({ server: address, token: token.trim() }));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <section class="card">
        <h2>Server</h2>
        <label>
          Address
          <input name="server" value={server} onInput={(event) => setServer(event.currentTarget.value)} required />
        </label>
        <label>
          Your token
          <input
            name="token"
            type="password"
            autocomplete="off"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
            required
          />
        </label>
        <div class="row">
          <button class="button primary">Save and test</button>
        </div>
        {result && (
          <p class={result.good ? "line result" : "line result bad"} role="status" data-result={result.good ? "good" : "bad"}>
            {result.text}
          </p>
        )}
      </section>
    </form>
  );
}

function Hosts() {
  const [hosts, setHosts] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const refresh = (): void => void grantedHosts().then(setHosts);
  useEffect(refresh, []);
  const add = async (): Promise<void> => {
    const pattern = hostPattern(typed);
    if (!pattern) return setProblem("Enter one helpdesk address, such as https://desk.example.com.");
    const granted = await chrome.permissions.request({ origins: [pattern] });
    setProblem(granted ? "" : "Chrome did not grant this address. Ask your admin whether your browser is managed.");
    if (granted) setTyped("");
    refresh();
  };
  const remove = async (pattern: string): Promise<void> => {
    await chrome.permissions.remove({ origins: [pattern] });
    refresh();
  };
  return (
    <section class="card">
      <h2>Helpdesks</h2>
      <p class="hint">Sotto reads these pages only. Chrome asks you once for each.</p>
      <ul class="hosts">
        {hosts.map((pattern) => (
          <li key={pattern}>
            {pattern.replace(/\/\*$/, "")}
            <button type="button" class="button small" onClick={() => void remove(pattern)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void add();
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

const root = document.getElementById("options");
if (root) {
  render(
    <main class="options">
      <h1>Sotto settings</h1>
      <Server />
      <Hosts />
    </main>,
    root,
  );
}
