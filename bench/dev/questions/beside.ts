import { setTimeout as pause } from "node:timers/promises";
import { readTreeMemory } from "../../load/processes/process-tree.ts";
import type { ServerUnderTest } from "../../load/processes/server.ts";
import { quantile } from "../../load/statistics/sample.ts";

const everyMs = 100;

/** What was seen of a server beside its load. */
export interface SeenBeside {
  /** MiB of the process tree, at each look. */
  readonly memoryMiB: readonly number[];
  /** How long `GET /livez` of control took, in ms. A failed one counts as infinite. */
  readonly controlMs: readonly number[];
}

/** Looks at the server ten times a second until the load has ended: its memory, and its control. */
export async function lookBeside(
  server: ServerUnderTest,
  load: Promise<unknown>,
  signal: AbortSignal,
): Promise<SeenBeside> {
  const seen = { memoryMiB: [] as number[], controlMs: [] as number[] };
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  load.then(end, end);
  while (!isOver && !signal.aborted) {
    const memory = readTreeMemory(server.pid);
    if (memory.available) seen.memoryMiB.push(memory.bytes / 1024 ** 2);
    seen.controlMs.push(await timeControl(server));
    await pause(everyMs);
  }
  return seen;
}

/** Start, median and highest: flat memory has a highest value near the median. */
export function describeMemory({ memoryMiB }: SeenBeside): string {
  if (memoryMiB.length === 0) return "unknown";
  const [first = 0] = memoryMiB;
  const levels = [first, quantile(memoryMiB, 0.5), Math.max(...memoryMiB), memoryMiB.at(-1) ?? 0];
  return levels.map((level) => level.toFixed(0)).join(", ");
}

export function describeControl({ controlMs }: SeenBeside): string[] {
  if (controlMs.length === 0) return ["", ""];
  return [0.5, 1].map((probability) => quantile(controlMs, probability).toFixed(1));
}

async function timeControl({ controlUrl }: ServerUnderTest): Promise<number> {
  const startedAt = performance.now();
  try {
    const answer = await fetch(new URL("/livez", controlUrl ?? undefined));
    await answer.arrayBuffer();
    return answer.ok ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
