/** The helpdesk pages that Sotto may read: only those an admin named, each granted in Chrome's own dialog. */

const SCRIPT_ID = "helpdesk";

/** The match pattern for a web address typed by a person ("desk.example.com" means https); null when it is none. */
export function hostPattern(typed: string): string | null {
  const address = /^https?:\/\//i.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`;
  if (!URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  return /^[^\s%*]+$/.test(hostname) ? `${protocol}//${hostname}/*` : null;
}

/** A pattern as a person reads it: "https://desk.example.com". */
export const hostAddress = (pattern: string): string => pattern.replace(/\/\*$/, "");

export async function grantedHosts(): Promise<string[]> {
  return (await chrome.permissions.getAll()).origins ?? [];
}

/** Registers the content script for exactly the granted hosts, and starts it in tabs that are open already. */
export async function registerHosts(): Promise<void> {
  const matches = await grantedHosts();
  const registered = await chrome.scripting.getRegisteredContentScripts({ ids: [SCRIPT_ID] });
  const known = new Set(registered.flatMap((script) => script.matches ?? []));
  if (registered.length) await chrome.scripting.unregisterContentScripts({ ids: [SCRIPT_ID] });
  if (!matches.length) return;
  await chrome.scripting.registerContentScripts([{ id: SCRIPT_ID, matches, js: ["content.js"], runAt: "document_idle" }]);
  const added = matches.filter((pattern) => !known.has(pattern));
  if (!added.length) return;
  for (const tab of await chrome.tabs.query({ url: added })) {
    if (tab.id !== undefined) await chrome.scripting.executeScript({ target: { tabId: tab.id }, files: ["content.js"] });
  }
}
