// Runs in the panel's frame before anything else: notes when a message arrived and when its words were painted.
window.painted = { deltas: [], views: [] };

const NativeSocket = window.WebSocket;
const words = () => document.querySelector(".draft")?.textContent ?? "";

function notePainted(times, seen, from = performance.now()) {
  requestAnimationFrame(() => {
    // A task that a frame's callback posts runs once that frame is painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (seen()) times.push(performance.now() - from);
      else notePainted(times, seen, from);
    };
    port2.postMessage(0);
  });
}

window.WebSocket = class extends NativeSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      if (message.type !== "suggestion_delta") return;
      const word = message.pieces[0].text.trim().split(" ")[0];
      notePainted(window.painted.deltas, () => words().includes(word));
    });
  }
};

window.addEventListener("message", ({ data }) => {
  if (data?.sotto !== "view_changed") return;
  const id = data.view.conversation.conversation_id;
  notePainted(window.painted.views, () => words().includes(`Draft for ${id}.`));
});
