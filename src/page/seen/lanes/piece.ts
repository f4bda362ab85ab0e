/** What is drawn in a row: single runs, and runs that are told together. */
import type { SeenGroup, SeenRun } from "../../../telemetry/watch/seen.ts";

/** One process in the place of a worker, as far as it was seen. */
export interface SeenLife {
  readonly worker: number;
  readonly life: number;
  pid: number | null;
  slots: number;
  /** Null while it lives. */
  endedAt: number | null;
  /** Figures have named it: figures without it tell that it has ended. */
  isInFigures: boolean;
}

interface Place {
  readonly life: SeenLife;
  readonly row: number;
  readonly from: number;
  /** Null while it runs. */
  to: number | null;
}

export interface RunPiece extends Place {
  readonly kind: "run";
  run: SeenRun;
  /** Its end was not told: its worker has ended, or the page has missed it. */
  isLost: boolean;
}

export interface GroupPiece extends Place {
  readonly kind: "group";
  readonly group: SeenGroup;
}

export type Piece = RunPiece | GroupPiece;

export function taskOf(piece: Piece): string {
  return piece.kind === "run" ? piece.run.task : piece.group.task;
}

export function laneOf(piece: Piece): "live" | "jobs" {
  return piece.kind === "run" ? piece.run.lane : piece.group.lane;
}

/** Whether something in it did not succeed. A run that was lost did not. */
export function hasFailed(piece: Piece): boolean {
  if (piece.kind === "group") return piece.group.failed > 0;
  const { outcome } = piece.run;
  return piece.isLost || (outcome !== null && outcome !== "succeeded");
}

/** How long it ran, of the time that it spans: 0 to 1. */
export function busyShareOf(piece: Piece): number {
  if (piece.kind === "run") return 1;
  const { from, to, busyMs } = piece.group;
  return to > from ? Math.min(1, busyMs / (to - from)) : 1;
}

/** When it was accepted; of a group, on average before its begin. */
export function acceptedAtOf(piece: Piece): number {
  if (piece.kind === "run") return piece.run.acceptedAt;
  const { from, queuedMs, count } = piece.group;
  return from - queuedMs / Math.max(1, count);
}
