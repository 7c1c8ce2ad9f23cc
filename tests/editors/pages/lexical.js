import { createEmptyHistoryState, registerHistory } from "@lexical/history";
import { registerRichText } from "@lexical/rich-text";
import { $createParagraphNode, $createTextNode, $getRoot, createEditor } from "lexical";

export function lexical(desk, lines) {
  const box = document.createElement("div");
  box.contentEditable = "true";
  desk.append(box);
  const editor = createEditor({ namespace: "fixture", onError: (error) => { throw error; } });
  editor.setRootElement(box);
  registerRichText(editor);
  editor.update(() => write(lines.length ? lines : [""]), { discrete: true });
  registerHistory(editor, createEmptyHistoryState(), 300);
  const read = (look) => editor.getEditorState().read(look);
  return {
    lines: () => read(() => $getRoot().getChildren().flatMap((child) => child.getTextContent().split("\n"))),
    raw: () => JSON.stringify(editor.getEditorState().toJSON()),
  };
}

function write(lines) {
  for (const line of lines) {
    const paragraph = $createParagraphNode();
    if (line) paragraph.append($createTextNode(line));
    $getRoot().append(paragraph);
  }
}
