import type { Random } from "../../bench/load/statistics/random.ts";
import type { Folder } from "../helpers/embedded-queue.ts";

/** The file of the tasks that leave evidence. */
export const witnessTasks = new URL("../fixtures/witness.ts", import.meta.url).pathname;

export interface WitnessOptions {
  readonly folder: Folder;
  readonly random: Random;
  readonly number: number;
  /** How long it computes. */
  readonly beats: number;
  /** So many of its runs put it off. */
  readonly snoozes?: number;
  /** Fields of the submission beside those of every witness. */
  readonly more?: WitnessFields;
  /** What runs with no other of its kind writes to this file, too. */
  readonly shared?: string;
}

/** A job of the task `witness`, or of `alone`, as it is submitted. */
export interface WitnessJob {
  readonly number: number;
  readonly maxAttempts: number;
  readonly snoozes: number;
  readonly body: WitnessFields;
}

/** What is sent; these fields among others. */
export interface WitnessFields extends Readonly<Record<string, unknown>> {
  /** RFC 3339. */
  readonly startBefore?: string;
  readonly onFailure?: "cancel" | "run";
}

/** The file in which the runs of one job write. */
export function evidenceFile(folder: Folder, number: number): string {
  return folder.file(`job-${number}`);
}

export function makeWitness(options: WitnessOptions): WitnessJob {
  const { folder, random, number, beats, snoozes = 0, more = {}, shared } = options;
  const maxAttempts = 2 + Math.floor(random() * 5);
  const own = evidenceFile(folder, number);
  const evidence = shared === undefined ? [own] : [own, folder.file(shared)];
  const files = { evidence, bomb: folder.file("bomb"), pids: folder.file("pids") };
  const body = {
    task: "witness",
    input: { number, ...files, beats, snoozes },
    maxAttempts,
    backoffMs: Math.floor(random() * 50),
    priority: Math.floor(random() * 3),
    ...more,
  };
  return { number, maxAttempts, snoozes, body };
}
