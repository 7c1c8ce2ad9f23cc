/** Opens the panel, keeps sent replies for it, and puts the content script into the helpdesks the admin named. */
import { handOverCommands } from "./commands.ts";
import { chromeReports } from "./host_chrome.ts";
import { isFromPage } from "./page.ts";
import { registerHosts } from "./hosts.ts";
import { openPanelOnClick } from "./panel_place.ts";

openPanelOnClick();
// The token lives there: pages (and content scripts, which a broken page could drive) must not read it.
// Firefox keeps it from pages, and has no word yet for content scripts.
if ("setAccessLevel" in chrome.storage.local) {
  void chrome.storage.local.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
}

handOverCommands();

chrome.runtime.onInstalled.addListener(() => void registerHosts());
chrome.runtime.onStartup.addListener(() => void registerHosts());
chrome.permissions.onAdded.addListener(() => void registerHosts());
chrome.permissions.onRemoved.addListener(() => void registerHosts());

chrome.runtime.onMessage.addListener((message: unknown, sender, answer) => {
  if (sender.id !== chrome.runtime.id || !sender.tab || !isFromPage(message)) return;
  if (!("report" in message)) return;
  void chromeReports.add(message.report).then(() => answer(true));
  return true;
});
