import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ComputeOrder, ComputeReport } from "./references/compute.ts";

// In the npm package this file is JavaScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const file = fileURLToPath(new URL(`./references/compute.${extension}`, import.meta.url));

/** The bare computation in several processes at once. */
export class BareCompute implements Disposable {
  readonly #processes: readonly ChildProcess[];

  constructor(processes: number) {
    this.#processes = Array.from({ length: processes }, () => fork(file, { execArgv: [] }));
  }

  /** Computes in every process for `durationMs`. */
  async run(order: ComputeOrder): Promise<readonly ComputeReport[]> {
    return Promise.all(
      this.#processes.map(async (child) => {
        child.send(order);
        const [report] = (await once(child, "message")) as [ComputeReport];
        return report;
      }),
    );
  }

  [Symbol.dispose](): void {
    for (const child of this.#processes) child.kill();
  }
}
