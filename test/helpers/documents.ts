/** The documents of the repository: their text, and what they tell people to type. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

export const root = new URL("../../", import.meta.url);

export interface Page {
  /** Its path in the repository. */
  readonly name: string;
  readonly text: string;
}

/** One line that is typed into a shell, and what the page says is printed then. */
export interface Command {
  readonly page: string;
  readonly line: string;
  /** Undefined where the page shows no answer. */
  readonly answer: string | undefined;
}

const atTop = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

export const pages: readonly Page[] = [
  ...atTop.filter((name) => existsSync(new URL(name, root))),
  ...readdirSync(new URL("docs", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map((name) => ({ name, text: readFileSync(new URL(name, root), "utf8") }));

/** Every line of the `sh` blocks, and every line after a `$` of the `console` blocks. */
export const commands: readonly Command[] = pages.flatMap(({ name, text }) => {
  const blocks = [...text.matchAll(/^```(sh|console)\n([\s\S]*?)^```/gm)];
  return blocks.flatMap(([, kind, block = ""]) =>
    kind === "sh" ? typedLines(name, block) : sessionOf(name, block),
  );
});

/** Commands of this project that stand in a sentence or a table. */
export const inlineCommands: readonly Omit<Command, "answer">[] = pages.flatMap(
  ({ name, text }) => {
    const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
    const found = prose.matchAll(/`((?:npm (?:start|test|run)|npx manycore)\b[^`…]*)`/g);
    return [...found].map(([, line = ""]) => ({ page: name, line }));
  },
);

function typedLines(page: string, block: string): Command[] {
  const lines = block.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => ({ page, line: withoutComment(line), answer: undefined }));
}

function sessionOf(page: string, block: string): Command[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = "", ...answer] = part.split("\n");
      return { page, line: withoutComment(line), answer: answer.join("\n").trim() };
    });
}

/** A comment of ours stands after two spaces at least; a `#` in an address does not. */
function withoutComment(line: string): string {
  return line.replace(/ {2,}#.*$/, "").trim();
}
