import { spawnSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { Folder } from "../helpers/embedded-queue.ts";
import { RedisServer } from "../helpers/redis-server.ts";
import type { HostPlace, Network } from "./network.ts";

/** All names begin with this and the pid of the test. Names of devices have at most 15 characters. */
const prefix = "mc";

/** Runs `ip`. @returns its output, or undefined where it has failed */
function tryIp(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("ip", args, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

function ip(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${error ?? stderr}`);
}

function canMake(): boolean {
  const name = `${prefix}${process.pid}t`;
  const isMade = tryIp("netns", "add", name) !== undefined;
  const hasVeth =
    isMade && tryIp("-n", name, "link", "add", "name", "v0", "type", "veth") !== undefined;
  tryIp("netns", "del", name);
  return hasVeth;
}

export const canMakeNamespaces = canMake();

/** Each host in a network namespace of its own, Redis in another one, and a bridge between them. */
export class Namespaces implements Network {
  readonly hosts: readonly HostPlace[];
  readonly #redis: RedisServer;
  readonly #folder: Folder;

  private constructor(hosts: readonly HostPlace[], redis: RedisServer, folder: Folder) {
    this.hosts = hosts;
    this.#redis = redis;
    this.#folder = folder;
  }

  static async open(count: number): Promise<Namespaces> {
    removeLeftOvers();
    const folder = new Folder();
    try {
      const bridge = nameOf("b");
      ip("link", "add", bridge, "type", "bridge");
      ip("address", "add", `${addressOf(1)}/24`, "dev", bridge);
      ip("link", "set", bridge, "up");
      connect("r", addressOf(2));
      const redis = await startRedis(folder);
      const queue = `redis://${addressOf(2)}:${redis.port}`;
      const hosts = Array.from({ length: count }, (_, index) => placeOf(index, queue));
      return new Namespaces(hosts, redis, folder);
    } catch (error) {
      removeOf(process.pid);
      folder[Symbol.dispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis[Symbol.asyncDispose]();
    removeOf(process.pid);
    this.#folder[Symbol.dispose]();
  }
}

/** A network that is kept for tests of networks (RFC 2544). @param host from 1 to 254 */
function addressOf(host: number): string {
  const number = process.pid % 512;
  return `198.${18 + (number >> 8)}.${number & 255}.${host}`;
}

function nameOf(part: string, pid = process.pid): string {
  return `${prefix}${pid}${part}`;
}

function placeOf(index: number, queue: string): HostPlace {
  const [part, address] = [`h${index}`, addressOf(index + 11)];
  connect(part, address);
  const cable = nameOf(`${part}v`);
  return {
    ...{ address, queue, script: `exec ip netns exec ${nameOf(part)} "$0" "$@"` },
    cut: () => ip("link", "set", cable, "down"),
    heal: () => ip("link", "set", cable, "up"),
  };
}

/** A namespace with this address, and a cable from it to the bridge. */
function connect(part: string, address: string): void {
  const [space, cable] = [nameOf(part), nameOf(`${part}v`)];
  ip("netns", "add", space);
  ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space);
  ip("link", "set", cable, "master", nameOf("b"), "up");
  ip("-n", space, "link", "set", "lo", "up");
  ip("-n", space, "link", "set", "eth0", "up");
  ip("-n", space, "address", "add", `${address}/24`, "dev", "eth0");
}

function startRedis(folder: Folder): Promise<RedisServer> {
  const own = process.env["REDIS_SERVER"] || "redis-server";
  folder.write({ redis: `#!/bin/sh\nexec ip netns exec ${nameOf("r")} ${own} "$@"\n` });
  chmodSync(folder.file("redis"), 0o755);
  const config = ["--bind", "0.0.0.0", "--protected-mode", "no"];
  return RedisServer.start({ program: folder.file("redis"), config });
}

/** What a test that was killed has left. */
function removeLeftOvers(): void {
  const names = `${tryIp("netns", "list") ?? ""}\n${tryIp("-o", "link") ?? ""}`;
  const pids = [...names.matchAll(/\bmc(\d+)(?:[bt]|r|h\d)/g)].map(([, pid]) => Number(pid));
  for (const pid of new Set(pids)) if (!existsSync(`/proc/${pid}`)) removeOf(pid);
}

/** A cable goes with its namespace; what still runs in one of these keeps it. */
function removeOf(pid: number): void {
  const spaces = (tryIp("netns", "list") ?? "").split("\n").map((line) => line.split(" ")[0] ?? "");
  for (const name of spaces) if (isOf(name, pid)) tryIp("netns", "del", name);
  const links = [...(tryIp("-o", "link") ?? "").matchAll(/^\d+: (\w+)/gm)];
  for (const [, name = ""] of links) if (isOf(name, pid)) tryIp("link", "del", name);
}

function isOf(name: string, pid: number): boolean {
  return new RegExp(`^${prefix}${pid}(?:[brt]|h\\d+)v?$`).test(name);
}
