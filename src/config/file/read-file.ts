/** Reads the configuration file. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { messageOf } from "../../errors.ts";
import type { Given } from "../resolve.ts";
import { findConfigFile } from "./find-file.ts";
import type { ConfigContent, ConfigModule } from "./load-module.ts";
import { type FileSettings, noSettings, readSettings } from "./settings.ts";

/** A file may ask somebody for its settings. */
const longestLoadMs = 10_000;

/**
 * Never rejects: what is wrong with the file is in its errors.
 *
 * @param chosen the value of --config; undefined where it is not set
 * @param withinMs the file must have been imported by then
 */
export async function readConfigFile(
  chosen: Given | undefined,
  withinMs = longestLoadMs,
): Promise<FileSettings> {
  let file: string | undefined;
  try {
    file = findConfigFile(chosen?.text ?? "auto", chosen?.source ?? "--config");
  } catch (error) {
    return { ...noSettings, errors: [messageOf(error)] };
  }
  if (file === undefined) return noSettings;
  const loaded = await (extname(file) === ".json"
    ? readJson(file)
    : importInThread(file, withinMs));
  const { modules } = loaded;
  if ("failure" in loaded) return { ...noSettings, file, modules, errors: [loaded.failure] };
  return { file, modules, ...readSettings(loaded.content, file, dirname(file)) };
}

function readJson(file: string): ConfigContent {
  const modules = [resolve(file)];
  try {
    const text = readFileSync(file, "utf8");
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, "")); // A mark that Windows puts there.
    if (typeof content === "object" && content !== null && !Array.isArray(content)) {
      return { content: { ...content }, modules };
    }
    return { failure: `Configuration file ${file} must be a JSON object`, modules };
  } catch (error) {
    return { failure: `Configuration file ${file} cannot be read: ${messageOf(error)}`, modules };
  }
}

/**
 * A thread of its own reads the file each time anew, with all that it imports. What the file does
 * besides, such as to exit, happens to the thread alone.
 */
async function importInThread(file: string, withinMs: number): Promise<ConfigContent> {
  const path = resolve(file);
  const entry = new URL(`./load-module${extname(import.meta.url)}`, import.meta.url);
  const execArgv = [...process.execArgv, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
  const workerData: ConfigModule = { file, path };
  const thread = new Worker(entry, { workerData, execArgv });
  const ended = once(thread, "exit").then(([code]): ConfigContent => {
    const never = "It never finished loading, or called process.exit";
    const how = code === 13 || code === 0 ? never : `Exit code ${code}`;
    return { failure: `Configuration file ${file} exports nothing. ${how}.`, modules: [path] };
  });
  const over = new AbortController();
  const late = pause(withinMs, undefined, over).then((): ConfigContent => {
    const failure = `Configuration file ${file} did not finish loading within ${withinMs} ms. What it awaits must end by then`;
    return { failure, modules: [path] };
  });
  late.catch(() => {}); // Called off.
  try {
    const posted = once(thread, "message").then(([content]) => content as ConfigContent);
    return await Promise.race([posted, ended, late]);
  } catch (error) {
    return { failure: `Configuration file ${file}: ${messageOf(error)}`, modules: [path] };
  } finally {
    over.abort();
    await thread.terminate();
  }
}
