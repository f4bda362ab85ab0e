/** What `--tasks` takes: a file, a folder or a package. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { delimiter, isAbsolute, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf } from "../errors.ts";

export interface TaskSource {
  readonly kind: "file" | "folder" | "package";
  /** As it was given. */
  readonly given: string;
  /** Its modules, as paths from the working folder. Those of a folder need not have tasks. */
  readonly files: readonly string[];
}

/**
 * Finds the modules of a source. A path that exists wins over a package of the same name.
 *
 * @param given a path from the working folder, or a package (`my-tasks`, `@me/tasks/sub`)
 * @throws Error that says what is missing, and the remedy
 */
export function findTaskSource(given: string): TaskSource {
  const found = isPath(given) || !isSpecifier(given) ? undefined : findPackage(given, ".");
  if (found !== undefined) return { kind: "package", given, files: [javaScriptOf(given, found)] };
  const stat = statOf(given);
  if (stat?.isDirectory()) return { kind: "folder", given, files: modulesOf(given) };
  if (stat) return { kind: "file", given, files: [javaScriptOf(given, given)] };
  throw new Error(missingSource(given));
}

/** Whether a word of the command line is a path that exists, or a package that is installed. */
export function isTaskSource(word: string): boolean {
  if (isPath(word)) return true;
  try {
    return isSpecifier(word) && findPackage(word, ".") !== undefined;
  } catch {
    return true; // There is such a package. What is wrong with it is told later.
  }
}

/** The source as a path from the working folder, where it was given from another folder. */
export function fromFolder(given: string, folder: string): string {
  const path = isAbsolute(given) ? given : join(folder, given);
  if (isPath(path) || !isSpecifier(given)) return path;
  return findPackage(given, folder) ?? path;
}

/** Why these sources cannot be served, a line each. */
export function taskSourceErrors(sources: readonly string[]): string[] {
  return sources.flatMap((given) => {
    try {
      findTaskSource(given);
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  });
}

/** Whether the module of a folder may have tasks: tests, declarations and `_private` ones have none. */
export function isTaskModule(name: string): boolean {
  return /^[^_.].*\.m?[jt]s$/.test(name) && !/\.(test\.m?[jt]s|d\.m?ts)$/.test(name);
}

/** The folder's `index`, or else all of its modules. Folders in it are left out. */
function modulesOf(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    (each) => !each.isDirectory(),
  );
  const names = entries.map(({ name }) => name).filter(isTaskModule);
  const index = names.filter((name) => /^index\.m?[jt]s$/.test(name));
  const chosen = index.length > 0 ? index : names.sort();
  if (chosen.length > 0) return chosen.map((name) => join(folder, name));
  throw new Error(
    `Folder ${folder} has no task: there is no module (.js, .mjs, .ts or .mts) in it. ` +
      "Tests, declarations, and names that begin with _ or . are left out",
  );
}

function isPath(given: string): boolean {
  return statOf(given) !== undefined;
}

function statOf(given: string) {
  return given.includes("\0") ? undefined : statSync(resolve(given), { throwIfNoEntry: false });
}

function isSpecifier(given: string): boolean {
  return /^(@[\w.-]+\/)?[\w-][\w.-]*(\/[\w./-]+)?$/.test(given);
}

/**
 * Resolves a package as an import in the folder would.
 *
 * @returns a path from the working folder; undefined where no such package is installed
 * @throws Error if the package has no such module
 */
function findPackage(specifier: string, folder: string): string | undefined {
  const parentURL = pathToFileURL(join(resolve(folder), "from-here.mjs")).href;
  // import.meta.resolve looks from this file. Only a hook can make it look from another one.
  const hooks = registerHooks({
    resolve: (name, context, next) => next(name, { ...context, parentURL }),
  });
  try {
    const url = import.meta.resolve(specifier);
    if (!url.startsWith("file:")) return undefined; // A module of Node's own, such as fs.
    const path = fileURLToPath(url);
    if (!statOf(path)?.isFile()) throw new Error(`it has no file ${path}`);
    const short = relative("", path);
    return short.startsWith("..") ? path : short;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    const why = messageOf(error).replace(/ imported from \S+$/, ""); // Nobody wrote that file.
    throw new Error(`Package ${specifier} cannot be used: ${why}`, { cause: error });
  } finally {
    hooks.deregister();
  }
}

/** @throws Error for TypeScript in node_modules, which Node does not run */
function javaScriptOf(given: string, path: string): string {
  const real = realpathSync(path);
  if (!real.includes(`${sep}node_modules${sep}`) || !/\.[cm]?ts$/.test(real)) return path;
  throw new Error(
    `${given} is TypeScript in node_modules (${path}), and Node runs no TypeScript from there. ` +
      "Have the package built to JavaScript, or link it: npm install ./path/to/the/package",
  );
}

/** Why nothing can be found there. */
export function missingSource(given: string): string {
  const isFile = /\.[cm]?[jt]s$/.test(given) || !isSpecifier(given);
  const several = `Give each of several files its own --tasks, or put ${JSON.stringify(delimiter)} between them in MANYCORE_TASKS`;
  if (!isFile) {
    return (
      `Tasks ${given}: there is no such path in ${process.cwd()}, and no such package. ` +
      `Give a path from there, or npm install ${given}`
    );
  }
  const message = `Task file ${given} does not exist: give a path from ${process.cwd()}`;
  return /[,:; ]/.test(given) ? `${message}. ${several}` : message;
}
