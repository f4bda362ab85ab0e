import { expect, test } from "vitest";
import type { LoadPlan } from "../../../../bench/load/generator/plan.ts";
import { resolvePlan } from "../../../../bench/load/generator/resolve-plan.ts";

const least: LoadPlan = {
  url: "http://127.0.0.1:8000",
  requests: [{ path: "/" }],
  arrivals: { kind: "closed" },
  connections: 1,
  durationMs: 1_000,
};

test("the least of a plan gets its defaults, and stays plain data", () => {
  const full = resolvePlan({ ...least, probe: { perSecond: 20 } });
  expect(full).toMatchObject({ warmupMs: 0, timeoutMs: 30_000, timedFrom: "intended" });
  expect(full.probe).toMatchObject({ connections: 8, pool: "warm", requests: [{ path: "/" }] });
  expect(JSON.parse(JSON.stringify(full))).toEqual(full);
});

test("open loop has its connections beforehand, where it keeps them", () => {
  const open = { ...least, arrivals: { kind: "constant", perSecond: 1 } } as const;
  expect(resolvePlan(open).load.pool).toBe("fixed");
  expect(resolvePlan({ ...open, keepAlive: false }).load.pool).toBe("on-demand");
  expect(resolvePlan(least).load.pool).toBe("on-demand");
});

test("a probe that opens connections may have several open", () => {
  const { probe } = resolvePlan({ ...least, probe: { perSecond: 20, keepAlive: false } });
  expect(probe?.connections).toBe(64);
});

const sha256 = { kind: "sha256", equals: "ABC" } as const;
const pointer = { kind: "json", pointer: "result", equals: 1 } as const;

test.each<[Partial<LoadPlan>, RegExp]>([
  [{ url: "https://127.0.0.1" }, /^url .*: use an origin/],
  [{ url: "http://127.0.0.1/path" }, /^url /],
  [{ url: "nonsense" }, /^url /],
  [{ requests: [] }, /^requests: give one/],
  [{ requests: [{ path: "hash" }] }, /^requests\[0\]\.path .*begin with/],
  [{ requests: [{ path: "/a b" }] }, /^requests\[0\]\.path/],
  [{ requests: [{ path: "/", method: "G T" }] }, /^requests\[0\]\.method/],
  [{ requests: [{ path: "/" }, { path: "/", headers: { a: "1\r\nb: 2" } }] }, /^requests\[1\]/],
  [{ requests: [{ path: "/", expect: { statuses: [] } }] }, /expect\.statuses/],
  [{ requests: [{ path: "/", expect: { tolerated: [99] } }] }, /expect status 99/],
  [{ requests: [{ path: "/", expect: { body: sha256 } }] }, /64 lower-case/],
  [{ requests: [{ path: "/", expect: { body: pointer } }] }, /pointer: begin with/],
  [{ arrivals: { kind: "constant", perSecond: 0 } }, /^arrivals\.perSecond 0: use a number from/],
  [{ probe: { perSecond: Number.NaN } }, /^probe\.perSecond NaN/],
  [{ connections: 1.5 }, /^connections 1\.5: use a whole number/],
  [{ durationMs: 0 }, /^durationMs 0/],
  [{ warmupMs: -1 }, /^warmupMs -1/],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, /^timeoutMs Infinity/],
  [{ maxRequests: 0 }, /^maxRequests 0/],
])("refused: %o", (change, message) => {
  expect(() => resolvePlan({ ...least, ...change })).toThrow(message);
});
