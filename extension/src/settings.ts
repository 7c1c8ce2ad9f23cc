/** Which server the panel talks to, with which token: what the admin set for the browser, then what the agent chose. */
import type { Settings } from "./host.ts";

/** What an admin may set for all browsers at once; `managed.json` is its schema. */
export interface Managed {
  server?: string;
  hosts?: string[];
}

/** The server's web address as it is stored; null when it is none, or would send the token in the clear. */
export function serverAddress(typed: string): string | null {
  if (!URL.canParse(typed.trim())) return null;
  const { protocol, hostname, origin } = new URL(typed.trim());
  const loopback = hostname === "127.0.0.1" || hostname === "localhost";
  return protocol === "https:" || (protocol === "http:" && loopback) ? origin : null;
}

/** null when nobody is signed in. A token goes to the server that it was meant for, and to no other. */
export function settingsOf(managed: Managed, stored: Partial<Settings>): Settings | null {
  const { server, token } = stored;
  if (!server || !token) return null;
  return managed.server && serverAddress(managed.server) !== server ? null : { server, token };
}

/** Empty where the admin set nothing (Firefox refuses to read what is not there). */
export async function readManaged(): Promise<Managed> {
  try {
    return await chrome.storage.managed.get<Managed>(["server", "hosts"]);
  } catch {
    return {};
  }
}

export async function readSettings(): Promise<Settings | null> {
  const stored = await chrome.storage.local.get<Partial<Settings>>(["server", "token"]);
  return settingsOf(await readManaged(), stored);
}

export function watchSettings(onChange: () => void): void {
  chrome.storage.onChanged.addListener((changes, area) => {
    if (area !== "session" && ("server" in changes || "token" in changes)) onChange();
  });
}
