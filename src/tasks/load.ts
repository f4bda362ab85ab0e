import { statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { moduleFailure } from "../config/module-failure.ts";
import { missingSource } from "../config/task-sources.ts";
import { isTask } from "./define.ts";
import type { Task } from "./task.ts";

/** A file exports no task. That is a mistake, unless the file is one of a folder. */
export class NoTask extends Error {
  override readonly name = "NoTask";
}

/**
 * The tasks that a user's file exports: each export that `defineTask` made, and a default export
 * that is a task, or an array or an object of tasks. Threads load this module, so it must not load
 * zod.
 *
 * @param file a module that Node can import (.ts, .js, .mjs), as a path from the working directory
 * @throws Error that names the file and the remedy: if there is no such file, and if it throws while
 *   it is loading (its error is the `cause`)
 * @throws NoTask if it exports none
 */
export async function loadTaskFile(file: string): Promise<readonly Task[]> {
  const path = resolve(file);
  requireFile(file, path);
  requireModule(file);
  const exported = await importModule(file, path);
  const tasks = new Set<Task>();
  for (const [name, value] of Object.entries(exported)) {
    const found = name === "default" ? defaultTasks(file, value) : [value];
    for (const task of found) if (isTask(task)) tasks.add(task);
  }
  if (tasks.size > 0) return [...tasks];
  throw new NoTask(
    `Task file ${file} exports no task: export what defineTask of manycore returns, by name or ` +
      `by default (one task, an array of tasks, or an object of them)${meantAsTask(exported)}`,
  );
}

/**
 * Finds an export that was meant as a task: an object or a function that `defineTask` never got.
 */
function meantAsTask(exported: Record<string, unknown>): string {
  const name = Object.keys(exported).find((key) => {
    const value = exported[key];
    return typeof value === "function" || (typeof value === "object" && value !== null);
  });
  if (name === undefined || Array.isArray(exported[name])) return "";
  return `. Its export ${name} is no task: wrap it in defineTask(…)`;
}

/** Node imports other files too, such as JSON, and its error then speaks of import syntax. */
function requireModule(file: string): void {
  if (/^(\.[cm]?[jt]s)?$/.test(extname(file))) return;
  throw new Error(`Task file ${file} must be .mjs, .js, .mts or .ts (or .cjs, .cts)`);
}

function requireFile(file: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new Error(`Task file ${file} is a folder: give a file in it`);
  if (!found) throw new Error(missingSource(file));
}

async function importModule(file: string, path: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    throw moduleFailure(`Task file ${file}`, path, cause);
  }
}

/** An array is a list of tasks: a member that is none is a mistake. */
function defaultTasks(file: string, exported: unknown): readonly unknown[] {
  const value = unwrapCompiled(exported);
  if (isTask(value) || typeof value !== "object" || value === null) return [value];
  if (!Array.isArray(value)) return Object.values(value);
  const stranger = value.findIndex((member) => !isTask(member));
  if (stranger === -1) return value;
  throw new Error(
    `Task file ${file} exports by default an array whose member ${stranger} is no task: ` +
      "make it with defineTask of manycore",
  );
}

/**
 * The default export of a module compiled to CommonJS is its `exports`. Their `default` is what the
 * author exported.
 */
function unwrapCompiled(exported: unknown): unknown {
  const { __esModule: isCompiled, default: inner } = Object(exported) as Record<string, unknown>;
  return isCompiled ? inner : exported;
}
