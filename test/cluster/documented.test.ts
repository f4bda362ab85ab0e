/** What the documents tell people to type is typed here. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const root = new URL("../../", import.meta.url);
const run = promisify(execFile);

const curlMissing = !existsSync("/usr/bin/curl") && !process.env["CI"];
const whySkipped = curlMissing ? " (skipped: there is no /usr/bin/curl; apt-get install curl)" : "";

/** Every line of a block of code that is typed into a shell, of every document. */
const lines = ["README.md", ...readdirSync(new URL("docs", root)).map((name) => `docs/${name}`)]
  .filter((name) => name.endsWith(".md"))
  .flatMap((name) => {
    const text = readFileSync(new URL(name, root), "utf8");
    const blocks = [...text.matchAll(/^```(?:sh|console)\n([\s\S]*?)^```/gm)];
    return blocks.flatMap(([, block = ""]) => block.split("\n"));
  })
  .map((line) => line.replace(/^\$ /, ""));
const requests = lines.filter((line) => /\bcurl\b.*127\.0\.0\.1:8000/.test(line));
const starts = lines.filter((line) => /npm start -- /.test(line));

const folder = new Folder();
let server: ServerProcess;
beforeAll(async () => {
  const queue = `sqlite:${folder.file("jobs.db")}`;
  const task = fileURLToPath(new URL("examples/double.js", root));
  const flags = ["--mode", "threads", "--cores", "2", "--queue", queue, "--tasks", task];
  if (!curlMissing) server = await ServerProcess.start(flags);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test("there are such commands", () => {
  expect(requests.length).toBeGreaterThan(10);
  expect(starts.length).toBeGreaterThan(1);
});

test.each(starts)("%s", (command) => {
  const [, flags = ""] = /npm start -- ([^#&]*)/.exec(command) ?? [];
  expect(parseConfig(flags.trim().split(/\s+/), {}, 2)).toMatchObject({
    kind: flags.includes("--help") ? "help" : "serve",
  });
});

test.skipIf(curlMissing).each([...new Set(requests)])(`%s${whySkipped}`, async (command) => {
  const typed = command
    .replaceAll("http://127.0.0.1:8000", server.url)
    .replace(/-o \S+/, "-o /dev/null")
    .replace(/\bcurl\b/, "curl -sS -w '%{stderr}%{http_code}'");
  const { stderr } = await run("bash", ["-c", typed]);
  expect(stderr).toMatch(/^2\d\d$/);
});
