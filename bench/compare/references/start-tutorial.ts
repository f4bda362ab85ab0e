import { findModuleFile } from "../../load/processes/module-file.ts";
import { type ServerUnderTest, startServer } from "../../load/processes/server.ts";

/** Starts the cluster of the tutorials, which runs one task in its request handler. */
export function startTutorial(
  workers: number,
  task: string,
  taskFiles: readonly string[],
  signal: AbortSignal,
): Promise<ServerUnderTest> {
  const file = findModuleFile("./tutorial", import.meta.url);
  return startServer([file, String(workers), task, ...taskFiles], signal);
}
