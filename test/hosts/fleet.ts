import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { gone, ServerProcess } from "../helpers/server-process.ts";
import type { Answer } from "../kill/killed-server.ts";
import type { HostPlace, Network } from "./network.ts";

/** A client asks another host where one has not answered by then. */
const patienceMs = 2000;

/** Clients are other machines: without a token they may not cancel. */
const token = "a-token-of-tests-that-is-long-enough";

/** One host: a server in its place of a network. */
export class Host {
  readonly place: HostPlace;
  readonly #flags: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #server: ServerProcess | undefined;

  constructor(
    place: HostPlace,
    flags: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.place = place;
    this.#flags = flags;
    this.#env = { MANYCORE_TOKEN: token, ...env };
  }

  /** Where it serves; undefined while it does not. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  async start(): Promise<void> {
    const { address, queue, script } = this.place;
    const flags = ["--host", address, "--queue", queue, ...this.#flags];
    this.#server = await ServerProcess.startBy(script, flags, this.#env);
  }

  workers(): Promise<number[]> {
    return this.#server?.workers() ?? Promise.resolve([]);
  }

  /** Its primary and its workers at once, as a power cut does. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const pids = await server.workers();
    this.#server = undefined;
    for (const pid of [server.child.pid ?? 0, ...pids]) killed(pid);
    await Promise.all([server.exited, ...pids.map(gone)]);
  }

  /** @returns nothing where it does not answer in time */
  async fetch<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body> | undefined> {
    const wait = /wait=(\d+)/.exec(String(new Headers(init.headers).get("prefer")))?.[1] ?? 0;
    const signal = AbortSignal.timeout(patienceMs + Number(wait) * 1000);
    try {
      const headers = { authorization: `Bearer ${token}`, ...init.headers };
      const response = await fetch(new URL(path, this.url), { ...init, headers, signal });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    } catch {
      return undefined;
    }
  }
}

/** False where it is gone already. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Hosts that share a queue, and clients that ask whichever answers. */
export class Fleet implements AsyncDisposable {
  readonly hosts: readonly Host[];
  #isOver = false;
  #next = 0;

  constructor(network: Network, flags: readonly string[]) {
    this.hosts = network.hosts.map((place) => new Host(place, flags));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async start(): Promise<this> {
    await Promise.all(this.hosts.map((host) => host.start()));
    return this;
  }

  /** Asks one host after the other, as a client does that knows all of them. */
  async ask<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    for (;;) {
      if (this.#isOver) throw new Error("The test is over");
      const host = this.hosts[this.#next++ % this.hosts.length] as Host;
      const answer = host.url === undefined ? undefined : await host.fetch<Body>(path, init);
      if (answer && answer.status !== 503) return answer;
      await pause(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { place } of this.hosts) place.heal();
    await Promise.all(this.hosts.map((host) => host.kill()));
  }
}

/**
 * The hosts of a network, for one test. They and the network end with the test also where its time
 * limit ends it, which waits for no `await using`.
 */
export function fleetIn(network: Network, flags: readonly string[]): Fleet {
  const fleet = new Fleet(network, flags);
  onTestFinished(async () => {
    await fleet[Symbol.asyncDispose]();
    await network[Symbol.asyncDispose]();
  });
  return fleet;
}
