/** The tasks that a worker serves: the built-in ones, and those of the user's files. */
import { resolve } from "node:path";
import type { Logger } from "pino";
import { type Config, missingExecutorWarnings, nativeFormWarnings } from "../config/config.ts";
import { moduleFailure } from "../config/module-failure.ts";
import { loadTaskSources } from "../tasks/check/load-sources.ts";
import {
  builtInTasks,
  createRegistry,
  type TaskFile,
  type TaskRegistry,
} from "../tasks/registry.ts";

export interface LoadedTasks {
  readonly registry: TaskRegistry;
  /** The user's files, with their tasks. */
  readonly own: readonly TaskFile[];
}

/**
 * @param onExit is called with a message if a file ends the process while it is loading
 * @param ownsProcess whether an error that nothing catches is the file's, and ends the process. In the
 *   process of somebody else's app it may come from anywhere, and is for that app
 * @throws Error that names the file, the task and the remedy
 */
export async function loadTasks(
  config: Config,
  onExit: (message: string) => void,
  ownsProcess = false,
): Promise<LoadedTasks> {
  let loading = "";
  const onFile = (file: string) => {
    loading = file;
  };
  const stopListening = followEnd((how) => onExit(how(loading)), ownsProcess);
  const own = await loadTaskSources(config.taskFiles, onFile).finally(stopListening);
  return { registry: createRegistry(builtInTasks(config), own), own };
}

/**
 * Hears how a task file ends the process while it is loading. An error that nothing catches is told
 * here, and not logged as well: one mistake, one line.
 *
 * @param onEnd gets the message for a file
 * @returns stops it
 */
function followEnd(
  onEnd: (how: (file: string) => string) => void,
  ownsProcess: boolean,
): () => void {
  const onProcessExit = (code: number) =>
    onEnd(
      (file) =>
        `Task file ${file} ended the worker while it was loading (exit code ${code}): it called process.exit.`,
    );
  const onUncaught = (error: unknown) => {
    onEnd((file) => moduleFailure(`Task file ${file}`, resolve(file), error).message);
    process.off("exit", onProcessExit);
    process.exit(1);
  };
  process.once("exit", onProcessExit);
  if (ownsProcess) process.prependListener("uncaughtException", onUncaught);
  return () => {
    process.off("exit", onProcessExit);
    process.off("uncaughtException", onUncaught);
  };
}

export function warnOfOwnTasks(config: Config, own: readonly TaskFile[], log: Logger): void {
  const tasks = own.flatMap((file) => file.tasks);
  const warnings = [
    ...missingExecutorWarnings(config, tasks),
    ...nativeFormWarnings(config, tasks),
  ];
  for (const warning of warnings) log.warn(warning);
}
