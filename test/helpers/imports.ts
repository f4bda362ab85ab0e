/** Who imports whom, read from the import lines of a folder's files. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, posix, relative } from "node:path";

export interface Import {
  readonly from: string;
  /** A file, by its path in the folder, or the name of a package. */
  readonly to: string;
  readonly typesOnly: boolean;
}

/** Every file in a folder, by its path in it. */
export function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, `${entry.parentPath}/${entry.name}`));
}

/** What a file of the folder imports. */
export function importsOf(folder: string, file: string): Import[] {
  const text = readFileSync(`${folder}/${file}`, "utf8");
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...statements].map(([, type, from, bare, dynamic]) => {
    const target = from ?? bare ?? dynamic ?? "";
    const to = target.startsWith(".") ? posix.join(dirname(file), target) : target;
    return { from: file, to, typesOnly: type !== undefined };
  });
}
