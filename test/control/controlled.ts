import { pino } from "pino";
import type { Life } from "../../src/channel/life.ts";
import { type Config, parseConfig } from "../../src/config/config.ts";
import { ControlLink } from "../../src/control/primary/control-link.ts";
import type { Controlled } from "../../src/primary/control.ts";
import type { Operations } from "../../src/primary/operations.ts";
import { WatchService } from "../../src/primary/watch/watch-service.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import type { ServerFigures } from "../../src/telemetry/figures/figures.ts";
import { stateOf } from "../helpers/figures.ts";

export const figures: ServerFigures = {
  server: {
    ...{ version: "1.0.0", node: "v26.0.0", pid: 7, uptimeMs: 5000 },
    ...{ mode: "cluster", executor: "inline", workers: 1 },
    process: {
      ...{ cpuMs: 200, rssBytes: 50_000_000, heapUsedBytes: 8_000_000 },
      ...{ startedAt: 1_800_000_000_000, descriptors: null },
    },
  },
  workers: [
    {
      ...{ worker: 1, life: 1 as Life, pid: 8, stage: "ready", uptimeMs: 4000 },
      ...{ snapshotAgeMs: 20, state: stateOf({ busySlots: 1, pending: 3 }) },
      runs: { ended: 7, refused: 2 },
    },
  ],
  counted: [],
};

/** A real thread of control, and a primary that notes what it is told to do. */
export class ControlUnderTest implements AsyncDisposable {
  readonly done: unknown[] = [];
  readonly logged: { readonly level: number; readonly msg: string }[] = [];
  /** What happens on the server. */
  readonly telemetry = new Telemetry();
  readonly watch = new WatchService(this.telemetry);
  readonly link: ControlLink;

  /**
   * @param change what the primary does else than note
   * @param flags more of the server
   */
  constructor(
    address: string,
    port: number,
    change: Partial<Operations> = {},
    flags: readonly string[] = [],
  ) {
    const config = configOf("--control", address, "--port", String(port), ...flags);
    if (config.control.kind === "none") throw new Error("It would not listen");
    const write = (line: string) => void this.logged.push(JSON.parse(line));
    const controlled: Controlled = {
      config,
      figures: () => figures,
      jobStats: async () => null,
      queue: undefined,
      operations: {
        reload: async () => {
          this.done.push("reload");
          return { tookMs: 12 };
        },
        changeWorkers: (by) => {
          this.done.push(by);
          return { workers: 1 + by };
        },
        setLogLevel: (level) => this.done.push(level),
        setPaused: async (paused, task) => void this.done.push({ paused, task }),
        ...change,
      },
      watch: this.watch,
      log: pino({ level: "trace" }, { write }),
    };
    this.link = new ControlLink(config.control, controlled);
  }

  /** Sends a request. A path, or an address of the server. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, await this.link.url), init);
  }

  async post(path: string, body?: object): Promise<{ status: number; body: unknown }> {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await this.fetch(path, { method: "POST", ...(body && json) });
    return { status: response.status, body: await response.json() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.close();
  }
}

export function configOf(...flags: string[]): Config {
  const parsed = parseConfig(flags, {}, 2);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  return parsed.config;
}
