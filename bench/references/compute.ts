/**
 * The bare computation, with no HTTP around it: the physical limit that every mode is held against.
 * Computes the same hash over and over for as long as its parent asks, and tells how many times it
 * did and what CPU time that took.
 */
import { pbkdf2Sync } from "node:crypto";

export interface ComputeOrder {
  readonly iterations: number;
  readonly durationMs: number;
}

export interface ComputeReport {
  readonly runs: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly digest: string;
}

process.on("message", ({ iterations, durationMs }: ComputeOrder) => {
  const startedAt = performance.now();
  const cpu = process.threadCpuUsage();
  let runs = 0;
  let digest: Buffer;
  do {
    digest = pbkdf2Sync("bench", "salt", iterations, 64, "sha512");
    runs++;
  } while (performance.now() - startedAt < durationMs);
  const { user, system } = process.threadCpuUsage(cpu);
  const report: ComputeReport = {
    runs,
    elapsedMs: performance.now() - startedAt,
    cpuMs: (user + system) / 1000,
    digest: digest.toString("hex"),
  };
  process.send?.(report);
});
