import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, shorten } from "../errors.ts";

/** The place of an error in a source file. */
interface SourceLine {
  /** A path. */
  readonly file: string;
  readonly line: string;
}

/** The most characters that are kept of an error's own message. */
const mostWords = 4000;

/** Manycore's own folder. Its lines are not what an author looks for. */
const ownFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * The error for an author whose file could not be loaded: the line, in this file or in one that it
 * imports, the error's own words, and the remedy where one is known.
 *
 * @param file as it was given
 * @param path the same, absolute
 */
export async function loadFailure(file: string, path: string, cause: unknown): Promise<Error> {
  const place = await placeOf(path, cause);
  const subject = `Task file ${file} failed while it was loading${placeInWords(path, place)}`;
  const words = shorten(messageOf(cause), mostWords);
  const message = `${subject}: ${words}${advice(cause, path, place)}`;
  return new Error(message, { cause });
}

function placeInWords(path: string, place: SourceLine | undefined): string {
  if (!place) return "";
  const where = place.file === path ? "" : `in ${place.file} `;
  return `, ${where}at line ${place.line}`;
}

/** A line of the file itself, or else the innermost one that is not manycore's. */
async function placeOf(path: string, cause: unknown): Promise<SourceLine | undefined> {
  const { stack } = Object(cause) as { readonly stack?: unknown };
  const places = placesIn(String(stack)).filter(({ file }) => !file.startsWith(ownFolder));
  const place = places.find(({ file }) => file === path) ?? places[0];
  return place ?? (cause instanceof SyntaxError ? await placeOfMistake(path) : undefined);
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
 * V8 shows the line of a mistake in JavaScript only on the terminal. So another Node checks the
 * file, and then imports it, for a mistake in a file that it imports. For TypeScript the stack has
 * the line, and Node cannot check it.
 */
async function placeOfMistake(path: string): Promise<SourceLine | undefined> {
  const { spawnSync } = await import("node:child_process");
  const importing = `await import(${JSON.stringify(pathToFileURL(path).href)})`;
  const check = /ts$/.test(extname(path)) ? [] : [["--check", path]];
  for (const args of [...check, ["--input-type=module", "--eval", importing]]) {
    const { stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 10_000 });
    const place = placesIn(stderr).find(({ file }) => !file.startsWith(ownFolder));
    if (place) return place;
  }
  return undefined;
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
  const [, name] = /does not provide an export named '([^']+)'/.exec(message) ?? [];
  if (name !== undefined && /ts$/.test(extname(file))) {
    return `. If ${name} is a type, write \`import type { ${name} }\``;
  }
  const [, missing] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
  if (missing === undefined) return "";
  return missing === "manycore"
    ? ". Where manycore is no dependency, import from the path of its src/index.ts"
    : `. Add it where the file is: npm install ${missing}`;
}
