import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import request from "supertest";
import { expect, test } from "vitest";
import { plainNeeds } from "../../src/compute/needs.ts";
import { createApp } from "../../src/http/app.ts";
import { testServices } from "../helpers/services.ts";

const app = createApp(testServices({ bodyLimitBytes: 1000 })).callback();
const post = () => request(app).post("/tasks/double");

test.each(["{", "{'value': 1}", '{"value": NaN}', '{"value": 01}', "nul", "\u0000"])(
  "malformed JSON is a 400: %s",
  async (text) => {
    const response = await post().type("json").send(text);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ type: "/problems/malformed-request" });
    expect(response.body.detail).toContain("not readable as JSON");
  },
);

test.each(["null", "1", '"text"', "[]", "true"])(
  "JSON other than an object is a 422: %s",
  async (t) => {
    const response = await post().type("json").send(t);
    expect(response.status).toBe(422);
    expect(response.body.errors[0].path).toBe("");
  },
);

test("every invalid field is named by its pointer", async () => {
  const response = await post().send({ value: "1", "a/b": 1, c: 2 });
  expect(response.status).toBe(422);
  expect(response.body).toMatchObject({ type: "/problems/invalid-input" });
  expect(response.body.errors.map(({ path }: { path: string }) => path)).toEqual([
    "/value",
    "/a~1b",
    "/c",
  ]);
});

test("the first of many invalid fields are named, the rest are counted", async () => {
  const large = createApp(testServices()).callback();
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, 0]));
  const some = await request(large).post("/tasks/primes").send(fields(100));
  expect(some.status).toBe(422);
  expect(some.body.errors).toHaveLength(20);
  expect(some.body.detail).toMatch(/and \d+ more\.$/);
  const many = await request(large).post("/tasks/primes").send(fields(5000));
  expect(many.status).toBe(422);
  expect(many.text.length).toBeLessThan(1000);
  expect(many.body.detail).toContain("5000 fields");
});

test("a large input with nothing but faults names the first, and says that checking stopped", async () => {
  const app = createApp(testServices({ bodyLimitBytes: 2_000_000 })).callback();
  const values = Array(450_000).fill("");
  const response = await request(app).post("/tasks/sums").send({ values });
  expect(response.status).toBe(422);
  expect(response.body.errors).toEqual([
    { path: "/values/0", message: "Invalid input: expected number, received string" },
  ]);
  expect(response.body.detail).toMatch(/not checked to its end\.$/);
});

test("a number too large for a double is a fault of its field", async () => {
  const response = await post().type("json").send('{"value": 1e999}');
  expect(response.status).toBe(422);
  expect(response.body.errors[0].path).toBe("/value");
});

test("a body with __proto__ is refused", async () => {
  const response = await post().type("json").send('{"__proto__": {"value": 1}, "value": 1}');
  expect(response.status).toBe(400);
});

test.each([
  ["text/plain", "value=1"],
  ["application/x-www-form-urlencoded", "value=1"],
  ["application/xml", "<value>1</value>"],
])("%s is a 415 that says what to send", async (type, body) => {
  const response = await post().set("Content-Type", type).send(body);
  expect(response.status).toBe(415);
  expect(response.body.detail).toContain("Content-Type: application/json");
});

test("takes JSON with a charset, and types that end in +json", async () => {
  for (const type of ["application/json; charset=utf-8", "application/vnd.api+json"]) {
    const response = await post().set("Content-Type", type).send('{"value": 4}');
    expect(response.body.result).toEqual({ value: 8 });
  }
});

test("an unknown Content-Encoding is a 415", async () => {
  const response = await post().type("json").set("Content-Encoding", "zip").send("{}");
  expect(response.status).toBe(415);
  expect(response.body.detail).toContain("gzip, deflate or br");
});

test("a body over the limit is a 413 that names it", async () => {
  const response = await post().send({ value: 1, padding: "x".repeat(1000) });
  expect(response.status).toBe(413);
  expect(response.body.detail).toContain("1000 bytes (--body-limit)");
  expect(response.body.detail).toContain("Send less, or start the server with a higher");
});

/** supertest sends a Buffer as it is only without its serialiser. */
const compressed = (content: Buffer) =>
  post()
    .type("json")
    .set("Content-Encoding", "gzip")
    .serialize((body) => body)
    .send(content);

test("takes a compressed body; the limit counts the decompressed bytes", async () => {
  const small = await compressed(gzipSync('{"value": 4}'));
  expect(small.body.result).toEqual({ value: 8 });
  const upper = post().type("json").set("Content-Encoding", "GZIP");
  const shouted = await upper.serialize((body) => body).send(gzipSync('{"value": 4}'));
  expect(shouted.body.result).toEqual({ value: 8 });
  const bomb = await compressed(gzipSync(`{"value": ${"1".repeat(100_000)}}`));
  expect(bomb.status).toBe(413);
});

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
] as const)(
  "%s: many bombs at once are refused, and bodies beside them read",
  async (coding, compress) => {
    const send = (json: string) =>
      compressed(compress(json))
        .set("Content-Encoding", coding)
        .then(({ status }) => status);
    const bomb = `{"value": ${"1".repeat(1_000_000)}}`;
    const sent = Array.from({ length: 20 }, (_, index) => send(index % 2 ? bomb : '{"value": 4}'));
    expect(new Set(await Promise.all(sent))).toEqual(new Set([200, 413]));
    expect(await send(`${" ".repeat(989)}{"value": 4}`)).toBe(413);
    expect(await send(`${" ".repeat(988)}{"value": 4}`)).toBe(200);
  },
);

test("a body that compression makes larger may still reach the limit", async () => {
  const random = randomBytes(740)
    .toString("latin1")
    .replaceAll(/[^\x20-\x7e]|["\\]/g, "x");
  const large = createApp(testServices({ bodyLimitBytes: 1000 })).callback();
  const json = JSON.stringify({ document: random });
  const stored = gzipSync(json.padEnd(1000), { level: 0 });
  expect(stored.length).toBeGreaterThan(1000);
  const sending = request(large).post("/tasks/json").type("json").set("Content-Encoding", "gzip");
  expect((await sending.serialize((body) => body).send(stored)).status).toBe(200);
});

test("a body that does not match its Content-Encoding is a 400", async () => {
  const response = await compressed(Buffer.from("not gzip"));
  expect(response.status).toBe(400);
});

test("bytes that are not UTF-8 are refused, not replaced", async () => {
  const bytes = Buffer.from('{"value": 1, "x": "\xe4"}', "latin1");
  const sending = post().type("json");
  sending.write(bytes as never);
  const response = await sending;
  expect(response.status).toBe(400);
  expect(response.body.detail).toContain("not valid UTF-8");
});

test("a charset other than UTF-8 is a 415 that names it", async () => {
  const response = await post().set("Content-Type", "application/json; charset=latin1").send("{}");
  expect(response.status).toBe(415);
  expect(response.body.detail).toContain("latin1");
});

test("a run whose answer the client does not accept is not made", async () => {
  const run = () => expect.unreachable("the run was made");
  const refused = { run, requireNeeds: () => plainNeeds };
  const services = testServices({ dispatcher: refused });
  const response = await request(createApp(services).callback())
    .post("/tasks/double")
    .set("Accept", "image/png")
    .send({ value: 1 });
  expect(response.status).toBe(406);
  expect(response.body.detail).toContain("application/json");
});
