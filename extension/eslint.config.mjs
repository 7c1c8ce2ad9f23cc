import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import tseslint from "typescript-eslint";

// Customer text reaches the page as text nodes only: nothing in this project may parse a string as HTML.
const htmlSinks = ["innerHTML", "outerHTML", "dangerouslySetInnerHTML", "insertAdjacentHTML", "srcdoc"];
const noHtml = htmlSinks.flatMap((name) => [
  { selector: `MemberExpression[property.name="${name}"]`, message: `${name} parses text as HTML; render text nodes.` },
  { selector: `JSXAttribute[name.name="${name}"]`, message: `${name} parses text as HTML; render text nodes.` },
  { selector: `Property[key.name="${name}"]`, message: `${name} parses text as HTML; render text nodes.` },
]);

// A helpdesk on plain http does not get it, not even for an extension's script there: reportId() works everywhere.
const secureOnly = {
  selector: 'MemberExpression[object.name="crypto"][property.name="randomUUID"]',
  message: "crypto.randomUUID is missing in pages on plain http; use reportId().",
};

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "src/wire.ts"] },
  js.configs.recommended,
  {
    files: ["src/**/*.ts", "src/**/*.tsx", "tests/**/*.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL(".", import.meta.url)) } },
    rules: {
      "no-restricted-syntax": ["error", ...noHtml, secureOnly],
      "no-eval": "error",
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 6],
      "@typescript-eslint/switch-exhaustiveness-check": "off",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-floating-promises": "off", "max-lines-per-function": "off" },
  },
  { files: ["*.mjs"], languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } } },
);
