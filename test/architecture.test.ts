import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { filesOf, importsOf } from "./helpers/imports.ts";

const src = fileURLToPath(new URL("../src", import.meta.url));

/** A file belongs to the layer whose folder it is in, or whose name it has at the top. */
function layerOf(file: string): string {
  const [top = ""] = file.split("/");
  return top.replace(/\.(ts|js)$/, "");
}

const foundation = [
  "errors",
  "problems",
  "config",
  "channel",
  "clock",
  "turns",
  "stop",
  "node-http",
];
const anything = [
  "main",
  "manycore",
  "backup",
  "worker",
  "terminal",
  "testing",
  "embed",
  "open-services",
  "index",
];

/** Which layers a layer may import, and which only for their types. */
const rules: Record<string, { readonly all: string[]; readonly types?: string[] }> = {
  ...Object.fromEntries(foundation.map((layer) => [layer, { all: foundation }])),
  telemetry: { all: foundation },
  tasks: { all: [...foundation, "telemetry"] },
  compute: { all: [...foundation, "telemetry", "tasks"], types: ["jobs"] },
  jobs: { all: [...foundation, "telemetry", "tasks"], types: ["compute"] },
  http: { all: [...foundation, "telemetry", "tasks"], types: ["compute", "jobs"] },
  primary: { all: [...foundation, "telemetry"] },
  control: { all: [...foundation, "telemetry"], types: ["primary"] },
  client: { all: [], types: ["tasks"] },
  page: { all: [], types: ["client", "telemetry"] },
};

/** Files that a layer may use although it may not use the rest of theirs. */
const exceptions: Record<string, readonly string[]> = {
  /** Types: the figures of the queue, which it shows. */
  telemetry: ["jobs/stats.ts"],
  /** Types: the figures of the queue, which control shows. */
  primary: ["jobs/stats.ts"],
  /** What an HTTP server of ours is made of; the routes of jobs, the queue as they see it, its figures. */
  control: [
    ...[
      "accept.ts",
      "funnel.ts",
      "guard/guard.ts",
      "guard/page-headers.ts",
      "job-routes.ts",
      "json.ts",
      "json-body.ts",
      "koa-router.ts",
      "request-head.ts",
      "request-id.ts",
    ].map((file) => `http/${file}`),
    ...[
      "request-target.ts",
      "router.ts",
      "routes/figures.ts",
      "routes/jobs/pause-jobs.ts",
      "routes/problems.ts",
      "server-sent.ts",
      "services.ts",
      "unreadable.ts",
    ].map((file) => `http/${file}`),
    ...["jobs/queue.ts", "jobs/stats.ts", "tasks/check/check.ts"],
    // By the Redis that they share, hosts tell each other of themselves.
    "jobs/redis/connections.ts",
  ],
  /** What a job is, what may be asked of it, and how it is shown; the same for a schedule. */
  http: [
    ...[
      "jobs/job.ts",
      "jobs/attempt.ts",
      "jobs/delivery.ts",
      "jobs/new-job.ts",
      "jobs/limits.ts",
      "jobs/shown-job.ts",
      "jobs/shown-batch.ts",
    ],
    ...["jobs/transitions/by-hand.ts", "jobs/transitions/cycle.ts"],
    ...["cron.ts", "due.ts", "fault.ts", "time-zone.ts", "times.ts"].map(
      (file) => `jobs/schedules/${file}`,
    ),
  ],
};

const files = filesOf(src);
const imports = files.flatMap((file) => importsOf(src, file));

describe("who may import whom (docs/architecture.md, Layers)", () => {
  test("there is something to look at", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test("every file belongs to a layer", () => {
    const unknown = files.filter(
      (file) => ![...Object.keys(rules), ...anything].includes(layerOf(file)),
    );
    expect(unknown).toEqual([]);
  });

  test("imports go down, never up or across", () => {
    const wrong = imports.filter(({ from, to, typesOnly }) => {
      const layer = layerOf(from);
      const rule = rules[layer];
      if (!rule || !files.includes(to) || layerOf(to) === layer) return false;
      if (rule.all.includes(layerOf(to)) || exceptions[layer]?.includes(to)) return false;
      return !(typesOnly && rule.types?.includes(layerOf(to)));
    });
    expect(wrong).toEqual([]);
  });

  test("the primary knows neither Koa nor the pool, and only http and control know Koa", () => {
    const banned = ["koa", "@koa/router", "piscina", "zod"];
    const inPrimary = imports.filter(
      ({ from, to }) => layerOf(from) === "primary" && banned.includes(to),
    );
    const koa = imports.filter(({ to }) => to === "koa" || to === "@koa/router");
    expect(inPrimary).toEqual([]);
    expect(new Set(koa.map(({ from }) => layerOf(from)))).toEqual(new Set(["http", "control"]));
  });

  test("only the worker's composition names concrete executors", () => {
    const namers = imports.filter(
      ({ from, to }) => layerOf(from) !== "compute" && to.startsWith("compute/executors/"),
    );
    // A user's unit test runs on its own event loop.
    const mayName = ["worker/executors.ts", "testing.ts"];
    expect(new Set(namers.map(({ from }) => from))).toEqual(new Set(mayName));
  });

  test("nobody asks for an executor's name, but for its traits", () => {
    const asking = files.filter((file) =>
      /[!=]== "(inline|libuv|threads)"|case "(inline|libuv|threads)"/.test(
        readFileSync(`${src}/${file}`, "utf8"),
      ),
    );
    expect(asking).toEqual([]);
  });

  test("what is imported is there", () => {
    const own = imports.filter(({ to }) => /\.(ts|js)$/.test(to));
    const outside = own.filter(({ to }) => !files.includes(to));
    expect(outside.map(({ from, to }) => [from, to])).toEqual([
      ["main.ts", "../bench/main.ts"],
      ["main.ts", "../bench/stress.ts"],
      // Control serves it from its package.
      ["page/cores/charts/chart-view.ts", "page/vendor/uplot.js"],
    ]);
  });
});
