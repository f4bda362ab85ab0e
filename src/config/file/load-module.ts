/** A thread of the primary: imports the configuration file, and posts what it holds. */
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../errors.ts";
import { moduleFailure } from "../module-failure.ts";

export interface ConfigModule {
  /** As a path from the working folder, for messages. */
  readonly file: string;
  /** The same, absolute. */
  readonly path: string;
}

export type ConfigContent = (
  | { readonly content: Readonly<Record<string, unknown>> }
  | { readonly failure: string }
) & {
  /** The file and what it imports, as absolute paths. */
  readonly modules: readonly string[];
};

const { file, path } = workerData as ConfigModule;
const modules = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (resolved.url.startsWith("file:")) modules.add(fileURLToPath(resolved.url));
    return resolved;
  },
});
// No top-level await: Node would print a warning where the file never finishes loading.
importConfig()
  .catch((error: unknown) => ({ failure: messageOf(error) }))
  .then((read) => {
    parentPort?.postMessage({ ...read, modules: [...modules] } satisfies ConfigContent);
  });

async function importConfig() {
  const imported: Record<string, unknown> = await import(pathToFileURL(path).href).catch(
    (cause: unknown) => {
      throw moduleFailure(`Configuration file ${file}`, path, cause);
    },
  );
  const { default: content } = imported;
  if (isThenable(content)) {
    throw new Error(`Configuration file ${file} exports a promise: export default await ...`);
  }
  if (typeof content === "object" && content !== null && !Array.isArray(content)) {
    return { content: plain(content) };
  }
  throw new Error(
    `Configuration file ${file} exports no settings: export default defineConfig({ ... })`,
  );
}

/** What cannot cross to another thread, such as a function, is no setting anyway: its type can. */
function plain(content: object): Record<string, unknown> {
  const names = Object.keys(content);
  const entries = names.map((name) => [name, crossing(readValue(content, name))]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** A getter may throw. */
function readValue(content: object, name: string): unknown {
  try {
    return (content as Record<string, unknown>)[name];
  } catch (error) {
    throw new Error(`Configuration file ${file}: ${name} threw an error: ${messageOf(error)}`);
  }
}

function isThenable(content: unknown): boolean {
  const { then } = Object(content) as { readonly then?: unknown };
  return typeof then === "function";
}

function crossing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(crossing);
  if (typeof value === "object" && value !== null) return {};
  return ["function", "symbol", "bigint"].includes(typeof value)
    ? { is: `a ${typeof value}` }
    : value;
}
