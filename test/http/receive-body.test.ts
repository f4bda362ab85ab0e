import fc from "fast-check";
import request from "supertest";
import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { createApp } from "../../src/http/app.ts";
import { BodyBuffer, limitAllBodies, serverLimit } from "../../src/http/receive-body.ts";
import { testServices } from "../helpers/services.ts";

test("pieces of any size become the body, up to the limit", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, fc.nat(600), (sent, limit) => {
      const whole = Buffer.concat(sent);
      const received = new BodyBuffer(serverLimit(limit), limit);
      const add = () => sent.forEach((piece) => void received.add(piece));
      if (whole.length > limit) expect(add).toThrow(`larger than ${limit} bytes`);
      else {
        add();
        expect(Buffer.from(received.bytes)).toEqual(whole);
      }
      received.release();
      expect(received.bytes).toHaveLength(0);
    }),
  );
});

test("a body in small pieces has one buffer of at most twice its length", () => {
  const received = new BodyBuffer(serverLimit(1000), 1000);
  const buffers = new Set<ArrayBufferLike>();
  for (let count = 1; count <= 1000; count++) {
    received.add(new Uint8Array(1));
    buffers.add(received.bytes.buffer);
    expect(received.bytes.buffer.byteLength).toBeLessThanOrEqual(2 * count);
  }
  expect(buffers.size).toBeLessThan(12);
  received.release();
});

/** Bodies that leave so many bytes of the bound free. They all show the same array. */
function filled(limit: number, freeBytes: number): BodyBuffer[] {
  const piece = new Uint8Array(limit);
  const most = limitAllBodies(limit) - freeBytes;
  const lengths = Array.from({ length: Math.floor(most / limit) }, () => limit);
  return [...lengths, most % limit].map((length) => {
    const received = new BodyBuffer(serverLimit(limit), limit);
    received.add(piece.subarray(0, length));
    return received;
  });
}

test("the bodies of one worker share a bound; small ones are always taken", async () => {
  const limit = 1_000_000;
  const app = createApp(testServices({ bodyLimitBytes: limit })).callback();
  const send = (length: number) =>
    request(app)
      .post("/tasks/json")
      .send({ document: "x".repeat(length) });
  const others = filled(limit, 50_000);
  try {
    const large = await send(100_000);
    expect(large.status).toBe(503);
    expect(large.headers["retry-after"]).toBe("1");
    expect(large.body).toMatchObject({
      type: "/problems/overloaded",
      detail: expect.stringContaining(`${limitAllBodies(limit)} bytes, the most`),
    });
    expect((await send(40_000)).status).toBe(200);
    expect((await send(10)).status).toBe(200);
  } finally {
    for (const other of others) other.release();
  }
  expect((await send(100_000)).status).toBe(200);
});

test("a refused body gives its memory back", () => {
  const most = limitAllBodies(1);
  const first = new BodyBuffer(serverLimit(most), most);
  first.add(new Uint8Array(20_000));
  const second = new BodyBuffer(serverLimit(1), most);
  const all = new Uint8Array(most);
  expect(() => second.add(all)).toThrow(AppError);
  first.release();
  second.add(all);
  second.release();
  second.release();
  second.add(all);
  second.release();
});
