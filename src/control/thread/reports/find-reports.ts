import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { openPlainFile } from "./open-file.ts";

/** A result of bench or stress, as the page lists it. */
export interface FoundReport {
  /** Its folder, relative to the working folder, and which program made it: `bench-results/bench`. */
  readonly name: string;
  readonly kind: "bench" | "stress";
  /** The command, as typed. */
  readonly command: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What was found, in sentences. */
  readonly verdict: readonly string[];
}

const kinds = ["bench", "stress"] as const;

/** A working folder may have any number of other folders. */
const mostFolders = 200;

/** Results of many variants take some 100 KB. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Finds the results that lie in a folder, or in a folder directly in it: `bench.json` beside
 * `bench.html`, and the same of stress. The newest come first. What cannot be read is left out.
 */
export async function findReports(folder: string): Promise<readonly FoundReport[]> {
  const found: FoundReport[] = [];
  // One by one: there is never more than one in memory.
  for (const name of await listNames(folder)) {
    const report = await readReport(folder, name);
    if (report) found.push(report);
  }
  return found.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/**
 * Opens the page of a report that `findReports` would find.
 *
 * @returns undefined if there is none of that name
 */
export async function openReport(folder: string, name: string): Promise<Readable | undefined> {
  const isListed = (await listNames(folder)).includes(name);
  if (!isListed || !(await readReport(folder, name))) return undefined;
  const { handle } = await openPlainFile(pageOf(folder, name));
  return handle.createReadStream();
}

/** The names that a report may have. */
async function listNames(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inside = entries
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name))
    .map(({ name }) => `${name}/`);
  return ["", ...inside.slice(0, mostFolders)].flatMap((start) =>
    kinds.map((kind) => `${start}${kind}`),
  );
}

function pageOf(folder: string, name: string): string {
  return join(folder, `${name}.html`);
}

async function readReport(folder: string, name: string): Promise<FoundReport | null> {
  const kind = kinds.find((each) => name === each || name.endsWith(`/${each}`));
  if (!kind) return null;
  try {
    const result = JSON.parse(await readPlainFile(join(folder, `${name}.json`)));
    const page = await openPlainFile(pageOf(folder, name));
    await page.handle.close();
    return describeReport(name, kind, result);
  } catch {
    return null; // It is not there, or it is half written.
  }
}

async function readPlainFile(path: string): Promise<string> {
  const { handle, sizeBytes } = await openPlainFile(path);
  try {
    if (sizeBytes > mostBytes) throw new Error(`${path} is too large`);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}

function describeReport(
  name: string,
  kind: FoundReport["kind"],
  result: Readonly<Record<string, unknown>>,
): FoundReport | null {
  const { format, command, startedAt, verdict } = result;
  const isRight =
    format === `manycore-${kind}` && typeof command === "string" && typeof startedAt === "string";
  if (!isRight || !Array.isArray(verdict)) return null;
  return { name, kind, command, startedAt, verdict: verdict.map(String) };
}
