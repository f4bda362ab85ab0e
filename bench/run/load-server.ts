import { RunError } from "../failures.ts";
import type { LoadGenerator } from "../generator/load.ts";
import type { LoadPlan } from "../generator/plan.ts";
import type { LoadResult } from "../generator/result.ts";
import { type Running, requireAlive } from "./servers.ts";

/**
 * Loads a variant's server.
 *
 * @throws RunError where the server has ended, or the run was stopped; the signal's reason
 */
export async function loadServer(
  running: Running,
  generator: LoadGenerator,
  plan: Omit<LoadPlan, "url">,
  signal: AbortSignal,
): Promise<LoadResult> {
  requireAlive(running);
  signal.throwIfAborted();
  const { url, ended } = running.server;
  const either = AbortSignal.any([signal, ended]);
  const result = await generator.run({ url, ...plan }, { signal: either });
  signal.throwIfAborted();
  requireAlive(running);
  if (result.stopped) throw new RunError("the load generator was stopped");
  return result;
}
