/** What the documents tell people to type is typed here, and the answers that they show are compared. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands, root } from "../helpers/documents.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const run = promisify(execFile);

const curlMissing = !existsSync("/usr/bin/curl") && !process.env["CI"];
const whySkipped = curlMissing ? " (skipped: there is no /usr/bin/curl; apt-get install curl)" : "";

const requests = commands.filter(({ line }) => /\bcurl\b.*127\.0\.0\.1:8000/.test(line));
const typed = [...new Map(requests.map((request) => [request.line, request])).values()];

const folder = new Folder();
let server: ServerProcess;
beforeAll(async () => {
  const queue = `sqlite:${folder.file("jobs.db")}`;
  const task = fileURLToPath(new URL("examples/double.js", root));
  const flags = ["--mode", "threads", "--cores", "2", "--queue", queue, "--tasks", task];
  flags.push("--webhooks", "127.0.0.1");
  const env = { MANYCORE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}` };
  if (!curlMissing) server = await ServerProcess.start(flags, env);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

test("there are such commands", () => {
  expect(typed.length).toBeGreaterThan(30);
  expect(typed.filter(({ answer }) => answer !== undefined).length).toBeGreaterThan(15);
});

test.skipIf(curlMissing).each(typed)(`$page: $line${whySkipped}`, async ({ line, answer }) => {
  const { stdout, stderr } = await typeIn(line);
  const shown = partsOf(answer ?? "");
  expect(stderr).toMatch(shown.code === undefined ? /^2\d\d$/ : new RegExp(`^${shown.code}$`));
  if (answer === undefined) return;
  const real = partsOf(stdout.replaceAll("\r", ""));
  for (const [name, value] of shown.headers) {
    expect([name, stableOf(name, real.headers.get(name))]).toEqual([name, stableOf(name, value)]);
  }
  expect(shapeOf(real.body, shown.body)).toEqual(shapeOf(shown.body, real.body));
});

/** Types a line into a shell, with this test's server and a job of its own. On stderr is the status. */
async function typeIn(line: string) {
  const ending = /-X (DELETE|PATCH)|\/ID\/(cancel|retry)/.test(line) ? { runAt: inAnHour() } : {};
  const id = /\/jobs\/ID|\["ID"\]/.test(line) ? await submitted(ending) : "";
  const batch = /batch(es\/|=)ID/.test(line) ? await submittedBatch() : "";
  const command = line
    .replaceAll("http://127.0.0.1:8000", server.url)
    .replace("/jobs/ID", `/jobs/${id}`)
    .replace('["ID"]', `["${id}"]`)
    .replace(/(batch(?:es\/|=))ID/, `$1${batch}`)
    .replace(/-o \S+/, "-o /dev/null")
    .replace(/\bcurl\b/, "curl -sS -w '%{stderr}%{http_code}'");
  return run("bash", ["-c", command]);
}

/** A job that has ended; or with `runAt` one that is planned. */
async function submitted(more: { readonly runAt?: string }): Promise<string> {
  const wait = more.runAt === undefined ? { prefer: "wait=30" } : {};
  const response = await fetch(`${server.url}/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json", ...wait },
    body: JSON.stringify({ task: "primes", input: { limit: 1000 }, ...more }),
  });
  const { id } = (await response.json()) as { readonly id: string };
  return id;
}

async function submittedBatch(): Promise<string> {
  const response = await fetch(`${server.url}/batches`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jobs: [{ task: "primes", input: { limit: 1000 } }] }),
  });
  const { id } = (await response.json()) as { readonly id: string };
  return id;
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}

function partsOf(answer: string) {
  const [head = "", ...rest] = answer.startsWith("HTTP/") ? answer.split(/\n\n/) : [];
  const [status = "", ...lines] = head.split("\n");
  const headers = new Map(
    lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name, value.join(": ")];
    }),
  );
  const code = /^HTTP\/1\.1 (\d+)/.exec(status)?.[1];
  return { code, headers, body: (head === "" ? answer : rest.join("\n\n")).trim() };
}

/** Of a header whose value is another one each time only the letters count. */
function stableOf(name: string, value: string | undefined): string | undefined {
  const changes = ["ETag", "Location", "Server-Timing", "Link"].includes(name);
  return changes ? value?.replaceAll(/=[\d.]+|[\w-]{20,}|"\d+"/g, "") : value;
}

/**
 * The names in JSON and the types of their values, of which null fits any; of other text its first
 * word. What a page shortens with "…" is not compared.
 */
function shapeOf(text: string, other: string): unknown {
  if (text.includes("…") || other.includes("…")) return "shortened";
  try {
    return shapeOfValue(JSON.parse(text), JSON.parse(other));
  } catch {
    return text.split(/\s/)[0];
  }
}

function shapeOfValue(value: unknown, other: unknown): unknown {
  if (value === null || other === null) return "anything";
  if (typeof value !== "object") return typeof value;
  const entries = Object.entries(value).map(([name, inner]) => {
    const fellow = (Object(other) as Record<string, unknown>)[name];
    return [name, shapeOfValue(inner, fellow === undefined ? inner : fellow)];
  });
  return Object.fromEntries(entries);
}
