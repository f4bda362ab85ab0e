/** A client that a generator of others made from /openapi.json compiles, and does a round trip. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const run = promisify(execFile);
const tasks = fileURLToPath(new URL("../fixtures/documented-tasks.ts", import.meta.url));

/** The generator needs TypeScript 5, and we have 7: so it gets a folder of its own, from the registry. */
const manifest = {
  ...{ private: true, type: "module" },
  dependencies: {
    "openapi-fetch": "^0.17.0",
    "openapi-typescript": "^7.13.0",
    typescript: "^5.9.0",
  },
};

const options = {
  ...{ strict: true, noEmit: true, module: "nodenext", target: "es2024" },
  ...{ lib: ["es2024", "dom"], types: [], allowImportingTsExtensions: true },
};

const program = `
import createClient from "openapi-fetch";
import type { paths } from "./openapi.ts";

const baseUrl = process.argv[2] ?? "";
const api = createClient<paths, "application/json" | "application/problem+json">({ baseUrl });

const { data: run } = await api.POST("/tasks/total", { body: { values: [1, 2, 6] } });
// It would be a job with "Prefer: respond-async".
if (!run || !("run" in run)) throw new Error("no run");
const mean: number = run.result.mean;

const { data: sent } = await api.POST("/jobs", {
  params: { header: { Prefer: "wait=60" } },
  body: { task: "total", input: { values: [5] } },
});
if (!sent || !("id" in sent)) throw new Error("no job");
const { data: job, response } = await api.GET("/jobs/{id}", { params: { path: { id: sent.id } } });
const state: "succeeded" | "failed" | "queued" | "running" | "cancelled" | "expired" | undefined = job?.state;

const { error } = await api.GET("/jobs/{id}", { params: { path: { id: "unknown" } } });
const type: string | undefined = error?.type;

// @ts-expect-error The task takes numbers.
const refused = await api.POST("/tasks/total", { body: { values: ["x"] } });
const status: number = refused.response.status;

console.log(JSON.stringify({ mean, state, etag: response.headers.has("ETag"), type, status }));
declare const process: { argv: string[] };
declare const console: { log(text: string): void };
`;

/** In CI it must; elsewhere a machine may be offline. */
async function registryAnswers(): Promise<boolean> {
  if (process.env["CI"]) return true;
  const asked = run("npm", ["view", "openapi-typescript@7", "version"], { timeout: 30_000 });
  return asked.then(
    () => true,
    () => false,
  );
}

const isOffline = !(await registryAnswers());
const whySkipped = isOffline ? " (skipped: the npm registry does not answer)" : "";

describe.skipIf(isOffline)(`a generated client${whySkipped}`, () => {
  const folder = new Folder();
  let server: ServerProcess;
  beforeAll(async () => {
    folder.write({
      "package.json": JSON.stringify(manifest),
      "tsconfig.json": JSON.stringify({ compilerOptions: options, files: ["round-trip.ts"] }),
      "round-trip.ts": program,
    });
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    await run("npm", install, { cwd: folder.path });
    const flags = ["--mode", "threads", "--tasks", tasks];
    server = await ServerProcess.start([...flags, "--queue", `sqlite:${folder.file("jobs.db")}`]);
  }, 300_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  test("compiles, and runs, submits and looks", async () => {
    const inFolder = (args: string[]) => run(process.execPath, args, { cwd: folder.path });
    const generator = "node_modules/openapi-typescript/bin/cli.js";
    await inFolder([generator, `${server.url}/openapi.json`, "--output", "openapi.ts"]);
    await inFolder(["node_modules/typescript/bin/tsc"]).catch((failed: { stdout: string }) => {
      throw new Error(failed.stdout);
    });
    const { stdout } = await inFolder(["round-trip.ts", server.url]);
    expect(JSON.parse(stdout)).toEqual({
      mean: 3,
      state: "succeeded",
      etag: true,
      type: "/problems/not-found",
      status: 422,
    });
  });
});
