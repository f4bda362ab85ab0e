import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";
import { amountOf, seed } from "./amount.ts";
import { Asker } from "./fuzz/asked.ts";
import { controlPaths, mainPaths, operationPaths } from "./fuzz/paths.ts";
import { rawConversation } from "./fuzz/raw-bytes.ts";
import { anyTo, type FuzzRequest, operation, requestsTo } from "./fuzz/requests.ts";
import { statusesOf, throwBytes } from "./fuzz/thrown-bytes.ts";
import { isExpected, judgeAnswer, judgeServer } from "./fuzz/verdict.ts";
import { token } from "./fuzz/words.ts";

/** Requests of all tests together; `npm run test:fuzz` sets more. */
const requests = amountOf("FUZZ", 1200);
const modes = ["cluster", "threads"] as const;
/** Of the requests to a server, those that control gets. */
const controlShare = 0.1;
/** Reloads, and changes of the number of workers. A short campaign has them in one mode only. */
const operations: Readonly<Record<(typeof modes)[number], number>> = {
  cluster: Math.min(20, Math.ceil(requests / 2000)),
  threads: Math.min(20, Math.floor(requests / 2000)),
};
const limitMs = 600_000 + requests * 20;

const tasks = new URL("./fuzz/tasks.ts", import.meta.url).pathname;
/** Nothing that is asked for takes long, and jobs are soon gone. */
const small = ["--hash-max-iterations", "300", "--hash-max-memory", "1mb", "--body-limit", "100kb"];
const short = ["--job-retention", "2s", "--job-timeout", "5s"];
/** A boot has to share the machine with the requests. */
const patient = ["--boot-timeout", "5m"];

async function startServer(mode: string) {
  const folder = new Folder();
  onTestFinished(() => folder[Symbol.dispose]());
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--tasks", tasks];
  const control = ["--control", "0", "--token", token];
  const server = await ServerProcess.start([
    "--mode",
    mode,
    ...queue,
    ...control,
    ...small,
    ...short,
    ...patient,
  ]);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, pids: await server.workers() };
}

/** Values of an arbitrary, several at a time. Each is handled by `handle`. */
async function forEachOf<Value>(
  arbitrary: fc.Arbitrary<Value>,
  count: number,
  handle: (value: Value) => Promise<void>,
): Promise<void> {
  const atOnce = 32;
  const chunk = 1000;
  for (let done = 0; done < count; done += chunk) {
    const numRuns = Math.min(chunk, count - done);
    const values = fc.sample(arbitrary, { numRuns, seed: seed + done }).values();
    const worker = async () => {
      for (const value of values) await handle(value);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }
}

test.each(modes)(
  `mode %s: whatever is asked gets a result or a reason (SEED=${seed})`,
  async (mode) => {
    const { server, pids } = await startServer(mode);
    const count = requests / modes.length / 2;
    const { url, controlUrl } = server;
    const bytes = await throwAtSockets(url, count);
    const asked = await askAnything(url, requestsTo(mainPaths()), count);
    await throwAtSockets(controlUrl, count * controlShare);
    const control = await askAnything(controlUrl, anyTo(controlPaths), count * controlShare);
    expect(control.get(200)).toBeGreaterThan(0);
    await judgeServer(server, pids);
    await operateUnderFuzz(server, operations[mode], count * controlShare);
    // A worker that is taken away finishes its runs first.
    const isAsBefore = async () => (await server.workers()).length === pids.length;
    await vi.waitUntil(isAsBefore, { timeout: 120_000, interval: 50 });
    await judgeServer(server, await server.workers());
    process.stdout.write(`${mode}: requests ${told(asked)}; bytes ${told(bytes)}\n`);
    // Many are right, so that the code behind the checks is reached.
    for (const counts of [asked, bytes]) {
      expect(counts.get(200)).toBeGreaterThan(count / 40);
      expect(counts.get(400)).toBeGreaterThan(count / 100);
    }
  },
  limitMs,
);

type Counts = Map<number, number>;
const told = (counts: Counts) => JSON.stringify(Object.fromEntries([...counts].sort()));

function add(counts: Counts, status: number): void {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}

/** Valid HTTP that asks for anything. */
async function askAnything(
  url: string,
  requests: fc.Arbitrary<FuzzRequest>,
  count: number,
): Promise<Counts> {
  using asker = new Asker(url);
  const counts: Counts = new Map();
  await forEachOf(requests, count, async (request) => {
    const answered = await asker.ask(request);
    add(counts, answered.status);
    judgeAnswer(answered, `${JSON.stringify(request)}\n${answered.body}`);
  });
  return counts;
}

/** Workers are replaced, added and taken away, while both ports are asked for anything. */
async function operateUnderFuzz(
  { url, controlUrl }: ServerProcess,
  turns: number,
  count: number,
): Promise<void> {
  if (turns === 0) return;
  const operate = async () => {
    using asker = new Asker(controlUrl);
    for (let turn = 0; turn < turns; turn++) {
      for (const path of ["/reload", "/workers/+1", "/workers/-1"]) {
        const answered = await asker.ask(operation(path));
        expect(answered.status, answered.body).toBe(200);
      }
    }
  };
  await Promise.all([
    operate(),
    askAnything(url, requestsTo(mainPaths()), count),
    askAnything(controlUrl, anyTo(operationPaths), Math.min(count, 20 * turns)),
  ]);
}

/** Bytes that are nearly HTTP. */
async function throwAtSockets(url: string, count: number): Promise<Counts> {
  const counts: Counts = new Map();
  await forEachOf(rawConversation, count, async (conversation) => {
    const received = await throwBytes(url, conversation);
    const thrown = `${JSON.stringify(conversation.pieces.map(String))}\n${received}`;
    for (const status of statusesOf(received)) {
      add(counts, status);
      expect(status === 100 || isExpected(status), thrown).toBe(true);
    }
  });
  return counts;
}
