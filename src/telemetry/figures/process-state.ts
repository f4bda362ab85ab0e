import { performance } from "node:perf_hooks";
import { descriptorLimit, openDescriptors } from "../descriptors.ts";
import type { PrimaryProcess, ProcessState } from "./figures.ts";

/** What this process takes from the machine. */
export function readProcess(): ProcessState {
  const { rss: rssBytes, heapUsed: heapUsedBytes } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssBytes, heapUsedBytes };
}

/** The same for the primary, with what is asked less often. */
export function readPrimaryProcess(): PrimaryProcess {
  const [open, most] = [openDescriptors(), descriptorLimit()];
  const descriptors = open === undefined || most === undefined ? null : { open, most };
  return { ...readProcess(), startedAt: Math.round(performance.timeOrigin), descriptors };
}
