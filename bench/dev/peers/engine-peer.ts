import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { messageOf } from "../../../src/errors.ts";
import { NotHere } from "../../command/failures.ts";
import { endWithUs } from "../../load/processes/children.ts";
import { findModuleFile } from "../../load/processes/module-file.ts";
import type { EngineAnswer, EngineName, EngineOrder } from "./engine.ts";
import { callsInFlight, jobsPerCall, type Peer } from "./peer.ts";

const script = findModuleFile("./engine-process", import.meta.url);

/** Processes that run jobs, as many as our server has workers. */
const runners = 2;

/**
 * Another queue: one process submits, two run jobs.
 *
 * @param signal ends them at once, whatever they do
 */
export async function startEngine(
  name: string,
  engine: EngineName,
  address: string,
  signal: AbortSignal,
): Promise<Peer> {
  const processes = await Promise.all(
    Array.from({ length: 1 + runners }, () => EngineProcess.start(engine, address, signal)),
  );
  const [submitter, ...workers] = processes as [EngineProcess, ...EngineProcess[]];
  let areWorking = false;
  return {
    name,
    async submits(how, durationMs) {
      const order = { inFlight: callsInFlight[how], jobsPerCall: jobsPerCall[how], durationMs };
      const callsPerSecond = await submitter.order({ kind: "submits", ...order });
      await submitter.order({ kind: "clear" });
      return callsPerSecond * jobsPerCall[how];
    },
    async completes(count, spinMs = 0) {
      if (!areWorking) await Promise.all(workers.map((each) => each.order({ kind: "work" })));
      areWorking = true;
      const before = workers.reduce((sum, each) => sum + each.ran, 0);
      const allDone = Promise.withResolvers<void>();
      const look = () => {
        const now = workers.reduce((sum, each) => sum + each.ran, 0);
        if (now - before >= count) allDone.resolve();
      };
      for (const each of workers) each.onRan = look;
      const startedAt = performance.now();
      await submitter.order({ kind: "fill", count, spinMs });
      await Promise.race([allDone.promise, ...workers.map(({ ended }) => ended)]);
      return (1000 * count) / (performance.now() - startedAt);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((each) => each.end()));
    },
  };
}

class EngineProcess {
  /** Jobs that it has run so far. */
  ran = 0;
  onRan = () => {};
  /** Rejects when the process has ended. */
  readonly ended: Promise<never>;
  readonly #child: ChildProcess;
  #answer = Promise.withResolvers<number>();

  private constructor(child: ChildProcess) {
    this.#child = child;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {}); // Not every caller waits for it.
    this.ended = promise;
    child.on("message", (answer: EngineAnswer) => this.#take(answer));
    child.on("exit", () => {
      const error = new Error("A process of the peer has ended");
      reject(error);
      this.#answer.reject(error);
    });
  }

  static async start(
    engine: EngineName,
    address: string,
    signal: AbortSignal,
  ): Promise<EngineProcess> {
    const child = endWithUs(fork(script, [engine, address], { execArgv: [] }));
    signal.addEventListener("abort", () => child.kill("SIGKILL"));
    const started = new EngineProcess(child);
    try {
      await started.#answer.promise;
      return started;
    } catch (error) {
      throw new NotHere(messageOf(error));
    }
  }

  /** @returns its result, once it is carried out */
  async order(order: EngineOrder): Promise<number> {
    this.#answer = Promise.withResolvers();
    this.#child.send(order);
    return this.#answer.promise;
  }

  async end(): Promise<void> {
    this.#answer.promise.catch(() => {});
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  #take(answer: EngineAnswer): void {
    if (answer.kind === "done") this.#answer.resolve(answer.callsPerSecond);
    else if (answer.kind === "failed") this.#answer.reject(new Error(answer.message));
    else {
      this.ran = answer.count;
      this.onRan();
    }
  }
}
