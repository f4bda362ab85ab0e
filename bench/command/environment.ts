import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";

/** The machine and the versions that a result was measured with. */
export interface Environment {
  readonly manycore: string;
  readonly node: string;
  readonly v8: string;
  readonly openssl: string;
  readonly platform: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Load average of one minute, before the run began. */
  readonly loadAverage: number;
}

export function readEnvironment(): Environment {
  // By the package's name: the built file lies one folder deeper than its source.
  const manifest = createRequire(import.meta.url)("manycore/package.json") as { version: string };
  return {
    manycore: manifest.version,
    node: process.version,
    v8: process.versions.v8,
    openssl: process.versions["openssl"] ?? "none",
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? 0,
  };
}
