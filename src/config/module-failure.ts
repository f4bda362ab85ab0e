import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, propertyOf, shorten } from "../errors.ts";

/** The place of an error in a source file. */
interface SourceLine {
  /** A path. */
  readonly file: string;
  readonly line: string;
}

/** The most characters that are kept of an error's own message, and of a line of source. */
const [mostWords, mostSource] = [4000, 200];

/** The most errors that are told of those behind an error, and behind those. */
const mostCauses = 3;

/** Manycore's own folder. Its lines are not what an author looks for. */
const ownFolder = fileURLToPath(new URL("..", import.meta.url));

/**
 * The error for an author whose module could not be loaded: the line, in this file or in one that it
 * imports, the error's own words, and the remedy where one is known.
 *
 * @param subject the module for the message: `Task file ./a.ts`
 * @param path of its file, absolute
 */
export function moduleFailure(subject: string, path: string, cause: unknown): Error {
  const place = placeOf(path, cause);
  const source = cause instanceof SyntaxError ? sourceOf(place) : "";
  const failed = `${subject} failed while it was loading${placeInWords(path, place)}${source}`;
  const words = shorten(wordsOf(cause), mostWords);
  const message = `${failed}: ${words}${advice(cause, path, place)}`;
  return new Error(message, { cause });
}

/** Its message, and those of the errors behind it. */
function wordsOf(thrown: unknown, depth = 0): string {
  const [errors, cause] = [propertyOf(thrown, "errors"), propertyOf(thrown, "cause")];
  const behind = [
    ...(Array.isArray(errors) ? errors : []),
    ...(cause === undefined ? [] : [cause]),
  ];
  if (behind.length === 0 || depth === mostCauses) return messageOf(thrown);
  const told = behind.slice(0, mostCauses).map((each) => wordsOf(each, depth + 1));
  return `${messageOf(thrown)} (because of: ${told.join("; ")})`;
}

function placeInWords(path: string, place: SourceLine | undefined): string {
  if (!place) return "";
  const where = place.file === path ? "" : `in ${place.file} `;
  return `, ${where}at line ${place.line}`;
}

/** The line itself, since a mistake of syntax is seen there. */
function sourceOf(place: SourceLine | undefined): string {
  if (!place) return "";
  try {
    const line = readFileSync(place.file, "utf8").split(/\r?\n/)[Number(place.line) - 1] ?? "";
    return line.trim() === "" ? "" : ` (${shorten(line.trim(), mostSource)})`;
  } catch {
    return ""; // It has gone.
  }
}

/** A line of the file itself, or else the innermost one that is not manycore's. */
function placeOf(path: string, cause: unknown): SourceLine | undefined {
  const { stack } = Object(cause) as { readonly stack?: unknown };
  const places = placesIn(String(stack)).filter(({ file }) => !file.startsWith(ownFolder));
  const place = places.find(({ file }) => file === path) ?? places[0];
  return place ?? (cause instanceof SyntaxError ? placeOfMistake(path) : undefined);
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
function placeOfMistake(path: string): SourceLine | undefined {
  // Loaded when it is needed: threads load this module, too.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
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
  if (propertyOf(cause, "code") === "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING") {
    return ". Have the package built to JavaScript, or link it: npm install ./path/to/the/package";
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
