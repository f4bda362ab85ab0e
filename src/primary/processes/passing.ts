import type { Worker } from "node:cluster";
import type { Life } from "../../channel/life.ts";
import { takeHandle } from "../../channel/passed-handle.ts";
import type { Listening } from "./listening.ts";

/**
 * Passes connections of a worker that leaves on to the others. Under round-robin they join those that
 * have just come, and wait until a worker is free for one. Otherwise the workers get them in turn.
 */
export class Passing {
  readonly #listening: Listening;
  /** Workers that take connections, the one whose turn it is first. */
  readonly #takers = new Map<Life, Worker>();

  constructor(listening: Listening) {
    this.#listening = listening;
  }

  join(life: Life, worker: Worker): void {
    this.#takers.set(life, worker);
  }

  leave(life: Life): void {
    this.#takers.delete(life);
  }

  /** @param socket what Node made of the connection when it came from a worker, just now */
  passOn(socket: unknown): void {
    const handle = takeHandle(socket);
    if (!handle || this.#listening.passOn(handle)) return;
    const [next] = this.#takers;
    if (!next) {
      handle.close(); // The server is stopping.
      return;
    }
    const [life, worker] = next;
    this.#takers.delete(life);
    this.#takers.set(life, worker);
    Object.assign(socket as object, { _handle: handle });
    // Node closes it here when the worker has it.
    worker.process.send({ service: "connection" }, socket as never, {}, () => {});
  }
}
