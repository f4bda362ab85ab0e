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
  /** Of the user's files. */
  readonly own: readonly TaskFile[];
}

/**
 * @param onExit hears it, in words, where a file ends the process while it is loading
 * @throws Error that names the file, the task and the remedy
 */
export async function loadTasks(
  config: Config,
  onExit: (message: string) => void,
): Promise<LoadedTasks> {
  const own: TaskFile[] = [];
  for (const file of config.taskFiles) {
    const told = (code: number) => {
      const how = "by process.exit, or by an error that is above";
      const fate = `ended the worker while it was loading (exit code ${code}), ${how}`;
      onExit(`Task file ${file} ${fate}.`);
    };
    process.once("exit", told);
    const tasks = await admitTaskFile(file).finally(() => process.off("exit", told));
    own.push({ file, tasks });
  }
  return { registry: createRegistry(builtInTasks(config), own), own };
}

export function warnOfOwnTasks(config: Config, own: readonly TaskFile[], log: Logger): void {
  const tasks = own.flatMap((file) => file.tasks);
  for (const warning of nativeFormWarnings(config, tasks)) log.warn(warning);
}
