import { buildEditor, EditorState, EditorView, messageSchema } from "@chatwoot/prosemirror-schema";
import { Editor } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";

const asJson = (lines) => ({
  type: "doc",
  content: (lines.length ? lines : [""]).map((line) => ({
    type: "paragraph",
    ...(line ? { content: [{ type: "text", text: line }] } : {}),
  })),
});

function linesOf(doc) {
  const lines = [];
  doc.descendants((node) => {
    if (!node.isTextblock) return true;
    lines.push(...node.textBetween(0, node.content.size, "\n", "\n").split("\n"));
    return false;
  });
  return lines;
}

export function tiptap(desk, lines) {
  const editor = new Editor({ element: desk, extensions: [StarterKit], content: asJson(lines) });
  return { lines: () => linesOf(editor.state.doc), raw: () => JSON.stringify(editor.getJSON()) };
}

/** Chatwoot's own editor. */
export function chatwoot(desk, lines) {
  const plugins = buildEditor({ schema: messageSchema, placeholder: "Type your reply", enabledMenuOptions: ["strong"] });
  const doc = messageSchema.nodeFromJSON(asJson(lines));
  const view = new EditorView(desk, { state: EditorState.create({ doc, plugins }) });
  return { lines: () => linesOf(view.state.doc), raw: () => JSON.stringify(view.state.doc.toJSON()) };
}
