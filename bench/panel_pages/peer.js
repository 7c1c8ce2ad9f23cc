// The peer: the panel that one writes first. It keeps what the server said and rebuilds everything on every message.
const root = document.getElementById("panel");
const conversations = new Map();
const waiting = [];
let shown = null;

const element = (name, className, ...children) => {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
};

function snippet({ number, title_path: path, text }) {
  const head = element("button", "head", element("span", "number", `${number}`), element("span", "title", path.at(-1)));
  return element("li", "card snippet", head, element("p", "text short", text));
}

function draw() {
  const { snippets = [], pieces = [] } = conversations.get(shown) ?? {};
  const texts = pieces.map((piece) =>
    piece.kind === "text" ? piece.text : element("button", "cite", `${piece.number}`),
  );
  const buttons = ["Insert", "Copy", "Dismiss"].map((name) => element("button", "button", name));
  const heading = element("header", "bar", element("h1", "", "Peer"), element("span", "subject", shown ?? ""));
  const draft = element("section", "card suggestion", element("p", "draft", ...texts), element("footer", "", ...buttons));
  const list = element("section", "snippets", element("ol", "", ...snippets.map(snippet)));
  root.replaceChildren(element("div", "panel", heading, element("main", "", draft, list)));
}

function receive(message) {
  const known = conversations.get(message.conversation_id);
  if (message.type === "snippets_found") known.snippets = message.snippets;
  if (message.type === "suggestion_started") known.pieces = [];
  if (message.type === "suggestion_delta") known.pieces = [...known.pieces, ...message.pieces];
  if (message.type === "suggestion_ready") known.pieces = [{ kind: "text", text: message.text }];
  draw();
}

const socket = new WebSocket(`ws://${location.host}/ws`);
const say = (message) => (socket.readyState === WebSocket.OPEN ? socket.send(JSON.stringify(message)) : waiting.push(message));
socket.onopen = () => {
  say({ type: "hello", oldest_protocol: 1, newest_protocol: 1, token: "t", client: "peer" });
  waiting.splice(0).forEach(say);
};
socket.onmessage = ({ data }) => receive(JSON.parse(data));

window.addEventListener("message", ({ data }) => {
  if (data?.sotto !== "view_changed") return;
  const { conversation } = data.view;
  shown = conversation.conversation_id;
  if (!conversations.has(shown)) {
    conversations.set(shown, {});
    say({ type: "conversation_open", ...conversation });
  }
  draw();
});
