/** Loads what `--tasks` names. */
import { findTaskSource, type TaskSource } from "../../config/task-sources.ts";
import { messageOf } from "../../errors.ts";
import { NoTask } from "../load.ts";
import type { TaskFile } from "../registry.ts";
import { admitTaskFile } from "./admit.ts";

/**
 * The tasks of every source, in the order in which they were given. Of a folder, the modules without
 * a task are left out.
 *
 * @param onFile hears of each file before it is loaded
 * @throws Error that names the file, the task and the remedy
 */
export async function loadTaskSources(
  sources: readonly string[],
  onFile: (file: string) => void = () => {},
): Promise<TaskFile[]> {
  const loaded: TaskFile[] = [];
  for (const given of sources) loaded.push(...(await loadSource(findTaskSource(given), onFile)));
  return loaded;
}

async function loadSource(
  source: TaskSource,
  onFile: (file: string) => void,
): Promise<readonly TaskFile[]> {
  const loaded: TaskFile[] = [];
  const without: NoTask[] = [];
  for (const file of source.files) {
    onFile(file);
    try {
      loaded.push({ file, tasks: await admitTaskFile(file) });
    } catch (error) {
      if (source.kind !== "folder" || !(error instanceof NoTask)) throw error;
      without.push(error);
    }
  }
  const [first] = without;
  if (loaded.length > 0 || !first) return loaded;
  throw new Error(`Folder ${source.given} has no task. ${messageOf(first)}`, { cause: first });
}
