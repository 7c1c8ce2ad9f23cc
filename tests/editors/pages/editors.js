// One page per editor: ?editor=NAME. window.fixture tells what the editor itself believes, which is what it would send.
const EDITORS = {
  textarea: () => import("./plain.js").then((plain) => plain.textarea),
  input: () => import("./plain.js").then((plain) => plain.input),
  two: () => import("./plain.js").then((plain) => plain.two),
  contenteditable: () => import("./plain.js").then((plain) => plain.contenteditable),
  frame: () => import("./plain.js").then((plain) => plain.frame),
  react: () => import("./react_textarea.js").then((react) => react.textarea),
  tiptap: () => import("./prosemirrors.js").then((views) => views.tiptap),
  prosemirror: () => import("./prosemirrors.js").then((views) => views.chatwoot),
  quill: () => import("./quill.js").then((quill) => quill.quill),
  lexical: () => import("./lexical.js").then((lexical) => lexical.lexical),
  summernote: () => import("./summernote.js").then((summernote) => summernote.summernote),
};

const asked = new URLSearchParams(location.search);
const mount = await EDITORS[asked.get("editor")]();
window.fixture = await mount(document.getElementById("desk"), JSON.parse(asked.get("lines") ?? "[]"));
document.body.dataset.ready = "true";
