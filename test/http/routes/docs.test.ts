import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { testServices } from "../../helpers/services.ts";

const app = createApp(testServices()).callback();

describe("GET /docs", () => {
  test("is a page that loads only files of this server", async () => {
    const { status, headers, text } = await request(app).get("/docs").set("Accept", "text/html");
    expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(text).not.toMatch(/https?:|<script>|<style>/);
  });

  test("what it loads is there for ever, under a path of its version", async () => {
    const { text } = await request(app).get("/docs");
    const paths = [...text.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    expect(paths).toHaveLength(5);
    for (const path of paths) {
      const { status, headers } = await request(app).get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers["content-type"]).toMatch(/^text\/(css|javascript); charset=utf-8$/);
      expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      const known = await request(app)
        .get(path)
        .set("If-None-Match", headers["etag"] ?? "");
      expect(known.status).toBe(304);
    }
  });

  test("a page of another version gets the file as it is now, and asks again next time", async () => {
    const { status, headers } = await request(app).get("/docs/another/init.js");
    expect([status, headers["cache-control"]]).toEqual([200, "no-cache"]);
  });

  test.each(["/docs/x/package.json", "/docs/x/..%2Ffiles.ts", "/docs/x/constructor"])(
    "%s is not there",
    async (path) => {
      const { status, body } = await request(app).get(path);
      expect([status, body.type]).toEqual([404, "/problems/not-found"]);
    },
  );

  test("is no page for a client that accepts none", async () => {
    const { status } = await request(app).get("/docs").set("Accept", "application/json");
    expect(status).toBe(406);
  });
});

test("GET / says where the contract and its page are (RFC 8631)", async () => {
  const { headers } = await request(app).get("/");
  expect(headers["link"]).toBe('</openapi.json>; rel="service-desc", </docs>; rel="service-doc"');
});
