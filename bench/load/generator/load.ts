/**
 * The load generator. It runs in a process of its own, over sockets of its own.
 *
 *   const result = await runLoad(
 *     {
 *       url: "http://127.0.0.1:8000",
 *       requests: [{ path: "/hash", expect: { body: { kind: "json", pointer: "/result/digest", equals: "..." } } }],
 *       arrivals: { kind: "poisson", perSecond: 20, seed: 1 },  // or constant, or { kind: "closed" }
 *       connections: 16,                  // open loop: taken at random; closed loop: kept busy
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

import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { endWithUs } from "../processes/children.ts";
import { findModuleFile } from "../processes/module-file.ts";
import type { LoadProgress, LoadResult } from "../result.ts";
import type { FromGenerator, ToGenerator } from "./messages.ts";
import type { LoadPlan } from "./plan.ts";
import { resolvePlan } from "./resolve-plan.ts";

export interface LoadOptions {
  /** Ends the run early, with what was measured so far (`stopped` is true then). */
  readonly signal?: AbortSignal;
  /** About five times a second. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

const generatorFile = findModuleFile("./process", import.meta.url);

/**
 * A process that generates load, for one plan after another. Keeping it for many short runs saves
 * each the start, and its code stays compiled.
 */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess;

  constructor() {
    const stdio: ForkOptions["stdio"] = ["ignore", "ignore", "inherit", "ipc"];
    // A plan may have bytes, which JSON cannot hold.
    const options: ForkOptions = { execArgv: [], stdio, serialization: "advanced" };
    this.#child = endWithUs(fork(generatorFile, options));
    this.#child.on("error", () => {}); // The next run is told.
  }

  /**
   * Runs a load plan. Only one at a time.
   *
   * @throws TypeError where the plan is not valid, naming the field
   * @throws Error where the generator's process failed
   */
  async run(plan: LoadPlan, options: LoadOptions = {}): Promise<LoadResult> {
    const full = resolvePlan(plan);
    const child = this.#child;
    const stop = () => tell(child, { kind: "stop" });
    options.signal?.addEventListener("abort", stop);
    try {
      const result = waitForResult(child, options.onProgress);
      tell(child, { kind: "start", plan: full, progress: options.onProgress !== undefined });
      if (options.signal?.aborted) stop();
      return await result;
    } finally {
      options.signal?.removeEventListener("abort", stop);
    }
  }

  [Symbol.dispose](): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) this.#child.kill("SIGKILL");
  }
}

/**
 * Runs a load plan in a process of its own.
 *
 * @throws TypeError where the plan is not valid, naming the field
 * @throws Error where the generator's process failed
 */
export async function runLoad(plan: LoadPlan, options: LoadOptions = {}): Promise<LoadResult> {
  resolvePlan(plan); // A wrong plan needs no process.
  using generator = new LoadGenerator();
  return await generator.run(plan, options);
}

function waitForResult(
  child: ChildProcess,
  onProgress: LoadOptions["onProgress"],
): Promise<LoadResult> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
  const onMessage = (message: FromGenerator) => {
    if (message.kind === "progress") onProgress?.(message.progress);
    else if (message.kind === "result") resolve(message.result);
    else reject(new Error(`The load generator failed: ${message.message}`));
  };
  const onExit = () => {
    const how = child.signalCode ?? `code ${child.exitCode}`;
    reject(new Error(`The load generator's process ended early (${how})`));
  };
  child.on("message", onMessage);
  child.on("error", reject);
  child.on("exit", onExit);
  if (child.exitCode !== null || child.signalCode !== null) onExit();
  return promise.finally(() => {
    child.off("message", onMessage);
    child.off("error", reject);
    child.off("exit", onExit);
  });
}

function tell(child: ChildProcess, message: ToGenerator): void {
  // It may have exited, or be about to. Its exit is reported elsewhere.
  if (child.connected) child.send(message, () => {});
}
