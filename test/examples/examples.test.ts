/** Each example is served, and does what its README says. */
import { readdirSync, readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import wabt from "wabt";
import { createClient, ProblemError } from "../../src/client/client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const root = new URL("../../examples/", import.meta.url);
/** The others are no tasks, but programs. */
const programs = ["embedded", "own-entry"];
const folders = readdirSync(root, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && !programs.includes(entry.name),
);

let server: ServerProcess;
beforeAll(async () => {
  const files = folders.map(({ name }) => new URL(`${name}/tasks.ts`, root).pathname);
  // On a busy machine the large file takes its time.
  server = await ServerProcess.start(["--mode", "threads", "--run-timeout", "100s", ...files]);
});
afterAll(() => server?.[Symbol.asyncDispose]());

test("there are such examples, each with a README that says how to call it", () => {
  expect(folders.length).toBe(7);
  for (const { name } of folders) {
    const readme = readFileSync(new URL(`${name}/README.md`, root), "utf8");
    expect(readme).toContain(`examples/${name}/tasks.ts`);
    expect(readme).toMatch(/curl .*127\.0\.0\.1:8000\/tasks\//);
    expect(readme).toMatch(/<!-- advice -->\n[\s\S]*<!-- \/advice -->/);
  }
});

test("thumbnails: a photo becomes a small picture of the type that was asked for", async () => {
  const api = createClient<typeof import("../../examples/thumbnails/tasks.ts")>(server.url);
  const create = { width: 800, height: 600, channels: 3, background: "#36c" } as const;
  const photo = new Blob([await sharp({ create }).jpeg().toBuffer()], { type: "image/jpeg" });
  const small = await api.thumbnail.run({ data: photo, query: { width: 100, format: "png" } });
  expect(small.type).toBe("image/png");
  expect(await sharp(small.data).metadata()).toMatchObject({
    format: "png",
    width: 100,
    height: 75,
  });
  const broken = api.thumbnail.run({ data: new Blob(["no picture"], { type: "image/png" }) });
  await expect(broken).rejects.toMatchObject({ status: 422, kind: "invalid-input" });
  // As `curl --data-binary @photo.jpg` sends it.
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const typed = await fetch(`${server.url}/tasks/thumbnail`, {
    method: "POST",
    body: photo,
    headers,
  });
  expect(typed.headers.get("Content-Type")).toBe("image/webp");
});

test("markdown: text becomes HTML", async () => {
  const api = createClient<typeof import("../../examples/markdown/tasks.ts")>(server.url);
  expect(await api.markdown.run({ text: "**bold** | a" })).toEqual({
    html: "<p><strong>bold</strong> | a</p>\n",
  });
});

test("csv-sums: a file of 50 MB is summed", async () => {
  const api = createClient<typeof import("../../examples/csv-sums/tasks.ts")>(server.url);
  const lines = Array.from({ length: 100_000 }, (_, index) => `row ${index},c${index % 3},1.5\n`);
  const block = Buffer.from(lines.join(""));
  const count = Math.ceil(50_000_000 / block.length);
  const data = new Blob(["name,city,amount\n", ...Array.from({ length: count }, () => block)], {
    type: "text/csv",
  });
  expect(data.size).toBeGreaterThan(50_000_000);
  const { sums } = await api["csv-sums"].run({ data, query: { by: "city", of: "amount" } });
  expect(Object.keys(sums).sort()).toEqual(["c0", "c1", "c2"]);
  expect(sums["c0"]).toBeCloseTo(33_334 * 1.5 * count, 3);
  const small = new Blob(["a,b\nx,1\n"], { type: "text/csv" });
  const missing = api["csv-sums"].run({ data: small, query: { by: "c", of: "b" } });
  await expect(missing).rejects.toMatchObject({ status: 422, errors: [{ path: "/by" }] });
}, 120_000);

test("passwords: only the right one is right, by libuv and in a thread", async () => {
  const api = createClient<typeof import("../../examples/passwords/tasks.ts")>(server.url);
  for (const executor of ["libuv", "threads"] as const) {
    const kept = await api["hash-password"].run({ password: "tröst" }, { executor });
    const verify = (password: string) =>
      api["verify-password"].run({ password, kept }, { executor });
    expect(await verify("tröst")).toEqual({ isRight: true });
    expect(await verify("tro\u0308st")).toEqual({ isRight: true }); // The same letters.
    expect(await verify("trost")).toEqual({ isRight: false });
  }
});

test("charts: numbers become a picture that a browser can show", async () => {
  const api = createClient<typeof import("../../examples/charts/tasks.ts")>(server.url);
  const series = [{ name: "a < b", values: [1, -2, 3] }];
  const { data, type } = await api.chart.run({ title: "Title & more", series });
  expect(type).toBe("image/svg+xml");
  const svg = new TextDecoder().decode(data);
  expect(svg).toContain("Title &amp; more");
  expect(svg).toContain("a &lt; b");
  expect(await sharp(data).metadata()).toMatchObject({ format: "svg", width: 640, height: 320 });
});

test("mandelbrot: the module is the one of its text, and draws the set", async () => {
  const read = (name: string) => readFileSync(new URL(`mandelbrot/${name}`, root));
  const { parseWat } = await wabt();
  const { buffer } = parseWat("mandelbrot.wat", read("mandelbrot.wat").toString()).toBinary({});
  expect(Buffer.from(buffer).equals(read("mandelbrot.wasm"))).toBe(true);
  const api = createClient<typeof import("../../examples/mandelbrot/tasks.ts")>(server.url);
  const { data, type } = await api.mandelbrot.run({ size: 300, turns: 100 });
  expect(type).toBe("image/x-portable-graymap");
  const head = Buffer.from("P5 300 300 255\n");
  expect(data.length).toBe(head.length + 300 * 300);
  const pixel = (x: number, y: number) => data[head.length + y * 300 + x];
  expect([pixel(150, 150), pixel(0, 0)]).toEqual([0, 253]); // Inside of the set; far from it after one turn.
});

test("text-search: the best part comes first", async () => {
  const api = createClient<typeof import("../../examples/text-search/tasks.ts")>(server.url);
  const { found } = await api.search.run({ words: "what each kill does" });
  expect(found[0]).toMatchObject({ page: "recovery.md" });
  expect(found).toHaveLength(5);
  await expect(api.search.run({ words: "" })).rejects.toBeInstanceOf(ProblemError);
});
