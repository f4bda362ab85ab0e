import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFailed, onTestFinished, test, vi } from "vitest";
import { measureUsage, readTree } from "../../bench/load/processes/process-tree.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { type ClientJob, jobEnd, submitJob } from "../helpers/job-client.ts";
import { retried } from "../helpers/retried.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("./endless/tasks.ts", import.meta.url).pathname;
/** A thread is ended at its deadline. On a busy machine that takes a while. */
const times = (endless: string) => [
  ...["--run-timeout", "1s", "--hang-timeout", endless === "thread" ? "30s" : "500ms"],
];
const attempt = { timeoutMs: 500, maxAttempts: 2, backoffMs: 0 };

/** Where a run may hold its thread for ever. */
const everywhere = ["in-native", "in-run", "after-await", "in-microtasks", "in-wait", "in-output"];
/** On an event loop each attempt costs a worker. `ENDLESS=all` tries everything in every mode. */
const isFull = process.env["ENDLESS"] === "all";
const onLoop = isFull ? everywhere : ["in-run"];

const modes: [mode: string, names: string[]][] = [
  ["threads", everywhere],
  ["cluster", onLoop],
];
if (isFull) modes.push(["hybrid", onLoop], ["single", onLoop], ["libuv", ["in-native"]]);

test.each(modes)(
  "mode %s: runs that never end cost their attempts, and nobody else's",
  async (mode, names) => {
    const { server, endless } = await startServer(mode);
    const before = await server.workers();
    // All are accepted before the first one runs: an answer that is lost would make a job twice.
    await requirePaused(server, true);
    const submitted: ClientJob[] = [];
    for (const name of names) submitted.push(await submitJob(server, name, {}, attempt));
    await requirePaused(server, false);
    const others = keepAsking(server);
    const ended = submitted.map(({ id }) => retried(server, () => jobEnd(server, id)));
    const live = await server.post(`/tasks/${names[0]}`, {}).then(
      ({ status }) => status,
      () => "closed",
    );
    const jobs = await Promise.all(ended);
    for (const job of jobs) {
      // What follows a run on the event loop, such as writing its result, has a limit of its own.
      const type = expect.stringMatching(/^\/problems\/(run-timeout|worker-lost)$/);
      expect(job).toMatchObject({ state: "failed", attempts: 2, error: { type } });
    }
    expect(await others.stop(), "others were answered").toBeGreaterThan(0);
    if (endless === "thread") {
      expect(live).toBe(504);
      expect(await server.workers(), "a thread is replaced, and no worker").toEqual(before);
      expect(others.lost).toBe(0);
    } else {
      expect(live).toBe("closed");
      const after = await server.workers();
      expect(after).toHaveLength(before.length);
      expect(after).not.toEqual(before);
    }
    await requireWhole(server);
  },
  600_000,
);

/** What is asked of a task before its run. It holds the event loop in every mode. */
const beforeRun = isFull
  ? [
      ["cluster", "in-late-check"],
      ["cluster", "in-needs"],
      ["threads", "in-late-check"],
      ["threads", "in-needs"],
      ["libuv", "in-late-check"],
    ]
  : [["cluster", "in-late-check"]];

test.each(beforeRun)(
  "mode %s: what never ends before a run costs its attempts, and is named: %s",
  async (mode = "", name = "") => {
    const { server, folder } = await startServer(mode);
    const maxAttempts = isFull ? 2 : 1;
    const input = { file: folder.file("endless") };
    await requirePaused(server, true);
    const { id } = await submitJob(server, name, input, { ...attempt, maxAttempts });
    writeFileSync(input.file, "");
    await requirePaused(server, false);
    const held = (what: string) =>
      new RegExp(`held by what ${name} does before its run${what} \\(`);
    // Until it is the request itself that holds a loop, and not the job.
    const live = (async () => {
      while (!held("").test(server.stderr)) {
        const answer = await server.post(`/tasks/${name}`, input).catch(() => "closed");
        expect(answer).toBe("closed");
        await pause(20);
      }
    })();
    const job = await retried(server, () => jobEnd(server, id));
    const error = {
      type: "/problems/run-timeout",
      detail: expect.stringContaining(`What ${name} does before its run`),
    };
    expect(job).toMatchObject({ state: "failed", attempts: maxAttempts, error });
    await live;
    await server.printed(held(` \\(job ${id}\\)`));
    await requireWhole(server);
  },
  300_000,
);

async function startServer(mode: string) {
  const folder = new Folder();
  onTestFinished(() => folder[Symbol.dispose]());
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`, "--tasks", tasks];
  const endless = mode === "threads" || mode === "hybrid" ? "thread" : "loop";
  const server = await ServerProcess.start(["--mode", mode, ...queue, ...times(endless)]);
  onTestFailed(() => void process.stderr.write(server.stderr.slice(-10_000)));
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { server, endless, folder };
}

/** Jobs are accepted and do not run; or they run. */
async function requirePaused(server: ServerProcess, isPaused: boolean) {
  const path = `/jobs/${isPaused ? "pause" : "resume"}`;
  // What runs at once may end the worker that is to answer.
  const { status } = await retried(server, () => server.post(path, {}));
  expect(status).toBe(200);
}

/** A client of the light task, who comes again where its connection is lost with a worker. */
function keepAsking(server: ServerProcess) {
  let isOver = false;
  const asking = (async () => {
    for (let answered = 0; ; answered++) {
      if (isOver) return answered;
      const response = await retried(server, () =>
        server.post("/tasks/double", { value: 1 }).catch((error) => {
          client.lost++;
          throw error;
        }),
      );
      // 503: its worker has no slot within the queue's time.
      expect([200, 503]).toContain(response.status);
      await response.text();
      await pause(20);
    }
  })();
  const client = {
    lost: 0,
    stop() {
      isOver = true;
      return asking;
    },
  };
  return client;
}

/** Every worker is ready, each slot computes again, and nothing goes on computing. */
async function requireWhole(server: ServerProcess): Promise<void> {
  interface Readiness {
    readonly workers: { readonly ready: number; readonly total: number };
  }
  await vi.waitUntil(async () => {
    const { workers } = await retried(server, () => server.get<Readiness>("/readyz"));
    return workers.ready === workers.total;
  }, 60_000);
  // The connections of workers that have ended may not be known as closed yet.
  const ask = () => retried(server, () => server.post("/tasks/double", { value: 1 }));
  const asked = Array.from({ length: 8 }, ask);
  for (const { status } of await Promise.all(asked)) expect(status).toBe(200);
  const { pid = 0 } = server.child;
  await vi.waitUntil(
    async () => {
      const reading = readTree(pid);
      await pause(300);
      const usage = measureUsage(reading, readTree(pid));
      return !usage.available || usage.cores < 0.5;
    },
    { timeout: 60_000, interval: 1 },
  );
}
