import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Koa from "koa";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findReports } from "../../src/control/thread/reports/find-reports.ts";
import { serveReports } from "../../src/control/thread/routes/reports.ts";
import { funnelErrors } from "../../src/http/funnel.ts";
import { Router } from "../../src/http/koa-router.ts";
import type { State } from "../../src/http/services.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reports-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(inside: string, kind: string, change: object = {}, page = "<p>a report</p>"): void {
  mkdirSync(join(folder, inside), { recursive: true });
  const result = {
    ...{ format: `manycore-${kind}`, command: `npm run ${kind}`, verdict: ["It is quick."] },
    startedAt: "2026-01-02T00:00:00Z",
    ...change,
  };
  writeFileSync(join(folder, inside, `${kind}.json`), JSON.stringify(result));
  writeFileSync(join(folder, inside, `${kind}.html`), page);
}

function app(): ReturnType<Koa["callback"]> {
  const router = new Router<State>();
  serveReports(router, folder);
  const koa = new Koa<State>();
  const log = { error: () => {} };
  koa.use(funnelErrors({ log, stopping: new AbortController().signal, exposeErrors: true }));
  koa.use(router.routes());
  return koa.callback();
}

describe("results in the working folder", () => {
  beforeAll(() => {
    write("", "bench", { startedAt: "2026-01-01T00:00:00Z" });
    write("bench-results", "bench", {}, "<p>of the bench</p>");
    write("out", "stress", { startedAt: "2026-01-03T00:00:00Z" });
    write("foreign", "bench", { format: "else" });
    write(".hidden", "bench");
    write("node_modules", "bench");
    mkdirSync(join(folder, "half"));
    writeFileSync(join(folder, "half", "bench.json"), '{"format":"manycore-');
    writeFileSync(join(folder, "half", "bench.html"), "");
    mkdirSync(join(folder, "no-page"));
    writeFileSync(join(folder, "no-page", "bench.json"), "{}");
  });

  test("are found, the newest first, and nothing else", async () => {
    const found = await findReports(folder);
    expect(found.map(({ name }) => name)).toEqual(["out/stress", "bench-results/bench", "bench"]);
    expect(found[1]).toEqual({
      ...{ name: "bench-results/bench", kind: "bench", command: "npm run bench" },
      ...{ startedAt: "2026-01-02T00:00:00Z", verdict: ["It is quick."] },
    });
  });

  test("are listed, and each can be opened, in a sandbox", async () => {
    const list = await request(app()).get("/reports");
    expect(list.body.reports).toHaveLength(3);
    const page = await request(app()).get("/reports/bench-results/bench");
    expect(page.text).toBe("<p>of the bench</p>");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.headers["content-security-policy"]).toMatch(/^sandbox allow-scripts /);
  });

  test.each(["foreign/bench", "..%2f..%2fetc/passwd", "half/bench", "bench.json", ".hidden/bench"])(
    "%s cannot be opened",
    async (name) => {
      expect((await request(app()).get(`/reports/${name}`)).status).toBe(404);
    },
  );
});

describe("what is no plain file is no report", () => {
  const replace = {
    pipe: (path: string) => execFileSync("mkfifo", [path]),
    link: (path: string) => symlinkSync(`${path}.was`, path),
    folder: (path: string) => mkdirSync(path),
  };

  test.each([
    ["pipe", "json"],
    ["pipe", "html"],
    ["link", "json"],
    ["link", "html"],
    ["folder", "html"],
  ] as const)("a %s in the place of its %s", async (what, extension) => {
    const inside = `${what}-${extension}`;
    write(inside, "bench");
    const path = join(folder, inside, `bench.${extension}`);
    renameSync(path, `${path}.was`);
    replace[what](path);
    const names = (await findReports(folder)).map(({ name }) => name);
    expect(names).not.toContain(`${inside}/bench`);
    expect((await request(app()).get(`/reports/${inside}/bench`)).status).toBe(404);
  });
});

test("a folder without results has an empty list", async () => {
  const empty = mkdtempSync(join(tmpdir(), "reports-"));
  expect(await findReports(empty)).toEqual([]);
  rmSync(empty, { recursive: true });
});
