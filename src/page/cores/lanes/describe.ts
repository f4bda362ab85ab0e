/** What is said of a piece of the lanes, and of what happened. */
import { formatMs, formatNumber, formatTime } from "../../format.ts";
import type { Tick } from "../../seen/lanes/lanes.ts";
import type { GroupPiece, Piece, RunPiece } from "../../seen/lanes/piece.ts";

/** One thing that is said: such as `waited`, `12 ms`. */
export type Fact = readonly [name: string, value: string];

/** @param now the time of the server, for what still runs */
export function describePiece(piece: Piece, now: number): readonly Fact[] {
  return piece.kind === "run" ? describeRun(piece, now) : describeGroup(piece);
}

function describeRun({ life, row, run, from, to, isLost }: RunPiece, now: number): readonly Fact[] {
  const { task, lane, job, attempt, thread, executor, acceptedAt, cpuMs, isBorrowed } = run;
  const facts: (Fact | false)[] = [
    ["task", task],
    ["for", lane === "live" ? "a client that waits" : `job ${job ?? ""}, attempt ${attempt ?? 1}`],
    ["worker", `${life.worker} (pid ${life.pid ?? "unknown"})`],
    thread === null ? ["slot", `${row + 1}, ${executor}`] : ["thread", String(thread)],
    isBorrowed && ["client", "is on another worker, which handed the run over"],
    ["waited", formatMs(from - acceptedAt)],
    [to === null ? "runs for" : "ran", formatMs(Math.max(0, (to ?? now) - from))],
    cpuMs !== null && ["CPU", formatMs(cpuMs)],
    ["outcome", isLost ? "lost: its end was not seen" : nameOutcome(run.outcome)],
    ["began", formatTime(from)],
  ];
  return facts.filter((fact) => fact !== false);
}

function describeGroup({ life, row, group }: GroupPiece): readonly Fact[] {
  const { task, lane, count, failed, from, to, busyMs, longestMs, queuedMs } = group;
  const busy = Math.min(100, (100 * busyMs) / Math.max(1, to - from));
  return [
    ["task", task],
    ["for", lane === "live" ? "clients that wait" : "jobs"],
    ["worker", `${life.worker} (pid ${life.pid ?? "unknown"})`],
    ["slot", String(row + 1)],
    ["runs", `${formatNumber(count)} short ones, drawn together`],
    ["busy", `${formatNumber(Math.round(busy))} % of ${formatMs(to - from)}`],
    ["on average", `waited ${formatMs(queuedMs / count)}, ran ${formatMs(busyMs / count)}`],
    ["longest", formatMs(longestMs)],
    ["failed", formatNumber(failed)],
    ["began", formatTime(from)],
  ];
}

/** A problem by the last part of its type. */
function nameOutcome(outcome: string | null): string {
  return outcome === null ? "none yet" : (outcome.split(/[/:]/).at(-1) ?? outcome);
}

/** As a sentence, for screen readers. */
export function sayFacts(facts: readonly Fact[]): string {
  return facts.map(([name, value]) => `${name}: ${value}`).join(", ");
}

const badEnds = new Set<string | null>(["crashed", "hung", "not-ready"]);

/** Whether it is something that an operator would rather not see. */
export function isBadTick({ mark: { kind, reason } }: Tick): boolean {
  if (kind === "reload-failed" || kind === "thread-ended") return true;
  return kind === "ended" && badEnds.has(reason);
}

/** What happened, in a word or two. */
export function nameTick({ mark: { kind, reason }, life }: Tick): string {
  const who = life?.pid == null ? "" : `pid ${life.pid} `;
  switch (kind) {
    case "forked":
    case "ready":
      return `${who}${kind}`;
    case "ended":
      return `${who}${reason ?? "ended"}`;
    case "thread-ended":
      return reason === null ? "thread ended" : `thread ${reason}`;
    case "reload":
      return "reload begins";
    case "reload-failed":
      return "reload failed";
    case "reloaded":
      return "reloaded";
  }
}
