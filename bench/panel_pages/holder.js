// The page around the panel: shows one conversation after another, as a helpdesk would.
const frame = document.querySelector("iframe");
let view = { kind: "no_conversation" };

window.addEventListener("message", ({ data, ports }) => {
  if (data?.sotto === "view_read") ports[0].postMessage(view);
});

window.show = (id) => {
  const turns = [{ id: `turn-${id}`, role: "customer", text: `Question of ${id}`, at: null, attachments: [] }];
  const customer = { name: `Customer ${id}` };
  const conversation = { conversation_id: id, helpdesk: "bench", channel: "email", subject: id, customer, turns };
  view = { kind: "conversation", conversation, replyBox: { kind: "reply", typed: false } };
  frame.contentWindow.postMessage({ sotto: "view_changed", view }, location.origin);
};

frame.src = new URLSearchParams(location.search).get("panel");
