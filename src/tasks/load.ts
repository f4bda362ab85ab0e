import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "../errors.ts";
import { isTask, type Task } from "./task.ts";

/**
 * The tasks that a user's module exports: each export that `defineTask` made, and a default export
 * that is such a task or an array of them. Threads load this file, so it must not load zod.
 *
 * @param file a module that Node can import (.ts, .js, .mjs), by a path from the working directory
 * @throws Error that names the file and the remedy: where there is no such file, where it throws
 *   while it is loading (its error is the `cause`), and where it exports no task
 */
export async function loadTaskFile(file: string): Promise<readonly Task[]> {
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    throw new Error(`Task file ${file} does not exist: give a path from ${process.cwd()}`);
  }
  if (found.isDirectory()) throw new Error(`Task file ${file} is a folder: give a file in it`);
  const exported = await importModule(file, path);
  const tasks = new Set<Task>();
  for (const [name, value] of Object.entries(exported)) {
    for (const task of name === "default" ? defaultTasks(file, value) : [value]) {
      if (isTask(task)) tasks.add(task);
    }
  }
  if (tasks.size === 0) {
    throw new Error(
      `Task file ${file} exports no task: export what defineTask of manycore returns`,
    );
  }
  return [...tasks];
}

async function importModule(file: string, path: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(path).href;
  try {
    return await import(url);
  } catch (cause) {
    const where = `failed while it was loading${placeIn(path, cause) || placeIn(url, cause)}`;
    const message = `Task file ${file} ${where}: ${messageOf(cause)}${adviceOn(cause, file)}`;
    throw new Error(message, { cause });
  }
}

/** The line at which it failed, where the error's stack has the file under this name. */
function placeIn(name: string, error: unknown): string {
  const { stack } = Object(error) as { readonly stack?: unknown };
  const [, after = ""] = String(stack).split(`${name}:`);
  const [line] = /^\d+/.exec(after) ?? [];
  return line === undefined ? "" : `, at line ${line}`;
}

function adviceOn(error: unknown, file: string): string {
  if (error instanceof SyntaxError) return `. npx node --check ${file} shows where`;
  if (!/^Cannot find package 'manycore'/.test(messageOf(error))) return "";
  return ". Where manycore is no dependency, import from the path of its src/index.ts";
}

/** An array is a list of tasks, so a member that is none was forgotten, not meant for others. */
function defaultTasks(file: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [value];
  const stranger = value.findIndex((member) => !isTask(member));
  if (stranger === -1) return value;
  throw new Error(
    `Task file ${file} exports by default an array whose member ${stranger} is no task: ` +
      "make it with defineTask of manycore",
  );
}
