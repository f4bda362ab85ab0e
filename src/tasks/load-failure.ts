import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../errors.ts";

/** Where an error came from. */
interface SourceLine {
  /** A path. */
  readonly file: string;
  readonly line: string;
}

/** Where manycore itself lies: its own lines are not where an author has to look. */
const ownFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * What to tell an author whose module could not be loaded: the line, in this file or in one that it
 * imports, the error's own words, and the remedy where one is known.
 *
 * @param file as it was given
 * @param path the same, absolute
 */
export async function loadFailure(file: string, path: string, cause: unknown): Promise<Error> {
  const place = await placeOf(path, cause);
  const subject = `Task file ${file} failed while it was loading${placeInWords(path, place)}`;
  const message = `${subject}: ${messageOf(cause)}${advice(cause, path, place)}`;
  return new Error(message, { cause });
}

function placeInWords(path: string, place: SourceLine | undefined): string {
  if (!place) return "";
  const where = place.file === path ? "" : `in ${place.file} `;
  return `, ${where}at line ${place.line}`;
}

/** A line of the file itself says most; else the innermost one that is not manycore's. */
async function placeOf(path: string, cause: unknown): Promise<SourceLine | undefined> {
  const { stack } = Object(cause) as { readonly stack?: unknown };
  const places = placesIn(String(stack)).filter(({ file }) => !file.startsWith(ownFolder));
  const place = places.find(({ file }) => file === path) ?? places[0];
  return place ?? (cause instanceof SyntaxError ? await placeBySyntaxCheck(path) : undefined);
}

/** In the form `PATH:LINE`, `at PATH:LINE:COLUMN` or `at name (PATH:LINE:COLUMN)`; paths or URLs. */
function placesIn(stack: string): SourceLine[] {
  const pattern = /(?:^|[( ])(file:\/\/[^\s()]+?|(?:\/|[A-Za-z]:\\)[^\n()]*?):(\d+)(?::\d+)?\)?$/gm;
  return [...stack.matchAll(pattern)].map(([, named = "", line = ""]) => ({
    file: named.startsWith("file://") ? fileURLToPath(named) : named,
    line,
  }));
}

/**
 * V8 tells the line of a mistake in JavaScript to nobody but the terminal, so Node is asked to check
 * the file. It cannot check TypeScript, where the stack has the line.
 */
async function placeBySyntaxCheck(path: string): Promise<SourceLine | undefined> {
  if (/ts$/.test(extname(path))) return undefined;
  const { spawnSync } = await import("node:child_process");
  const options = { encoding: "utf8", timeout: 10_000 } as const;
  const { stderr } = spawnSync(process.execPath, ["--check", path], options);
  return placesIn(stderr.split("\n", 1)[0] ?? "")[0];
}

function advice(cause: unknown, path: string, place: SourceLine | undefined): string {
  const message = messageOf(cause);
  const { file } = place ?? { file: path };
  if (/^(Cannot use import statement outside a module|Unexpected token 'export')/.test(message)) {
    const named = `.m${extname(file).slice(1).replace(/^[mc]/, "")}`;
    return `. Node takes it for CommonJS: name it ${named}, or set "type": "module" in the package.json nearest to it`;
  }
  if (cause instanceof SyntaxError && !place)
    return ". The mistake may be in a file that it imports";
  if (/^TypeScript enum is not supported/.test(message)) {
    return ". Use an object with `as const` in its place";
  }
  const [, missing] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  if (missing === undefined) return "";
  return missing === "manycore"
    ? ". Where manycore is no dependency, import from the path of its src/index.ts"
    : `. Add it where the file is: npm install ${missing}`;
}
