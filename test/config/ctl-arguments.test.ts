import { describe, expect, test } from "vitest";
import { type CtlRequest, parseCtl } from "../../src/config/ctl-arguments.ts";

function wishOf(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const parsed = parseCtl(words, env);
  if (parsed.kind !== "ask") throw new Error(JSON.stringify(parsed));
  return parsed.wish;
}

test.each<[string, CtlRequest]>([
  ["stats", { method: "GET", path: "/stats" }],
  ["hosts", { method: "GET", path: "/hosts" }],
  ["metrics", { method: "GET", path: "/metrics" }],
  ["reload", { method: "POST", path: "/reload" }],
  ["workers +1", { method: "POST", path: "/workers/+1" }],
  ["workers -1", { method: "POST", path: "/workers/-1" }],
  ["log-level debug", { method: "POST", path: "/log-level", body: { level: "debug" } }],
  ["pause", { method: "POST", path: "/pause" }],
  ["pause hash", { method: "POST", path: "/pause", body: { task: "hash" } }],
  ["resume hash", { method: "POST", path: "/resume", body: { task: "hash" } }],
])("ctl %s", (typed, request) => {
  expect(wishOf(typed.split(" ")).request).toEqual(request);
});

describe("where control is", () => {
  test.each([
    [undefined, "http://127.0.0.1:8001"],
    ["9001", "http://127.0.0.1:9001"],
    ["10.0.0.7:9001", "http://10.0.0.7:9001"],
    ["[::1]:9001", "http://[::1]:9001"],
    ["0.0.0.0:9001", "http://127.0.0.1:9001"],
    ["https://ops.example/any/path", "https://ops.example"],
    ["auto", "http://127.0.0.1:8001"],
  ])("%s", (given, url) => {
    const flag = given === undefined ? [] : ["--control", given];
    expect(wishOf(["stats", ...flag]).url).toBe(url);
    expect(wishOf(["stats"], given === undefined ? {} : { MANYCORE_CONTROL: given }).url).toBe(url);
  });

  test("the flag wins over the variable", () => {
    expect(wishOf(["stats", "--control", "9001"], { MANYCORE_CONTROL: "9002" }).url).toMatch(
      /9001$/,
    );
  });
});

test("the token comes from a flag, or from the variable", () => {
  expect(wishOf(["reload", "--token", "a"], { MANYCORE_TOKEN: "b" }).token).toBe("a");
  expect(wishOf(["reload"], { MANYCORE_TOKEN: "b" }).token).toBe("b");
  expect(wishOf(["reload", "--token-file", "/run/token"]).tokenFile).toBe("/run/token");
});

test.each([
  ["", /Say what to do/],
  ["relaod", /Did you mean reload\?/],
  ["workers", /Type: npm run ctl -- workers \+1\|-1/],
  ["workers 3", /workers \+1\|-1/],
  ["log-level loud", /fatal\|error\|warn/],
  ["stats all", /Type: npm run ctl -- stats/],
  ["stats --jsn", /Did you mean --json\?/],
  ["stats --control", /needs a value/],
  ["stats --control a:b:c", /"a:b:c" is no address/],
])("ctl %s is refused, with what to type", (typed, message) => {
  const parsed = parseCtl(typed.split(" ").filter(Boolean), {});
  expect(parsed.kind === "errors" && parsed.errors.join("\n")).toMatch(message);
});

test("--help lists every command", () => {
  const parsed = parseCtl(["--help"], {});
  const text = parsed.kind === "help" ? parsed.text : "";
  for (const name of ["stats", "metrics", "reload", "workers +1|-1", "log-level LEVEL", "pause"]) {
    expect(text).toContain(name);
  }
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(90);
});
