import { setTimeout as pause } from "node:timers/promises";
import { type Exit, ServerProcess } from "../helpers/server-process.ts";

const env = { MANYCORE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}` };

/** What a client got. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A server that is started again on the same file each time that it was killed or stopped. */
export class KilledServer implements AsyncDisposable {
  readonly #flags: readonly string[];
  #server!: ServerProcess;
  /** Settles when the server that is being started serves. */
  #up: Promise<void>;
  #isStopping = false;
  #isOver = false;

  constructor(flags: readonly string[]) {
    this.#flags = flags;
    this.#up = this.#start();
  }

  /** The test has passed its time limit, or is done. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Kills the primary; what its workers do until they notice is theirs to do right. */
  async kill(): Promise<void> {
    await this.#stop("SIGKILL");
  }

  /** Stops it as an operator does, while clients go on. */
  async drain(): Promise<Exit> {
    return this.#stop("SIGTERM");
  }

  async workers(): Promise<number[]> {
    await this.#up;
    return this.#server.workers();
  }

  /** Asks again, as a client does, while whoever should answer is killed or comes up. */
  async ask<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    for (;;) {
      await this.#up;
      if (this.#isOver) throw new Error("The test is over");
      this.#requireUp();
      const answer = await this.#fetch(path, init);
      if (answer && answer.status !== 503) {
        const { status, text } = answer;
        return { status, body: (text === "" ? null : JSON.parse(text)) as Body };
      }
      await pause(5);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#up.catch(() => {});
    await this.#server?.[Symbol.asyncDispose]();
  }

  /** @returns nothing where the connection broke: the answer may have been on its way */
  async #fetch(path: string, init: RequestInit) {
    try {
      const response = await fetch(new URL(path, this.#server.url), init);
      return { status: response.status, text: await response.text() };
    } catch {
      return undefined;
    }
  }

  #requireUp(): void {
    const { child, stderr } = this.#server;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded && !this.#isStopping)
      throw new Error(`The server has ended by itself:\n${stderr}`);
  }

  async #stop(signal: NodeJS.Signals): Promise<Exit> {
    await this.#up;
    const former = this.#server;
    this.#isStopping = true;
    former.child.kill(signal);
    const exit = await former.exited;
    this.#up = this.#start();
    await this.#up;
    await former[Symbol.asyncDispose]();
    return exit;
  }

  async #start(): Promise<void> {
    if (this.#isOver) return;
    this.#server = await ServerProcess.start(this.#flags, env);
    this.#isStopping = false;
  }
}
