import { expect, test } from "vitest";
import { computeSocketTimeoutMs } from "../../src/http/server.ts";

const timeouts = {
  headersTimeoutMs: 1,
  requestTimeoutMs: 1,
  keepAliveTimeoutMs: 1,
  headerLimitBytes: 16_384,
};

test.each([
  ["as long as a run may be queued, run and be read", 40_000, 50_000, 120_000],
  ["however short that is, as long as a job may be waited for", 1, 1, 90_000],
])("a connection is kept %s", (_, queueTimeoutMs, runTimeoutMs, expected) => {
  expect(computeSocketTimeoutMs({ ...timeouts, queueTimeoutMs, runTimeoutMs })).toBe(expected);
});
