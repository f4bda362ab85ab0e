import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const module = new URL("../../src/jobs/sqlite/worker-lock.ts", import.meta.url).href;

/** A process that holds a lock of workers, as a worker that computes does, until it is killed. */
export class LockHolder implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, "exit");
  }

  static async start(path: string): Promise<LockHolder> {
    const script = `const { holdWorkerLock } = await import(${JSON.stringify(module)});
      holdWorkerLock(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const holder = new LockHolder(child);
    await once(child.stdout, "data");
    return holder;
  }

  async end(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
