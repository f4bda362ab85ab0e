import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { root } from "./documents.ts";

const repository = fileURLToPath(root);
const node = realpathSync(process.execPath);

/** What a container of the image has, as its Dockerfile says. */
export interface ContainerOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  /** The folder that is its volume `/data`. Its owner, and whoever runs this, is the user in it. */
  readonly data: string;
}

/**
 * Why no container can run here; undefined where one can. With CI=true Debian's package `bubblewrap`
 * must be there.
 */
export function whyNoContainer(): string | undefined {
  const tried = spawnSync("bwrap", ["--unshare-all", "--ro-bind", "/", "/", "true"]);
  if (tried.error) return process.env["CI"] ? undefined : "apt-get install bubblewrap";
  return tried.status === 0 ? undefined : "namespaces are not allowed here";
}

/**
 * A command as a container runs it: as process 1, without capabilities, with a network of its own, on a
 * file system of which only /data and /tmp can be written. The repository and Node are where they are.
 */
export class ContainerProcess implements AsyncDisposable {
  readonly exited: Promise<{ readonly code: number | null }>;
  /** Both of its streams. */
  output = "";
  readonly #child: ChildProcess;
  /** What bwrap tells, in several parts. */
  #info = "";

  constructor(command: readonly string[], options: ContainerOptions) {
    const args = ["--info-fd", "3", ...surroundings(options), ...command];
    this.#child = spawn("bwrap", args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
    const [, stdout, stderr, info] = this.#child.stdio;
    for (const stream of [stdout, stderr]) {
      stream?.on("data", (text: Buffer) => {
        this.output += text.toString();
        this.#child.emit("output");
      });
    }
    info?.on("data", (part: Buffer) => {
      this.#info += part.toString();
    });
    this.exited = once(this.#child, "close").then(([code]) => ({ code }));
  }

  /** Resolves when its output matches; rejects when it ends before that. */
  async printed(pattern: RegExp): Promise<void> {
    const ended = this.exited.then(() => "ended" as const);
    while (!pattern.test(this.output)) {
      const news = await Promise.race([once(this.#child, "output"), ended]);
      if (news === "ended" && !pattern.test(this.output)) throw new Error(this.output);
    }
  }

  /** Sends process 1 a signal from outside, as `docker stop` does. */
  signal(name: NodeJS.Signals): void {
    process.kill(Number(this.#pid), name);
  }

  /**
   * Runs a command of Node beside it, in its network, as `docker exec` does.
   *
   * @returns what it printed
   * @throws where its exit code is not 0
   */
  async exec(args: readonly string[]): Promise<string> {
    const enter = ["--target", this.#pid, "--user", "--preserve-credentials", "--net"];
    const { stdout } = await promisify(execFile)("nsenter", [...enter, node, ...args]);
    return stdout;
  }

  /** Of its process 1, as it is called outside. */
  get #pid(): string {
    const [, pid] = /"child-pid": (\d+)\D/.exec(this.#info) ?? [];
    if (pid === undefined) throw new Error("It has not started yet");
    return pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL"); // --die-with-parent ends all that is in it.
    await this.exited;
  }
}

/** Runs a command of Node in such a container, in which nothing else runs. */
export function exitCodeAlone(args: readonly string[], options: ContainerOptions): number | null {
  return spawnSync("bwrap", [...surroundings(options), node, ...args]).status;
}

function surroundings({ env, uid, data }: ContainerOptions): string[] {
  const links = ["bin", "sbin", "lib", "lib64"].filter((name) => isLink(`/${name}`));
  return [
    ...["--die-with-parent", "--unshare-all", "--as-pid-1", "--cap-drop", "ALL"],
    ...["--uid", String(uid), "--gid", String(uid), "--ro-bind", "/usr", "/usr"],
    ...links.flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
    ...["--ro-bind", "/etc", "/etc", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
    ...["--ro-bind", repository, repository, "--ro-bind", node, node],
    ...["--bind", data, "/data", "--remount-ro", "/", "--chdir", repository, "--clearenv"],
    ...Object.entries({ PATH: "/usr/bin", ...env }).flatMap((pair) => ["--setenv", ...pair]),
  ];
}

function isLink(path: string): boolean {
  try {
    return realpathSync(path) !== path;
  } catch {
    return false;
  }
}

/** The last stage of a Dockerfile: what an image of it runs, and with what. */
export function readImage(path: URL): {
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
} {
  const text = readFileSync(path, "utf8").replaceAll(/^ *#.*\n/gm, "");
  const stage = text.slice(text.lastIndexOf("\nFROM ")).replaceAll(/\\\n/g, " ");
  const lines = stage.split("\n");
  const last = (name: string) =>
    lines.findLast((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? "";
  const listOf = (value: string) => JSON.parse(value.slice(value.indexOf("["))) as string[];
  const env = [...last("ENV").matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value]) => [
    name,
    value,
  ]);
  return {
    env: Object.fromEntries(env) as Record<string, string>,
    uid: Number(last("USER").split(":")[0]),
    entrypoint: listOf(last("ENTRYPOINT")),
    command: listOf(last("CMD")),
    healthcheck: listOf(last("HEALTHCHECK")),
  };
}
