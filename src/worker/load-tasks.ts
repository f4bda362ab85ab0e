/** The tasks that a worker serves: the built-in ones, and those of the user's files. */
import type { Logger } from "pino";
import { type Config, nativeFormWarnings } from "../config/config.ts";
import { admitTaskFile } from "../tasks/check/admit.ts";
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
 * @throws Error that names the file, the task and the remedy
 */
export async function loadTasks(
  config: Config,
  onExit: (message: string) => void,
): Promise<LoadedTasks> {
  const own: TaskFile[] = [];
  for (const file of config.taskFiles) {
    const onProcessExit = (code: number) => {
      const how = "It called process.exit, or threw the error that is logged above";
      onExit(
        `Task file ${file} ended the worker while it was loading (exit code ${code}). ${how}.`,
      );
    };
    process.once("exit", onProcessExit);
    const tasks = await admitTaskFile(file).finally(() => process.off("exit", onProcessExit));
    own.push({ file, tasks });
  }
  return { registry: createRegistry(builtInTasks(config), own), own };
}

export function warnOfOwnTasks(config: Config, own: readonly TaskFile[], log: Logger): void {
  const tasks = own.flatMap((file) => file.tasks);
  for (const warning of nativeFormWarnings(config, tasks)) log.warn(warning);
}
