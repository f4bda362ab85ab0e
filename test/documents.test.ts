/** What the documents promise: their links lead somewhere, their paths exist, their commands parse. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { describe, expect, test } from "vitest";
import { readBenchOptions } from "../bench/compare/plan/options.ts";
import { readStressOptions } from "../bench/stress/options/options.ts";
import { parseBackup } from "../src/config/backup-arguments.ts";
import { parseClient } from "../src/config/client-arguments.ts";
import { parseConfig } from "../src/config/config.ts";
import { parseCtl } from "../src/config/ctl-arguments.ts";
import { commands, inlineCommands, pages, root } from "./helpers/documents.ts";

const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
};

describe("length", () => {
  test("the README has at most 1500 words", () => {
    const readme = pages.find(({ name }) => name === "README.md");
    expect(readme?.text.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(1500);
  });

  test.each(pages)("$name has at most 2500 words beside its tables and its code", ({ text }) => {
    const prose = text.replaceAll(/^```[\s\S]*?^```|^\|.*$/gm, "");
    expect(prose.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(2500);
  });
});

describe.each(pages)("links of $name", ({ name, text }) => {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
    ([, target = ""]) => target,
  );

  test.skipIf(targets.length === 0)("lead to a page, and to a heading of it", () => {
    const broken = targets.filter((target) => {
      const [path = "", heading] = target.split("#");
      const page = path === "" ? name : normalize(join(dirname(name), path));
      if (!existsSync(new URL(page, root))) return true;
      return heading !== undefined && !headingsOf(page).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  test.skipIf(!isPacked(name))("lead to what the package holds", () => {
    const paths = targets.map((target) => target.replace(/#.*/, "")).filter(Boolean);
    const outside = paths.filter((path) => !isPacked(normalize(join(dirname(name), path))));
    expect(outside).toEqual([]);
  });
});

/** npm packs these at the top whatever `files` says. */
function isPacked(path: string): boolean {
  const patterns = [...manifest.files, "README.md", "LICENSE", "package.json"];
  return patterns.some((pattern) => {
    if (pattern === "docs/*.md") return /^docs\/[^/]+\.md$/.test(path);
    return path === pattern || path.startsWith(`${pattern}/`);
  });
}

/** As GitHub makes them. */
function headingsOf(page: string): string[] {
  const text = readFileSync(new URL(page, root), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("paths", () => {
  const where = pages.filter(({ name }) => /CONTRIBUTING|SECURITY|architecture/.test(name));

  test.each(where)("$name names files and folders that exist", ({ text }) => {
    const named = [...text.matchAll(/`((?:src|test|bench|docs|examples|\.ci)\/[^`\s]*)`/g)];
    const missing = named.map(([, path = ""]) => path).filter((path) => !existsPath(path));
    expect(missing).toEqual([]);
  });

  /** A path in capitals or with a star stands for many; its folder has to exist. */
  function existsPath(path: string): boolean {
    const fixed = path.replace(/[^/]*[*A-Z{<][^/]*.*$/, "");
    return existsSync(new URL(fixed, root));
  }
});

describe("examples", () => {
  const example = readFileSync(new URL("examples/double.js", root), "utf8");
  const words = readFileSync(new URL("examples/words.js", root), "utf8");
  const showing = pages.filter(({ text }) => text.includes("This is `examples/double.js`"));

  test("the example of checkpoints is shown as it is", () => {
    const page = pages.find(({ name }) => name === "docs/task-reference.md");
    expect(page?.text).toContain(`\`\`\`js\n${words}\`\`\``);
  });

  test("two pages show one", () => expect(showing.length).toBe(2));

  test.each(showing)("$name shows the file as it is", ({ text }) => {
    expect(text).toContain(`\`\`\`js\n${example}\`\`\``);
  });
});

describe("commands", () => {
  const steps = [...commands, ...inlineCommands].flatMap(({ page, line }) =>
    line.split(/ && | & *$/).map((step) => ({ page, step: step.trim() })),
  );

  test.each(steps.filter(({ step }) => step !== ""))("$page: $step", ({ step }) => {
    expect(faultOf(step)).toBeUndefined();
  });
});

/** Why a line cannot be typed as it stands; undefined where it can. */
function faultOf(step: string): string | undefined {
  const { env, words } = split(step);
  const [program = "", first = "", ...rest] = words;
  if (program === "npm" && first === "run") return faultOfScript(rest[0] ?? "", rest.slice(1));
  if (program === "npm" && ["start", "test"].includes(first))
    return faultOfScript(first, rest, env);
  if (program === "npx" && first === "manycore") return faultOfServer(rest, env);
  // These are typed as they are in documented.test.ts, or do not depend on the code.
  const known = [
    "npm",
    "npx",
    "curl",
    "printf",
    "git",
    "docker",
    "kill",
    "cp",
    "node",
    "mkdir",
    "cd",
    "redis-server",
  ];
  return known.includes(program) ? undefined : `unknown command ${program}`;
}

function faultOfScript(
  name: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  if (!(name in manifest.scripts)) return `package.json has no script ${name}`;
  const flags = words.slice(words.indexOf("--") + 1);
  const own = words.includes("--") ? flags : [];
  if (words.length > 0 && words[0] !== "--" && name !== "test")
    return "flags need a -- before them";
  if (name === "start") return faultOfServer(own, env);
  if (name === "bench" || name === "stress") return faultOfTool(name, own);
  if (name === "backup") return faultOfBackup(own);
  if (name === "ctl") return faultOfCtl(own);
  if (name === "task") return faultOfClient("run", own);
  if (name === "submit") return faultOfClient("submit", own);
  return undefined;
}

function faultOfServer(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): string | undefined {
  const [tool = "", ...flags] = words;
  if (tool === "bench" || tool === "stress") return faultOfTool(tool, flags);
  if (tool === "backup") return faultOfBackup(flags);
  if (tool === "ctl") return faultOfCtl(flags);
  if (tool === "init") return undefined; // Typed by test/cluster/init.test.ts.
  if (tool === "run" || tool === "submit") return faultOfClient(tool, flags);
  const command = parseConfig([...words], env, 2);
  return command.kind === "errors" ? command.errors.join(" ") : undefined;
}

function faultOfTool(tool: "bench" | "stress", flags: readonly string[]): string | undefined {
  try {
    if (tool === "bench") readBenchOptions(flags);
    else readStressOptions(flags);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function faultOfBackup(flags: readonly string[]): string | undefined {
  const command = parseBackup(flags, {});
  return command.kind === "errors" ? command.errors.join(" ") : undefined;
}

function faultOfCtl(words: readonly string[]): string | undefined {
  const command = parseCtl(words, {});
  return command.kind === "errors" ? command.errors.join(" ") : undefined;
}

function faultOfClient(command: "run" | "submit", flags: readonly string[]): string | undefined {
  const parsed = parseClient(command, flags, {});
  return parsed.kind === "errors" ? parsed.errors.join(" ") : undefined;
}

/** A line as a shell reads it: variables before the program, and words without their quotes. */
function split(step: string) {
  const env: Record<string, string> = {};
  const words = [...step.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/["']/g, ""),
  );
  for (let word = words[0]; word !== undefined && /^[A-Z_]+=/.test(word); word = words[0]) {
    const [name = "", value = ""] = word.split("=");
    env[name] = value;
    words.shift();
  }
  return { env, words };
}
