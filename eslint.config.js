import js from "@eslint/js";
import globals from "globals";

// Names of the browser that read like a variable of one's own, so that a forgotten declaration would not be noticed.
const MISLEADING = [
  "blur", "close", "closed", "event", "find", "focus", "frames", "length", "name", "open", "opener", "origin", "parent",
  "print", "screen", "scroll", "self", "status", "stop", "top",
];

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-restricted-globals": ["error", ...MISLEADING],
      "no-unused-vars": ["error", { varsIgnorePattern: "^_$" }],
      "no-var": "error",
      "no-warning-comments": ["error", { terms: ["@ts-ignore", "@ts-nocheck", "@ts-expect-error"], location: "anywhere" }],
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    files: ["faulttree/explorer/main.js", "faulttree/explorer/{panels,picture}/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    // What platform.d.ts declares, and no more: these know no page.
    files: ["faulttree/explorer/{engine,state}/*.js"],
    languageOptions: { globals: { atob: "readonly", performance: "readonly", setTimeout: "readonly" } },
  },
];
