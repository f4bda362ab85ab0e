import type { ContrastEvent } from "../../src/telemetry/watch/contrast.ts";
import type { SeenItem } from "../../src/telemetry/watch/seen.ts";
import type { BenchPlan } from "../compare/plan/plan.ts";
import type { Progress } from "../compare/run/progress.ts";
import type { Running } from "../compare/run/servers.ts";
import type { LoadProgress } from "../load/result.ts";
import { relaySeen } from "./relay-seen.ts";

export interface ToldProgressOptions {
  readonly task: string;
  readonly totalMs: number;
  readonly plan: BenchPlan;
  readonly tell: (event: ContrastEvent) => void;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Tells what the comparison does, and what its servers show of themselves. */
export class ToldProgress implements Progress {
  readonly #options: ToldProgressOptions;
  readonly #isOver = new AbortController();

  constructor(options: ToldProgressOptions) {
    this.#options = options;
    const { task, totalMs, plan } = options;
    const modes = plan.variants.filter(({ kind }) => kind === "mode").map(({ name }) => name);
    const { rounds, runMs } = plan;
    const data = { modes, task, runMs, rounds, totalMs, startedAt: Date.now() };
    options.tell({ event: "plan", data });
  }

  began(label: string, variant?: string): void {
    const mode = variant !== undefined && this.#isMode(variant) ? variant : null;
    this.#options.tell({ event: "step", data: { label, mode } });
  }

  finished(_: string, figure?: { readonly variant: string; readonly runsPerSecond: number }): void {
    if (figure === undefined || !this.#isMode(figure.variant)) return;
    const { variant: mode, runsPerSecond } = figure;
    this.#options.tell({ event: "turn", data: { mode, runsPerSecond } });
  }

  serves({ variant: { name: mode, workers, slots }, server: { pid, controlUrl } }: Running): void {
    const { tell, err, signal } = this.#options;
    tell({ event: "server", data: { mode, pid, workers, slots } });
    if (controlUrl === null) return;
    const until = AbortSignal.any([signal, this.#isOver.signal]);
    const onSeen = (item: SeenItem) => tell({ event: "seen", data: { mode, item } });
    relaySeen(controlUrl, onSeen, until).catch((error: unknown) => {
      if (!until.aborted) err(`${mode}: what its server shows cannot be read (${error})\n`);
    });
  }

  loaded(mode: string, { load, probe }: LoadProgress): void {
    const lengthMs = load.reduce((sum, interval) => sum + interval.lengthMs, 0);
    if (lengthMs === 0) return;
    const correct = load.reduce((sum, interval) => sum + interval.correct, 0);
    const lights = probe.flatMap(({ p99 }) => p99 ?? []);
    this.#options.tell({
      event: "load",
      data: {
        ...{ mode, at: Date.now(), runsPerSecond: (1000 * correct) / lengthMs },
        lightMs: lights.length === 0 ? null : Math.max(...lights),
      },
    });
  }

  close(): void {
    this.#isOver.abort();
  }

  #isMode(name: string): boolean {
    return this.#options.plan.variants.some((one) => one.name === name && one.kind === "mode");
  }
}
