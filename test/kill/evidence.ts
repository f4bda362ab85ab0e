import { readFile } from "node:fs/promises";

/** A run that has begun. */
export interface Start {
  /** ms since 1970. */
  readonly at: number;
  readonly pid: number;
}

/** What runs wrote down in one file, in the order in which they wrote it. */
export interface Evidence {
  readonly starts: readonly Start[];
  /** Whether a run wrote something after another one had begun. */
  readonly overlaps: boolean;
  /** How many runs have put their job off. */
  readonly snoozes: number;
  /** Whether a run has come to its end. */
  readonly isOver: boolean;
}

/** @param text lines of a run's name and what it does; the last may be cut off by a kill */
export function evidenceOf(text: string): Evidence {
  const starts: Start[] = [];
  let [latest, overlaps, snoozes, isOver] = ["", false, 0, false];
  for (const line of text.split("\n").slice(0, -1)) {
    const [run = "", what, at, pid] = line.split(" ");
    if (what === "snoozes") snoozes++;
    if (what === "ends") isOver = true;
    if (what === "starts") {
      starts.push({ at: Number(at), pid: Number(pid) });
      latest = run;
    } else if (run !== latest) overlaps = true;
  }
  return { starts, overlaps, snoozes, isOver };
}

/** Of no run where there is no such file. */
export async function readEvidence(file: string): Promise<Evidence> {
  return evidenceOf(await readFile(file, "utf8").catch(() => ""));
}
