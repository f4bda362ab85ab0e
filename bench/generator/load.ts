/**
 * The load generator. It runs in a process of its own, over sockets of its own.
 *
 *   const result = await runLoad(
 *     {
 *       url: "http://127.0.0.1:8000",
 *       requests: [{ path: "/hash", expect: { body: { kind: "json", pointer: "/result/digest", equals: "..." } } }],
 *       arrivals: { kind: "poisson", perSecond: 20, seed: 1 },  // or constant, or { kind: "closed" }
 *       connections: 16,                  // open loop: at most; closed loop: exactly
 *       warmupMs: 1_000,
 *       durationMs: 10_000,
 *       worker: { pointer: "/worker" },   // optional: counts answers by worker
 *       probe: { perSecond: 20 },         // optional: GET / beside the load
 *     },
 *     { signal, onProgress: (progress) => draw(progress.load) },
 *   );
 *   result.load.throughputPerSecond;      // correct answers a second
 *   result.load.latency.p99;              // ms, from the intended send
 *   result.load.service.p99;              // ms, from the actual send
 *   result.load.wrong, result.load.errors;
 *   result.probe?.latency.p50;
 *   result.generator.perRequestUs;
 *
 * Open loop: timers are coarse, and a request goes out up to about a millisecond after it was due.
 * That is within its latency, and shown by itself as `scheduleLag`. A run ends when all measured
 * requests have ended, hence up to `timeoutMs` after its duration.
 *
 * `bench/statistics/validity.ts` says whether a result may be believed.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FromGenerator, ToGenerator } from "./messages.ts";
import type { LoadPlan } from "./plan.ts";
import { resolvePlan } from "./resolve-plan.ts";
import type { LoadProgress, LoadResult } from "./result.ts";

export interface LoadOptions {
  /** Ends the run early, with what was measured so far (`stopped` is true then). */
  readonly signal?: AbortSignal;
  /** About five times a second. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

// In the npm package this file and the generator's are JavaScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const generatorFile = fileURLToPath(new URL(`./process.${extension}`, import.meta.url));

/**
 * Runs a load plan in a process of its own.
 *
 * @throws TypeError where the plan is not valid, naming the field
 * @throws Error where the generator's process failed
 */
export async function runLoad(plan: LoadPlan, options: LoadOptions = {}): Promise<LoadResult> {
  const full = resolvePlan(plan);
  const child = fork(generatorFile, {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = () => tell(child, { kind: "stop" });
  options.signal?.addEventListener("abort", stop);
  try {
    tell(child, { kind: "start", plan: full });
    if (options.signal?.aborted) stop();
    return await outcome(child, options.onProgress);
  } finally {
    options.signal?.removeEventListener("abort", stop);
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  }
}

function outcome(child: ChildProcess, onProgress: LoadOptions["onProgress"]): Promise<LoadResult> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
  child.on("message", (message: FromGenerator) => {
    if (message.kind === "progress") onProgress?.(message.progress);
    else if (message.kind === "result") resolve(message.result);
    else reject(new Error(`The load generator failed: ${message.message}`));
  });
  child.on("error", reject);
  child.on("exit", (code, signal) => {
    reject(new Error(`The load generator's process ended early (${signal ?? `code ${code}`})`));
  });
  return promise;
}

function tell(child: ChildProcess, message: ToGenerator): void {
  // It may have exited by itself: then its outcome is known, and there is nobody to tell.
  if (child.connected) child.send(message);
}
