import Quill from "quill";

export function quill(desk, lines) {
  const editor = new Quill(desk);
  editor.setText(lines.join("\n"));
  editor.history.clear();
  return { lines: () => editor.getText().replace(/\n$/, "").split("\n"), raw: () => JSON.stringify(editor.getContents()) };
}
