/** Where the panel stands beside the page: Chrome's side panel, or Firefox's sidebar. */

/** Fixed by the build, so that neither browser gets code that names what only the other has. */
declare const IN_FIREFOX: boolean;

declare const browser: {
  sidebarAction: { open(): Promise<void>; toggle(): Promise<void> };
  commands: { openShortcutSettings?(): Promise<void> };
};

/** In the background: a click on Sotto's button opens the panel. */
export function openPanelOnClick(): void {
  if (IN_FIREFOX) chrome.action.onClicked.addListener(() => void browser.sidebarAction.toggle());
  else void chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
}

/** Only while the browser handles a click or a key of the agent's. */
export const openPanel = (windowId: number): Promise<void> =>
  IN_FIREFOX ? browser.sidebarAction.open() : chrome.sidePanel.open({ windowId });

/** Opens the browser's own page for keys; null in a Firefox that lets no extension open it. */
export function shortcutsPage(): (() => void) | null {
  if (!IN_FIREFOX) return () => void chrome.tabs.create({ url: "chrome://extensions/shortcuts" });
  return "openShortcutSettings" in browser.commands ? () => void browser.commands.openShortcutSettings?.() : null;
}
