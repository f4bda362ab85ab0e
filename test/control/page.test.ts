import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesOf } from "../helpers/imports.ts";
import { ControlUnderTest } from "./controlled.ts";

const asBrowser = { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } };
const source = new URL("../../src/page", import.meta.url).pathname;

describe("the page of control", () => {
  let control: ControlUnderTest;
  beforeAll(() => {
    control = new ControlUnderTest("0", 8000);
  });
  afterAll(() => control[Symbol.asyncDispose]());

  test("a browser gets it at /, and everybody else what they got before", async () => {
    const page = await control.fetch("/", asBrowser);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await page.text()).toContain('<script type="module" src="page/main.js">');
    const list = await control.fetch("/", { headers: { accept: "*/*" } });
    expect(list.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test("it runs and loads nothing but files of this server, and no page can frame it", async () => {
    const { headers } = await control.fetch("/", asBrowser);
    const policy = headers.get("content-security-policy")?.split(";").sort();
    expect(policy).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data: blob:",
      "script-src 'self'",
      "style-src 'self'",
    ]);
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("index.html names files that are served, and nothing else", async () => {
    const text = await (await control.fetch("/", asBrowser)).text();
    const named = [...text.matchAll(/(?:src|href)="(page\/[^"]+|\w+:[^"]*)"/g)].map(
      ([, url]) => url,
    );
    expect(named.length).toBeGreaterThan(4);
    for (const url of named) expect((await control.fetch(`/${url}`)).status).toBe(200);
  });

  test("modules come without their types, styles and images as they are", async () => {
    const main = await control.fetch("/page/main.js");
    expect(main.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const dom = await (await control.fetch("/page/dom.ts")).text();
    expect(dom).toMatch(/^export function setText\(node *, text *\) *\{$/m);
    const style = await control.fetch("/page/style/base.css");
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8");
    const icon = await control.fetch("/page/icon.svg");
    expect(icon.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(control.logged).toEqual([]);
  });

  test("each module is valid without its types", async () => {
    const modules = filesOf(source).filter((name) => /(?<!\.d)\.ts$/.test(name));
    expect(modules.length).toBeGreaterThan(5);
    for (const name of modules) {
      const path = name === "main.ts" ? "main.js" : name;
      expect((await control.fetch(`/page/${path}`)).status).toBe(200);
    }
  });

  test("uPlot comes from its package", async () => {
    expect(await (await control.fetch("/page/vendor/uplot.js")).text()).toContain(
      "uPlot as default",
    );
    const style = await control.fetch("/page/vendor/uplot.css");
    expect(await style.text()).toContain(".uplot");
  });

  test("a browser that has the file gets 304", async () => {
    const first = await control.fetch("/page/dom.ts");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    const url = (await control.link.url) ?? ""; // With fetch, Node would ask past every cache.
    const again = await request(url).get("/page/dom.ts").set("If-None-Match", etag);
    expect(again.status).toBe(304);
    expect(again.text).toBe("");
  });

  test.each([
    "/page/tsconfig.json",
    "/page/vendor/uplot.d.ts",
    "/page/%2e%2e/main.ts",
    "/page/..%2fmain.ts",
    "/page/../main.ts",
    "/page/style",
    "/page/constructor",
    "/page/",
  ])("%s is nothing that is served", async (path) => {
    expect((await control.fetch(path)).status).toBe(404);
  });
});
