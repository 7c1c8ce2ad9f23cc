/** Signing this browser in: the person agrees on the server's own page, and this browser gets a token of its own. */
import type { Settings } from "../host.ts";

export type SignedIn = { token: string } | { problem: string };

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** A secret, and the digest that is shown beforehand so that only this browser can trade the code. */
async function secretAndChallenge(): Promise<[verifier: string, challenge: string]> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return [verifier, base64url(new Uint8Array(digest))];
}

/** Opens the server's page in a window of its own. The browser itself catches the answer: no page can. */
export async function signIn(server: string): Promise<SignedIn> {
  const [verifier, challenge] = await secretAndChallenge();
  const page = new URL("/admit", server);
  page.search = new URLSearchParams({ challenge, end: chrome.identity.getRedirectURL() }).toString();
  let end: string | undefined;
  try {
    end = await chrome.identity.launchWebAuthFlow({ url: page.href, interactive: true });
  } catch {
    return { problem: `You were not signed in: the window was closed, or no Sotto server answers at ${server}.` };
  }
  const code = end && new URL(end).searchParams.get("code");
  return code ? trade(server, code, verifier) : { problem: "You were not signed in: you said no." };
}

async function trade(server: string, code: string, verifier: string): Promise<SignedIn> {
  try {
    const body = new URLSearchParams({ code, verifier });
    const answer = await fetch(new URL("/admit/token", server), { method: "POST", body, credentials: "omit" });
    return (await answer.json()) as SignedIn;
  } catch {
    return { problem: `${server} did not answer. Press Sign in again.` };
  }
}

/** Ends the token on the server; when that is out of reach, at least this browser forgets it. */
export async function signOut({ server, token }: Settings): Promise<void> {
  const body = new URLSearchParams({ token });
  await fetch(new URL("/admit/end", server), { method: "POST", body, credentials: "omit" }).catch(() => undefined);
  await chrome.storage.local.remove("token");
}
