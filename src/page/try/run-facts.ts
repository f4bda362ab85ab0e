import { formatMs } from "../format.ts";

/** What a run has cost, and where it was. */
export interface RunFacts {
  readonly worker?: number;
  readonly pid?: number;
  readonly thread?: number | null;
  readonly executor?: string;
  readonly queuedMs: number | null;
  readonly ranMs: number | null;
  readonly cpuMs: number | null;
}

/** Reads `queue;dur=0.2, run;dur=3, cpu;dur=2.9`: an answer of bytes says no more. */
export function readServerTiming(header: string | null): RunFacts {
  const times = new Map(
    [...(header ?? "").matchAll(/(\w+);dur=([\d.]+)/g)].map(([, name, ms]) => [name, Number(ms)]),
  );
  const of = (name: string) => times.get(name) ?? null;
  return { queuedMs: of("queue"), ranMs: of("run"), cpuMs: of("cpu") };
}

/** In words, one fact a line. */
export function sayRun(run: RunFacts): string[] {
  const ms = (value: number | null) => (value === null ? "not known" : formatMs(value));
  const thread = run.thread == null ? "" : `, thread ${run.thread}`;
  return [
    ...(run.worker === undefined ? [] : [`worker ${run.worker}, pid ${run.pid}${thread}`]),
    ...(run.executor === undefined ? [] : [`executor ${run.executor}`]),
    ...[`waited ${ms(run.queuedMs)}`, `took ${ms(run.ranMs)}`, `CPU ${ms(run.cpuMs)}`],
  ];
}
