import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

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
  const found = await Promise.all(
    (await listFolders(folder)).flatMap((inside) =>
      kinds.map((kind) => readReport(folder, inside, kind)),
    ),
  );
  return found
    .filter((report) => report !== null)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/** The page of a report that `findReports` has found. */
export function reportFile(folder: string, { name }: FoundReport): string {
  return join(folder, `${name}.html`);
}

/** The folder itself is the empty path. */
async function listFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const inside = entries
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name))
    .map(({ name }) => name);
  return ["", ...inside.slice(0, mostFolders)];
}

async function readReport(
  folder: string,
  inside: string,
  kind: FoundReport["kind"],
): Promise<FoundReport | null> {
  const name = inside === "" ? kind : `${inside}/${kind}`;
  try {
    const file = join(folder, `${name}.json`);
    const [{ size }] = await Promise.all([stat(file), stat(join(folder, `${name}.html`))]);
    if (size > mostBytes) return null;
    return describeReport(name, kind, JSON.parse(await readFile(file, "utf8")));
  } catch {
    return null; // It is not there, or it is half written.
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
