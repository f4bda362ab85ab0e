import request from "supertest";
import { describe, expect, test } from "vitest";
import { ControlUnderTest, configOf } from "./controlled.ts";

const changes = ["/reload", "/workers/+1", "/log-level?level=debug", "/pause", "/resume"];
const reads = ["/", "/livez", "/stats", "/hosts", "/metrics", "/problems"];

async function opened(host: string, ...flags: string[]) {
  const control = new ControlUnderTest(`${host}:0`, 8000, {}, flags);
  const url = new URL((await control.link.url) ?? "");
  url.hostname = "127.0.0.1";
  const ask = request(url.href.replace(/\/$/, ""));
  const use = (...changed: string[]) =>
    control.link.use(configOf("--control", `${host}:0`, ...changed));
  return { ask, use, done: control.done, [Symbol.asyncDispose]: () => control.link.close() };
}

describe("control on loopback", () => {
  test("refuses names that are not its own, for whatever is asked", async () => {
    await using control = await opened("127.0.0.1");
    for (const path of reads) {
      expect((await control.ask.get(path).set("Host", "evil.example")).status).toBe(403);
      expect((await control.ask.get(path).set("Host", "localhost")).status).toBe(200);
    }
    for (const path of changes) {
      expect((await control.ask.post(path).set("Host", "evil.example")).status).toBe(403);
    }
    expect(control.done).toEqual([]);
  });

  test("refuses the pages of other sites, those of --cors too", async () => {
    await using control = await opened("127.0.0.1", "--cors", "https://app.example.com,*");
    for (const path of changes) {
      for (const Origin of ["https://app.example.com", "null"]) {
        expect((await control.ask.post(path).set({ Origin })).status).toBe(403);
      }
      expect((await control.ask.post(path).set("Sec-Fetch-Site", "same-site")).status).toBe(403);
    }
    const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" };
    const followed = control.ask.get("/").set({ ...link, "Sec-Fetch-Dest": "document" });
    expect((await followed).status).toBe(200);
    expect((await control.ask.get("/stats").set(link)).status).toBe(403);
    expect(control.done).toEqual([]);
  });

  test("needs no token where there is none", async () => {
    await using control = await opened("127.0.0.1");
    for (const path of changes) expect((await control.ask.post(path)).status).toBe(200);
    expect(control.done).toHaveLength(changes.length);
  });

  test("wants the token for what changes something", async () => {
    await using control = await opened("127.0.0.1", "--token", "correct-horse");
    for (const path of reads) expect((await control.ask.get(path)).status).toBe(200);
    for (const path of changes) {
      const post = () => control.ask.post(path);
      expect((await post()).status).toBe(401);
      expect((await post().set("Authorization", "Bearer correct-hors")).status).toBe(401);
    }
    expect(control.done).toEqual([]);
    for (const path of changes) {
      const post = control.ask.post(path).set("Authorization", "Bearer correct-horse");
      expect((await post).status).toBe(200);
    }
  });
});

test("a reload of the configuration changes the tokens and names of control", async () => {
  await using control = await opened("127.0.0.1", "--token", "correct-horse");
  const post = (token: string) =>
    control.ask.post("/pause").set("Authorization", `Bearer ${token}`);
  expect((await post("correct-horse")).status).toBe(200);
  control.use("--token", "battery-staple", "--allowed-hosts", "control.example");
  const limit = { timeout: 30_000 };
  await expect.poll(async () => (await post("correct-horse")).status, limit).toBe(401);
  expect((await post("battery-staple").set("Host", "control.example")).status).toBe(200);
  expect((await control.ask.post("/pause")).status).toBe(401);
});

describe("control that other machines reach", () => {
  test("changes nothing without a token, and says what to do", async () => {
    await using control = await opened("0.0.0.0");
    for (const path of reads) expect((await control.ask.get(path)).status).toBe(200);
    for (const path of changes) {
      const { status, body } = await control.ask.post(path);
      expect(status).toBe(403);
      expect(body.type).toBe("/problems/closed-without-token");
      expect(body.detail).toContain("--token");
    }
    expect(control.done).toEqual([]);
  });

  test("changes what a token allows", async () => {
    await using control = await opened("0.0.0.0", "--token", "correct-horse");
    expect((await control.ask.post("/pause")).status).toBe(401);
    const post = control.ask.post("/pause").set("Authorization", "Bearer correct-horse");
    expect((await post).status).toBe(200);
  });
});
