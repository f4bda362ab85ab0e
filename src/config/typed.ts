/** What is typed: the server, or one of the tools that come with it. */
export type Tool = "serve" | "bench" | "stress";

/** From the source, from the package by npx, or from the package by its own name. */
export type Start = "source" | "npx" | "package";

const scripts: Readonly<Record<Tool, string>> = {
  serve: "npm start",
  bench: "npm run bench",
  stress: "npm run stress",
};

/** Of this process. */
const ownStart: Start = import.meta.filename.endsWith(".ts")
  ? "source"
  : process.env["npm_command"] === "exec"
    ? "npx"
    : "package";

/**
 * How a command of manycore is typed, for messages, `--help` and reports: `typed("bench", "--quick")`
 * is `npm run bench -- --quick` in a clone and `manycore bench --quick` with the package.
 *
 * @param words what follows, as a shell reads it
 */
export function typed(tool: Tool, words = "", start = ownStart): string {
  const rest = words === "" ? [] : [words];
  if (start === "source") return [scripts[tool], ...rest.map((word) => `-- ${word}`)].join(" ");
  const command = start === "npx" ? "npx manycore" : "manycore";
  return [command, ...(tool === "serve" ? [] : [tool]), ...rest].join(" ");
}
