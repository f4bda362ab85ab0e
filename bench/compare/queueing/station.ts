import { TimeHeap } from "./time-heap.ts";

/**
 * Servers behind one queue: first come, first served. So its state is just the time at which each
 * server becomes free: Kiefer and Wolfowitz, "On the Theory of Queues with Many Servers" (1955).
 */
export class Station {
  /** How long each server has computed, in ms. */
  readonly busyMs: number[];
  readonly #free = new TimeHeap();
  /** When the last run of any server ends. */
  lastEndAt = 0;

  constructor(servers: number) {
    this.busyMs = Array.from({ length: servers }, () => 0);
    for (let server = 0; server < servers; server += 1) this.#free.push(0, server);
  }

  /** Takes a run that comes now. Returns when it starts. */
  serve(now: number, runMs: number): number {
    const server = this.#free.first;
    const startAt = Math.max(now, this.#free.earliest);
    const endAt = startAt + runMs;
    this.#free.postpone(endAt);
    this.busyMs[server] = (this.busyMs[server] ?? 0) + runMs;
    this.lastEndAt = Math.max(this.lastEndAt, endAt);
    return startAt;
  }
}
