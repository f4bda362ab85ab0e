import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { root } from "./documents.ts";
import { Folder } from "./embedded-queue.ts";

export type ProxyKind = "nginx" | "haproxy";

/** Debian's packages `nginx` and `haproxy` have them. With CI=true they must be there. */
export function isProxyMissing(kind: ProxyKind): boolean {
  return spawnSync(kind, ["-v"]).error !== undefined && !process.env["CI"];
}

const files = { nginx: "deploy/nginx/manycore.conf", haproxy: "deploy/haproxy/manycore.cfg" };
const listens = { nginx: ["listen ", "80;"], haproxy: ["bind ", ":80\n"] } as const;

/** A proxy that runs our file for it, with the addresses of a test. */
export class ProxyProcess implements AsyncDisposable {
  readonly url: string;
  /** Both of its streams. */
  #output = "";
  readonly #folder: Folder;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess, folder: Folder, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#child = child;
    this.#folder = folder;
    this.#ended = once(child, "close");
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        child.emit("output");
      });
    }
  }

  /** @param servers the host and port of each of the two */
  static async start(kind: ProxyKind, servers: readonly string[]): Promise<ProxyProcess> {
    const folder = new Folder();
    const port = await freePort();
    const text = readFileSync(new URL(files[kind], root), "utf8");
    const [listen, all] = listens[kind];
    const filled = [
      [listen + all, `${listen}127.0.0.1:${port}${all.at(-1)}`],
      ["10.0.0.11:8000", servers[0] ?? ""],
      ["10.0.0.12:8000", servers[1] ?? ""],
    ].reduce((before, [place = "", value = ""]) => fill(before, place, value), text);
    folder.write({ "manycore.conf": filled, "nginx.conf": nginxAround(folder) });
    const args =
      kind === "haproxy"
        ? ["-db", "-f", folder.file("manycore.conf")]
        : ["-e", "stderr", "-p", folder.path, "-c", folder.file("nginx.conf")];
    const child = spawn(kind, args, { stdio: ["ignore", "pipe", "pipe"] });
    const proxy = new ProxyProcess(child, folder, port);
    await proxy.#listens(port);
    return proxy;
  }

  /** Resolves when its output matches. */
  async printed(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#output)) await this.#orEnd(once(this.#child, "output"));
  }

  async #listens(port: number): Promise<void> {
    while (!(await accepts(port))) await this.#orEnd(pause(20));
  }

  async #orEnd(awaited: Promise<unknown>): Promise<void> {
    const ended = this.#ended.then(() => "ended" as const);
    if ((await Promise.race([awaited, ended])) === "ended") {
      throw new Error(`The proxy has ended:\n${this.#output}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    this.#folder[Symbol.dispose]();
  }
}

/** The place must be there once: else the file has changed, and the test would run something else. */
function fill(text: string, place: string, value: string): string {
  const parts = text.split(place);
  if (parts.length !== 2) throw new Error(`${place} is ${parts.length - 1} times in the file`);
  return parts.join(value);
}

/** What Debian's nginx.conf has around the files of conf.d, in one process and a folder of its own. */
function nginxAround(folder: Folder): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const temporary = kinds.map((kind) => `${kind}_temp_path ${folder.file(kind)};`).join(" ");
  return `daemon off; master_process off; pid ${folder.file("pid")}; events {}
    http { access_log off; ${temporary} include ${folder.file("manycore.conf")}; }`;
}

/** Neither proxy can say which port it was given. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
