import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

// In the npm package these files are JavaScript.
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
const command = fileURLToPath(new URL("../src/manycore.js", import.meta.url));
const reference = (name: string) =>
  fileURLToPath(new URL(`./references/${name}.${extension}`, import.meta.url));

/** A server under test, in processes of its own. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  /** The root of its tree of processes. */
  readonly pid: number;
}

/** Starts manycore by the command that users type, with these flags, on a free port. */
export function startManycore(flags: readonly string[]): Promise<ServerUnderTest> {
  return start([command, "--port", "0", "--log-level", "warn", ...flags]);
}

/** Starts the plain `node:http` server that answers the bytes of `GET /`. */
export function startHello(): Promise<ServerUnderTest> {
  return start([reference("hello")]);
}

/** @throws Error with what it printed, where it ends before it serves */
async function start(args: readonly string[]): Promise<ServerUnderTest> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += text;
    if (/http:\S+\s/.test(printed)) break;
  }
  const url = /http:\/\/[\w.:[\]]+/.exec(printed)?.[0];
  if (!url || child.pid === undefined) {
    throw new Error(`The server did not start: ${args.slice(1).join(" ")}\n${printed}`);
  }
  child.stdout.resume();
  return { url, pid: child.pid, [Symbol.asyncDispose]: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
