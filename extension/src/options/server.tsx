/** Where the server is and who is signed in: with one click on the server's own page, or with a token. */
import { useEffect, useState } from "preact/hooks";
import type { Settings } from "../host.ts";
import { readSettings, serverAddress, type Managed } from "../settings.ts";
import { signIn, signOut } from "./sign_in.ts";
import { testConnection, type TestResult } from "./test_connection.ts";

const BAD_ADDRESS = "Enter the whole address, such as https://sotto.example.com. Plain http is for this machine only.";

export function Server({ managed }: { managed: Managed }) {
  const [server, setServer] = useState(managed.server ?? "http://127.0.0.1:8140");
  const [token, setToken] = useState("");
  const [signedIn, setSignedIn] = useState(false);
  const [result, setResult] = useState<TestResult | null>(null);

  const test = async (settings: Settings): Promise<void> => {
    const tested = await testConnection(settings);
    setSignedIn(tested.good);
    setResult(tested);
  };
  const keep = async (address: string, given: string): Promise<void> => {
    await chrome.storage.local.set({ server: address, token: given });
    await test({ server: address, token: given });
  };
  useEffect(() => {
    void readSettings().then((settings) => {
      if (!settings) return;
      setServer(settings.server);
      setToken(settings.token);
      void test(settings);
    });
  }, []);
  const withAddress = async (act: (address: string) => Promise<void>): Promise<void> => {
    const address = serverAddress(server);
    setResult(null);
    if (address) await act(address);
    else setResult({ good: false, text: BAD_ADDRESS });
  };
  const enter = (): Promise<void> =>
    withAddress(async (address) => {
      const answer = await signIn(address);
      if ("token" in answer) await keep(address, answer.token);
      else setResult({ good: false, text: answer.problem });
    });
  const leave = async (): Promise<void> => {
    // Not what stands in the fields: a token goes only to the server that it is stored for.
    const settings = await readSettings();
    if (settings) await signOut(settings);
    setToken("");
    setSignedIn(false);
    setResult({ good: true, text: "Signed out: this browser has no token any more." });
  };
  return (
    <section class="card">
      <h2>Server</h2>
      <Address {...{ server, setServer }} fixed={managed.server !== undefined} />
      <SignInOrOut {...{ signedIn }} enter={() => void enter()} leave={() => void leave()} />
      {result && <Result result={result} />}
      <Token {...{ token, setToken }} save={() => withAddress((address) => keep(address, token.trim()))} />
    </section>
  );
}

function SignInOrOut({ signedIn, enter, leave }: { signedIn: boolean; enter: () => void; leave: () => void }) {
  return (
    <div class="row">
      {signedIn ? (
        <button type="button" class="button" onClick={leave}>
          Sign out
        </button>
      ) : (
        <button type="button" class="button primary" onClick={enter}>
          Sign in
        </button>
      )}
    </div>
  );
}

interface AddressProps {
  server: string;
  setServer: (server: string) => void;
  fixed: boolean;
}

function Address({ server, setServer, fixed }: AddressProps) {
  return (
    <label>
      Address
      <input
        name="server"
        value={server}
        onInput={(event) => setServer(event.currentTarget.value)}
        readOnly={fixed}
        aria-describedby={fixed ? "fixed" : undefined}
        required
      />
      {fixed && (
        <span class="hint" id="fixed">
          Set by your admin.
        </span>
      )}
    </label>
  );
}

function Result({ result }: { result: TestResult }) {
  return (
    <p class={result.good ? "line result" : "line result bad"} role="status" data-result={result.good ? "good" : "bad"}>
      {result.text}
    </p>
  );
}

interface TokenProps {
  token: string;
  setToken: (token: string) => void;
  save: () => Promise<void>;
}

function Token({ token, setToken, save }: TokenProps) {
  return (
    <details>
      <summary>Use a token instead</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
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
          <button class="button">Save and test</button>
        </div>
      </form>
    </details>
  );
}
