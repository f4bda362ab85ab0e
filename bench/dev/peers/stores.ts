/** The stores of other queues, each in a folder of its own that is deleted with it. */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../../src/errors.ts";
import { NotHere } from "../../command/failures.ts";
import { endWithUs } from "../../load/processes/children.ts";

export interface StoreProcess extends AsyncDisposable {
  /** The Unix socket, or the folder that holds it. */
  readonly address: string;
}

export interface RedisProcess extends StoreProcess {
  /** For `--queue`. */
  readonly url: string;
}

/**
 * Redis with its append-only file on.
 *
 * @param fsync `everysec`, its default, loses up to a second of acknowledged jobs; `always` does not
 * @throws NotHere where it is not installed
 */
export async function startRedis(fsync: "everysec" | "always"): Promise<RedisProcess> {
  requireInstalled("redis-server", spawnSync("redis-server", ["--version"]).status === 0);
  const folder = mkdtempSync(join(tmpdir(), "manycore-redis-"));
  const socket = join(folder, "socket");
  // A rewrite of the file takes a core for seconds, and hits whatever is measured then.
  const steady = ["--save", "", "--auto-aof-rewrite-percentage", "0"];
  const kept = ["--dir", folder, ...steady, "--appendonly", "yes", "--appendfsync", fsync];
  const port = String(await findFreePort());
  const where = ["--bind", "127.0.0.1", "--port", port, "--unixsocket", socket];
  const stdio = ["ignore", "pipe", "ignore"] as const;
  const child = endWithUs(spawn("redis-server", [...where, ...kept], { stdio: [...stdio] }));
  await waitForPrinted(child, "stdout", /ready to accept connections/i);
  const url = `redis://127.0.0.1:${port}`;
  return { address: socket, url, [Symbol.asyncDispose]: () => endStore(child, folder) };
}

/**
 * PostgreSQL with its defaults: a transaction is on disk before it is answered.
 *
 * @param signal ends the start
 * @throws NotHere where it is not installed
 */
export async function startPostgres(signal: AbortSignal): Promise<StoreProcess> {
  const programs = "/usr/lib/postgresql";
  const [version] = existsSync(programs) ? readdirSync(programs) : [];
  requireInstalled("postgresql", version !== undefined);
  const folder = mkdtempSync(join(tmpdir(), "manycore-postgres-"));
  const data = join(folder, "data");
  const program = (name: string) => join(programs, version ?? "", "bin", name);
  const user = chooseUser(folder);
  try {
    const made = ["-D", data, "-U", "postgres", "-A", "trust"];
    await promisify(execFile)(program("initdb"), made, { ...user, signal });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new NotHere(`initdb failed: ${messageOf(error)}`);
  }
  const where = ["-c", "listen_addresses=", "-k", folder];
  const stdio = ["ignore", "ignore", "pipe"] as const;
  const child = endWithUs(
    spawn(program("postgres"), ["-D", data, ...where], { ...user, stdio: [...stdio] }),
  );
  await waitForPrinted(child, "stderr", /ready to accept connections/);
  return { address: folder, [Symbol.asyncDispose]: () => endStore(child, folder) };
}

/** Nobody else takes it in the moment until Redis does: a bench has the machine for itself. */
async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** PostgreSQL refuses to run as root. */
function chooseUser(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"]).stdout);
  const user = { uid: id("-u"), gid: id("-g") };
  chownSync(folder, user.uid, user.gid);
  return user;
}

function requireInstalled(what: string, isThere: boolean): void {
  if (!isThere) throw new NotHere(`${what} is not installed`);
}

async function waitForPrinted(
  child: ChildProcess,
  stream: "stdout" | "stderr",
  pattern: RegExp,
): Promise<void> {
  let text = "";
  for await (const part of child[stream]?.iterator({ destroyOnReturn: false }) ?? []) {
    text += part;
    if (pattern.test(text)) break;
  }
  if (!pattern.test(text)) throw new NotHere(`it did not start: ${text}`);
  child[stream]?.resume();
}

async function endStore(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGINT");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
}
