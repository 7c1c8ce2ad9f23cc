/** The four keys that work anywhere in the browser: the background hears them, the panel of that window acts. */
import type { Command, Shortcut } from "./host.ts";
import { openPanel } from "./panel_place.ts";

interface Pressed {
  sotto: "command_pressed";
  command: Command;
  windowId: number;
}

const COMMANDS: readonly Command[] = ["insert", "next", "ask", "dismiss"];

const isCommand = (name: string | undefined): name is Command => COMMANDS.some((known) => known === name);
const waitingKey = (windowId: number): string => `asked:${windowId}`;

/** In the background: hands each command to the panel of its window; asking opens a closed panel. */
export function handOverCommands(): void {
  chrome.commands.onCommand.addListener((command, tab) => {
    if (!isCommand(command) || tab === undefined) return;
    const pressed: Pressed = { sotto: "command_pressed", command, windowId: tab.windowId };
    // Both at once: only while it handles a key does the browser open a panel, or let an open one take the focus.
    if (command === "ask") void openPanel(tab.windowId);
    void handOver(pressed);
  });
}

/** A panel that is only just opening hears no message: the question waits for it. */
async function handOver(pressed: Pressed): Promise<void> {
  const taken = await chrome.runtime.sendMessage<Pressed, boolean | undefined>(pressed).catch(() => false);
  if (!taken && pressed.command === "ask") await chrome.storage.session.set({ [waitingKey(pressed.windowId)]: true });
}

/** In the panel: calls `onCommand` for what was pressed in this window. */
export function watchPressed(windowId: number | undefined, onCommand: (command: Command) => void): void {
  if (windowId === undefined) return;
  chrome.runtime.onMessage.addListener((message: unknown, sender, answer) => {
    if (sender.id !== chrome.runtime.id || !isPressed(message) || message.windowId !== windowId) return;
    answer(true);
    if (message.command === "ask") window.focus();
    onCommand(message.command);
  });
  const key = waitingKey(windowId);
  const takeWaiting = async (): Promise<void> => {
    if (!(await chrome.storage.session.get(key))[key]) return;
    await chrome.storage.session.remove(key);
    onCommand("ask");
  };
  chrome.storage.session.onChanged.addListener((changes) => {
    if (changes[key]?.newValue) void takeWaiting();
  });
  void takeWaiting();
}

function isPressed(message: unknown): message is Pressed {
  const { sotto, command } = (message ?? {}) as Partial<Pressed>;
  return sotto === "command_pressed" && isCommand(command);
}

export async function readShortcuts(): Promise<Shortcut[]> {
  const known = await chrome.commands.getAll();
  const keys = new Map(known.map(({ name, shortcut }) => [name, shortcut ?? ""]));
  return COMMANDS.map((command) => ({ command, keys: keys.get(command) ?? "" }));
}
