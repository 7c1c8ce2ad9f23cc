/** The page's end of the framed panel: answers what the panel asks, tells it what changed. */
import type { PageSide } from "../helpdesk/page_side.ts";
import { isToPage, type FromPage } from "../page.ts";

const KEPT_WITHIN_MS = 5_000;

/** Only the frame itself, on the server's own origin, may ask. */
export function answerFrame(frame: HTMLIFrameElement, side: PageSide): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== frame.contentWindow || event.origin !== window.location.origin) return;
    if (!isToPage(event.data)) return;
    const port = event.ports[0];
    void side.answer(event.data).then((answer) => port?.postMessage(answer));
  });
}

export function tellFrame(frame: HTMLIFrameElement, message: FromPage): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  frame.contentWindow?.postMessage(message, window.location.origin, [port2]);
  if (message.sotto !== "reply_sent") return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The panel did not confirm the sent reply.")), KEPT_WITHIN_MS);
    port1.onmessage = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}
