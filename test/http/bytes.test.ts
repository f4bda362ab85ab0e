/** Tasks that take bytes, or return them, over HTTP. */
import { createHash } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { testServices } from "../helpers/services.ts";

const app = createApp(testServices({ bodyLimitBytes: 100_000 })).callback();
const post = (path: string) => request(app).post(path);
const photo = Buffer.from(Uint8Array.from({ length: 250_000 }, (_, at) => (at * 31) % 256));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const weighed = (bytes: Uint8Array) => ({
  length: bytes.length,
  sha256: sha256(bytes),
  isPlain: true,
  isWhole: true,
});

/** supertest encodes what has a type of its own. */
const raw = (bytes: Buffer) => bytes;

describe("a body as it is", () => {
  test.each([0, 1, 16_384, 65_537, 250_000])("of %i bytes reaches the task", async (length) => {
    const sent = photo.subarray(0, length);
    const { status, body } = await post("/tasks/weigh").type("image/png").send(raw(sent));
    expect(status).toBe(200);
    expect(body.result).toEqual({ ...weighed(sent), type: "image/png", query: {} });
  });

  test("in chunks of unknown length, too", async () => {
    const chunked = post("/tasks/weigh").type("image/png");
    for (let at = 0; at < photo.length; at += 70_001)
      chunked.write(photo.subarray(at, at + 70_001));
    const { body } = await chunked;
    expect(body.result).toMatchObject(weighed(photo));
  });

  test.each([
    ["no type", undefined, "application/octet-stream"],
    ["what curl sends", "application/x-www-form-urlencoded", "application/octet-stream"],
    ["JSON", "application/json", "application/json"],
    ["a type with parameters, in capitals", "TEXT/CSV; charset=utf-8", "text/csv"],
  ])("with %s", async (_, sent, type) => {
    const asked = post("/tasks/weigh").serialize((body) => body);
    if (sent === undefined) asked.unset("Content-Type").set("Content-Type", "");
    else asked.set("Content-Type", sent);
    const { body } = await asked.send(raw(photo));
    expect(body.result).toMatchObject({ ...weighed(photo), type });
  });

  test.each([
    ["gzip", gzipSync(photo)],
    ["br", brotliCompressSync(photo)],
  ])("compressed by %s", async (coding, sent) => {
    const asked = post("/tasks/weigh").type("image/png").set("Content-Encoding", coding);
    const { body } = await asked.serialize((sent) => sent).send(raw(sent));
    expect(body.result).toMatchObject(weighed(photo));
  });

  test("is refused above the task's own limit, which is above that of the server", async () => {
    const large = Buffer.alloc(300_001);
    const announced = await post("/tasks/weigh").type("image/png").send(raw(large));
    expect(announced.status).toBe(413);
    expect(announced.body.detail).toContain("300000 bytes, the most that task weigh takes");
    const inflated = await post("/tasks/weigh")
      .type("image/png")
      .set("Content-Encoding", "gzip")
      .send(raw(gzipSync(large)));
    expect(inflated.status).toBe(413);
  });

  test("without a limit of the task, that of the server holds", async () => {
    const { status, body } = await post("/tasks/crop")
      .type("image/png")
      .send(Buffer.alloc(100_001));
    expect(status).toBe(413);
    expect(body.detail).toContain("--body-limit");
  });

  test("must be there, unless its type is", async () => {
    const { status, body } = await post("/tasks/weigh");
    expect(status).toBe(422);
    expect(body.detail).toContain("no body");
  });
});

describe("the type of a body", () => {
  test.each([
    "text/plain",
    "image",
    "image/",
    "image/png, text/css",
    "application/x-www-form-urlencoded",
    "",
  ])("that the task does not take is a 415 with those that it takes: %s", async (type) => {
    const asked = post("/tasks/crop").set("Content-Type", type);
    const { status, body, headers } = await asked.serialize((sent) => sent).send(raw(photo));
    expect(status).toBe(415);
    expect(headers["accept"]).toBe("image/*, application/pdf");
    expect(body.detail).toContain("takes image/*, application/pdf");
    expect(body.detail).toContain("-H 'content-type: image/png'");
  });

  test.each(["application/x-www-form-urlencoded", ""])(
    "that nobody named is taken where the task lists application/octet-stream: %s",
    async (type) => {
      const asked = post("/tasks/unnamed").set("Content-Type", type);
      const { status, body } = await asked.serialize((sent) => sent).send(raw(photo));
      expect(status).toBe(200);
      expect(body.result).toBe("application/octet-stream");
    },
  );

  test("that is no media type is refused where any type is taken", async () => {
    const { status, body } = await post("/tasks/weigh").set("Content-Type", "image/").send(photo);
    expect(status).toBe(415);
    expect(body.detail).toContain('"image/" is no media type');
  });

  test("that is a form is refused where any type is taken", async () => {
    const { status, body } = await post("/tasks/weigh").attach("file", photo, "photo.png");
    expect(status).toBe(415);
    expect(body.detail).toContain("--data-binary");
  });
});

describe("the query", () => {
  test("is checked by its schema, and its defaults are filled in", async () => {
    const small = photo.subarray(0, 90_000);
    const cropped = await post("/tasks/crop?length=3").type("image/png").send(small);
    expect(cropped.body).toEqual(photo.subarray(0, 3));
    const default4 = await post("/tasks/crop").type("image/png").send(small);
    expect(default4.body).toHaveLength(4);
  });

  test("that is wrong is a 422 with its pointers, before the body is read", async () => {
    const asked = post("/tasks/crop?length=-1&width=2").type("image/png");
    const { status, body } = await asked.send(Buffer.alloc(1_000_000));
    expect(status).toBe(422);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(["/length", "/width"]);
  });

  test("of a task without one must be empty, but for the executor", async () => {
    const { status, body } = await post("/tasks/weigh?width=2").type("image/png").send(raw(photo));
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ path: "/width", message: expect.any(String) }]);
    const named = await post("/tasks/weigh?executor=inline").type("image/png").send(raw(photo));
    expect(named.body.run.executor).toBe("inline");
  });
});

test("a task that takes bytes is shown with its body and its query", async () => {
  const crop = await request(app).get("/tasks/crop");
  expect(crop.body.input).toMatchObject({
    body: { types: ["image/*", "application/pdf"], maxBytes: 100_000 },
    query: { type: "object", properties: { length: { type: "integer", default: 4 } } },
  });
  const weigh = await request(app).get("/tasks/weigh");
  expect(weigh.body.input).toEqual({
    body: { types: ["*/*"], maxBytes: 300_000 },
    query: { type: "object", properties: {}, additionalProperties: false },
  });
});

describe("bytes with a type", () => {
  const draw = (how: string, accept?: string) => {
    const asked = post("/tasks/drawing").send({ how });
    return accept === undefined ? asked : asked.set("Accept", accept);
  };

  test.each([undefined, "*/*", "image/*", "image/svg+xml", "application/json, image/svg+xml"])(
    "are answered as they are: Accept %s",
    async (accept) => {
      const { status, headers, body } = await draw("svg", accept);
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("image/svg+xml; charset=utf-8");
      expect(headers["content-length"]).toBe("6");
      expect(headers["server-timing"]).toMatch(/^queue;dur=[\d.]+, run;dur=/);
      expect(headers["vary"]).toBe("Accept");
      expect(body.toString()).toBe("<svg/>");
    },
  );

  test("are answered as they are to who accepts any bytes", async () => {
    const { headers } = await draw("kept", "application/octet-stream");
    expect(headers["content-type"]).toBe("image/png");
  });

  test("become base64 for who accepts JSON and not their type", async () => {
    const { body } = await draw("svg", "application/json");
    expect(body).toMatchObject({
      task: "drawing",
      type: "image/svg+xml; charset=utf-8",
      result: Buffer.from("<svg/>").toString("base64"),
      run: { executor: "inline" },
    });
  });

  test("are a 406 for who accepts neither, and so is JSON", async () => {
    const { status, body } = await draw("svg", "text/html");
    expect(status).toBe(406);
    expect(body.detail).toContain("image/svg+xml or application/json");
    const json = await post("/tasks/double").set("Accept", "image/png").send({ value: 1 });
    expect(json.status).toBe(406);
    expect(json.body.detail).toContain("application/json or application/octet-stream");
  });

  test("that the task keeps are the same each time", async () => {
    for (const _ of [1, 2]) expect((await draw("kept")).body).toEqual(Buffer.alloc(20_000, 7));
  });

  test.each([
    ["given", 20_000],
    ["buffer", 3],
  ])("may be %s", async (how, length) => {
    expect((await draw(how)).body).toHaveLength(length);
  });

  test.each([
    ["wrong type", /"png": give a media type/],
    ["header", /give a media type/],
    ["no type", /undefined: give a media type/],
    ["text", /no bytes: give a Uint8Array/],
    ["moved", /moved away/],
    ["within", /is a whole output/],
  ])("that are wrong fail the task, which says why: %s", async (how, why) => {
    const { status, body } = await draw(how);
    expect(status).toBe(500);
    expect(body).toMatchObject({
      type: "/problems/task-failed",
      detail: expect.stringMatching(why),
    });
  });
});
