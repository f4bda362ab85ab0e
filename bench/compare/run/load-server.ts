import { messageOf } from "../../../src/errors.ts";
import { RunError } from "../../command/failures.ts";
import type { LoadGenerator } from "../../load/generator/load.ts";
import type { LoadPlan } from "../../load/generator/plan.ts";
import type { LoadProgress, LoadResult } from "../../load/result.ts";
import type { Running } from "./servers.ts";

/** A load plan without its URL, which is the server's. */
export type ServerLoad = Omit<LoadPlan, "url">;

/**
 * Loads a variant's server.
 *
 * @throws RunError where the server has ended, or the run was stopped; the signal's reason
 */
export async function loadServer(
  running: Running,
  generator: LoadGenerator,
  plan: ServerLoad,
  signal: AbortSignal,
  onProgress?: (progress: LoadProgress) => void,
): Promise<LoadResult> {
  requireAlive(running);
  signal.throwIfAborted();
  const { url, ended } = running.server;
  const either = AbortSignal.any([signal, ended]);
  const result = await generator.run(
    { url, ...plan },
    { signal: either, ...(onProgress && { onProgress }) },
  );
  signal.throwIfAborted();
  requireAlive(running);
  if (result.stopped) throw new RunError("the load generator was stopped");
  return result;
}

/** @throws RunError that says which server has ended, and how */
function requireAlive({ variant, server }: Running): void {
  if (!server.ended.aborted) return;
  const how = messageOf(server.ended.reason);
  throw new RunError(`the server of ${variant.name} ended in the middle of the run (${how})`);
}
