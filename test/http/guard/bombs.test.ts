import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { testServices } from "../../helpers/services.ts";

describe("a body that is small until it is decompressed", () => {
  const app = createApp(testServices()).callback();
  const huge = Buffer.alloc(64 * 1024 ** 2, " ");
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const bombs = { gzip: gzipSync(huge, { level: 1 }), br: brotliCompressSync(huge, quick) };

  test.each(Object.keys(bombs) as (keyof typeof bombs)[])(
    "%s is a 413 at the limit",
    async (coding) => {
      const before = process.memoryUsage().rss;
      const post = request(app).post("/tasks/double").type("json").set("Content-Encoding", coding);
      const { status, body } = await post.serialize((raw) => raw).send(bombs[coding]);
      expect(status).toBe(413);
      expect(body.type).toBe("/problems/body-too-large");
      expect(process.memoryUsage().rss - before).toBeLessThan(huge.length / 2);
    },
  );

  test("packed twice is refused: one coding is undone", async () => {
    const twice = gzipSync(gzipSync('{"value":1}'));
    const post = request(app).post("/tasks/double").type("json");
    const sent = post.set("Content-Encoding", "gzip, gzip").serialize((raw) => raw);
    expect((await sent.send(twice)).status).toBe(415);
  });
});
