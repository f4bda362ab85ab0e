/** The command `manycore init`, from the command line to the exit code. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageVersion } from "../config/config.ts";
import { messageOf } from "../errors.ts";
import { makeStarter, scriptsOf } from "./starter.ts";

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

const help = `manycore init: writes a starter: a task, its test and a configuration

Usage:
  manycore init [DIR]

DIR is the folder, by default the one you are in; it is made where it is missing.
Nothing that is there is overwritten. A package.json that is there gets the scripts
start, dev, test and bench, where it has none of that name; one that has nothing but
dependencies becomes a package of ES modules, too ("type": "module").
`;

/** @returns the exit code */
export function runInit(argv: readonly string[]): number {
  const { stdout, stderr } = process;
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: { help: { type: "boolean", short: "h" } },
    ...{ strict: false, allowPositionals: true, tokens: true },
  });
  if (values.help) {
    stdout.write(help);
    return exitCodes.ok;
  }
  const stray = tokens.find((token) => token.kind === "option");
  if (stray || positionals.length > 1) {
    const what = stray?.kind === "option" ? `${stray.rawName} is unknown` : "Name one folder";
    stderr.write(`manycore init: ${what}. See manycore init --help\n`);
    return exitCodes.usage;
  }
  try {
    const [folder = "."] = positionals;
    stdout.write(writeStarter(folder));
    return exitCodes.ok;
  } catch (error) {
    stderr.write(`manycore init: ${messageOf(error)}\n`);
    return exitCodes.failed;
  }
}

/** @returns what to print @throws Error if a file is in the way, before anything is written */
function writeStarter(folder: string): string {
  const manifest = readManifest(join(folder, "package.json"));
  const isModule = manifest === undefined || manifest["type"] === "module";
  const starter = makeStarter(packageVersion(), isModule);
  const kept = [".gitignore", "package.json", "tsconfig.json"].filter((name) =>
    existsSync(join(folder, name)),
  );
  const files = Object.entries(starter).filter(([name]) => !kept.includes(name));
  const inTheWay = files.map(([name]) => name).filter((name) => existsSync(join(folder, name)));
  if (inTheWay.length > 0)
    throw new Error(`${inTheWay.join(" and ")} would be overwritten. Move it, or name another DIR`);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  const lines = files.map(([name]) => `  ${join(folder, name)}\n`);
  if (manifest) addScripts(join(folder, "package.json"), manifest, isModule ? "ts" : "mts");
  const inFolder = folder === "." ? "" : `cd ${folder} && `;
  return `Written:\n${lines.join("")}\nNext: ${inFolder}npm install && npm test && npm run dev\n`;
}

type Manifest = Record<string, unknown>;

/** What `npm install` alone wrote says nothing of modules: it becomes as a new one would be. */
function readManifest(path: string): Manifest | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    const isBare = Object.keys(manifest).every((key) => /ependencies$|^allowScripts$/.test(key));
    return isBare ? { type: "module", ...manifest } : manifest;
  } catch (error) {
    throw new Error(`${path} is no JSON: ${messageOf(error)}`);
  }
}

/** What `npm init` wrote for "test" only fails: that one is replaced. */
function addScripts(path: string, manifest: Manifest, ts: string): void {
  const { scripts: theirs = {} } = manifest as { scripts?: Record<string, string> };
  const own = Object.entries(theirs).filter(([, script]) => !script.includes("no test specified"));
  const scripts = { ...scriptsOf(ts), ...Object.fromEntries(own) };
  writeFileSync(path, `${JSON.stringify({ ...manifest, scripts }, null, 2)}\n`);
}
