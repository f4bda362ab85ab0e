import { fileURLToPath } from "node:url";

/**
 * The path of a module that is run as a process of its own. It is TypeScript in a clone, and
 * JavaScript in the npm package.
 *
 * @param name relative to `from`, without its extension
 * @param from the caller's `import.meta.url`
 */
export function findModuleFile(name: string, from: string): string {
  const extension = from.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`${name}.${extension}`, from));
}
