import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { root } from "./documents.ts";
import { Folder } from "./embedded-queue.ts";

const run = promisify(execFile);
const repository = fileURLToPath(root);
const systemd = "/lib/systemd/systemd";

/** Why no systemd can run here; undefined where it can. With CI=true its programs must be there. */
export function whyNoMachine(): string | undefined {
  const isMissing = ["bwrap", "systemctl"].some((name) => spawnSync(name, ["--version"]).error);
  if (isMissing && !process.env["CI"]) return "apt-get install systemd bubblewrap";
  if (process.getuid?.() !== 0) return "only root can";
  try {
    rmdirSync(makeCgroup());
    return undefined;
  } catch {
    return "no cgroup of version 2 can be made here";
  }
}

/** A cgroup for a machine, below that of this process. */
function makeCgroup(): string {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  const [, at = ""] = /^\S+ \S+ \S+ \S+ (\S+) .* - cgroup2 /m.exec(mounts) ?? [];
  const [, own = ""] = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8")) ?? [];
  const path = join(at, own, `manycore-test-${process.pid}`);
  mkdirSync(path);
  return path;
}

/** What the unit refers to, and is none of its business. */
const targets = ["sysinit", "basic", "shutdown", "multi-user", "network-online"];

/**
 * A systemd that is process 1 of a sandbox, with one unit, and this repository as what is in
 * /opt/manycore. It has a network and a /var of its own, and can change nothing outside.
 */
export class SystemdMachine implements AsyncDisposable {
  readonly #folder = new Folder();
  readonly #cgroup = makeCgroup();
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** What bwrap tells, in several parts. */
  #info = "";

  /**
   * @param unit its file
   * @param given settings of the unit for this test, and what is in its file /units/token
   */
  constructor(unit: URL, given: { readonly dropIn: string; readonly token: string }) {
    const name = "manycore.service";
    this.#folder.write({
      ...Object.fromEntries(
        targets.map((target) => [`${target}.target`, "[Unit]\nDefaultDependencies=no\n"]),
      ),
      [name]: readFileSync(unit, "utf8"),
      [`${name}.d/test.conf`]: given.dropIn,
      token: given.token,
      manycore: '#!/bin/sh\nexec node /opt/manycore/source/src/manycore.js "$@"\n',
    });
    chmodSync(this.#folder.path, 0o755);
    chmodSync(this.#folder.file("manycore"), 0o755);
    // As on a machine: systemd mounts credentials in one place, and its service sees them in another.
    const shared = 'mount --make-rshared / && exec "$0" "$@"';
    const first = ["/bin/sh", "-c", shared, systemd, "--system", `--unit=${name}`];
    const args = [...this.#surroundings(), ...first];
    const script = 'echo $$ > "$0/cgroup.procs" && exec bwrap "$@"';
    this.#child = spawn("bash", ["-c", script, this.#cgroup, "--info-fd", "3", ...args], {
      stdio: ["ignore", "ignore", "inherit", "pipe"],
    });
    this.#child.stdio[3]?.on("data", (part: Buffer) => {
      this.#info += part.toString();
    });
    this.#exited = once(this.#child, "close");
  }

  #surroundings(): string[] {
    const bin = "/opt/manycore/node_modules/.bin";
    const read = [
      ...["/usr", "/etc", "/sys"].map((path) => [path, path]),
      [repository, "/opt/manycore/source"],
      [realpathSync(process.execPath), `${bin}/node`],
      [this.#folder.file("manycore"), `${bin}/manycore`],
      [this.#folder.path, "/units"],
    ];
    const links = ["bin", "sbin", "lib", "lib64"].map((name) => [`usr/${name}`, `/${name}`]);
    const folders = ["/opt", "/opt/manycore", "/opt/manycore/node_modules", bin];
    return [
      ...["--die-with-parent", "--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts"],
      ...["--unshare-cgroup", "--unshare-net", "--cap-add", "ALL", "--clearenv"],
      ...["--tmpfs", "/tmp", "--tmpfs", "/run", "--tmpfs", "/var", "--dir", "/var/lib"],
      ...["--dir", "/var/cache", "--dir", "/var/tmp", "--dir", "/root", "--dir", "/home"],
      ...folders.flatMap((path) => ["--perms", "0755", "--dir", path]),
      ...links.flatMap((link) => ["--symlink", ...link]),
      ...read.flatMap((pair) => ["--ro-bind", ...pair]),
      ...["--bind", this.#cgroup, "/sys/fs/cgroup", "--proc", "/proc", "--dev", "/dev"],
      ...["--setenv", "container", "other", "--setenv", "SYSTEMD_UNIT_PATH", "/units"],
      ...["--setenv", "PATH", "/usr/bin:/usr/sbin"],
    ];
  }

  /** Runs a command in it, as root. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const env = { PATH: "/usr/bin:/usr/sbin", SYSTEMD_PAGER: "", SYSTEMD_COLORS: "0" };
    const enter = ["--target", this.#pid, "--mount", "--pid", "--net"];
    const { stdout } = await run("nsenter", [...enter, program, ...args], { env });
    return stdout;
  }

  /** A property of the unit, as `systemctl show` says; "" while systemd does not answer yet. */
  async property(name: string): Promise<string> {
    const args = ["show", "manycore.service", "--value", "--property", name];
    return (await this.run("systemctl", ...args).catch(() => "")).trim();
  }

  /** Of its process 1, as it is called outside. */
  get #pid(): string {
    const [, pid] = /"child-pid": (\d+)\D/.exec(this.#info) ?? [];
    if (pid === undefined) throw new Error("It has not started yet");
    return pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL"); // --die-with-parent ends systemd, and all that it has started.
    await this.#exited;
    const isEmpty = () =>
      readFileSync(join(this.#cgroup, "cgroup.events"), "utf8").includes("populated 0");
    while (!isEmpty()) await pause(10);
    removeCgroups(this.#cgroup);
    this.#folder[Symbol.dispose]();
  }
}

function removeCgroups(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroups(join(path, entry.name));
  }
  rmdirSync(path);
}
