import { type ChildProcess, fork } from "node:child_process";
import { UsageError } from "../../command/failures.ts";
import type { GivenInput } from "../../command/given-input.ts";
import { endWithUs } from "../../load/processes/children.ts";
import { findModuleFile } from "../../load/processes/module-file.ts";
import type { ComputeAnswer, ComputeOrder, ComputeReport, Prepared } from "./compute.ts";

const file = findModuleFile("./compute", import.meta.url);

/** The task, its input or its file cannot be run; the message names it. */
export class ComputeRefused extends UsageError {
  override readonly name = "ComputeRefused";
}

export interface ComputeTask {
  readonly task: string;
  /** Nothing takes the task's example. */
  readonly input: GivenInput;
  /** Modules of the user's own tasks. */
  readonly files: readonly string[];
}

/** Node warns of task files whose package.json has no "type": once for each process, and needlessly. */
const quietLoading = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];

/** The bare computation in several processes at once. */
export class BareCompute implements Disposable {
  readonly #processes: readonly ChildProcess[];

  readonly #signal: AbortSignal;

  /** @param signal ends it in the middle of whatever it does, which then fails with its reason */
  constructor(processes: number, signal: AbortSignal) {
    this.#processes = Array.from({ length: processes }, () =>
      endWithUs(fork(file, { execArgv: quietLoading, serialization: "advanced" })),
    );
    this.#signal = signal;
    signal.addEventListener("abort", this.#end);
  }

  /**
   * Makes a task ready in every process.
   *
   * @throws ComputeRefused where there is no such task, or it does not accept the input
   */
  async prepare(task: ComputeTask): Promise<Prepared> {
    const [first] = await this.#ask({ kind: "prepare", ...task });
    if (first?.kind !== "prepared") throw new Error("The bare computation gave no answer");
    return first;
  }

  /** Computes in every process for `durationMs`. */
  async run(durationMs: number): Promise<readonly ComputeReport[]> {
    const answers = await this.#ask({ kind: "run", durationMs });
    return answers.filter((answer) => answer.kind === "report");
  }

  async #ask(order: ComputeOrder): Promise<readonly ComputeAnswer[]> {
    try {
      return await Promise.all(this.#processes.map((child) => waitForComputed(child, order)));
    } catch (error) {
      this.#signal.throwIfAborted();
      throw error;
    }
  }

  readonly #end = () => {
    for (const child of this.#processes) child.kill("SIGKILL");
  };

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#end);
    this.#end();
  }
}

async function waitForComputed(child: ChildProcess, order: ComputeOrder): Promise<ComputeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<ComputeAnswer>();
  const onExit = () => reject(new Error("A process of the bare computation ended early"));
  child.once("message", resolve);
  child.once("exit", onExit);
  if (child.connected) child.send(order);
  else onExit();
  try {
    const answer = await promise;
    if (answer.kind === "refused") throw new ComputeRefused(answer.message);
    return answer;
  } finally {
    child.off("message", resolve);
    child.off("exit", onExit);
  }
}
