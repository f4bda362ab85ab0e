import { setTimeout as pause } from "node:timers/promises";
import { readTreeMemory } from "../../load/processes/process-tree.ts";
import type { ServerUnderTest } from "../../load/processes/server.ts";
import { quantile } from "../../load/statistics/sample.ts";

const everyMs = 100;

/** To read the memory of a process takes the system some ms, which the server lacks. */
const looksAMemory = 10;

/** What was seen of a server beside its load. */
export interface SeenBeside {
  /** MiB of the process tree, at each look. */
  readonly memoryMiB: readonly number[];
  /** How long `GET /livez` of control took, in ms. A failed one counts as infinite. */
  readonly controlMs: readonly number[];
}

/** Looks until the load has ended: at control ten times a second, at the memory once a second. */
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
  for (let look = 0; !isOver && !signal.aborted; look++) {
    const memory = look % looksAMemory === 0 ? readTreeMemory(server.pid) : null;
    if (memory?.available) seen.memoryMiB.push(memory.bytes / 1024 ** 2);
    seen.controlMs.push(await timeControl(server));
    await pause(everyMs);
  }
  return seen;
}

/** At first, and the median of each quarter of the time: flat memory has quarters that are alike. */
export function describeMemory({ memoryMiB }: SeenBeside): string {
  const [first] = memoryMiB;
  if (first === undefined) return "unknown";
  const quarter = Math.ceil(memoryMiB.length / 4);
  const medians = [0, 1, 2, 3]
    .map((number) => memoryMiB.slice(number * quarter, (number + 1) * quarter))
    .filter((looks) => looks.length > 0)
    .map((looks) => quantile(looks, 0.5).toFixed(0));
  return `${first.toFixed(0)}; ${medians.join(", ")}`;
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
