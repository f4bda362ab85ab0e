import { expect, test } from "vitest";
import { sayLoad } from "../../../src/page/load/say.ts";
import type { ServerLoadEvent } from "../../../src/telemetry/watch/server-load.ts";

const plan = { task: "hash", perSecond: 20, seconds: 30, startedAt: 0 };
const moment = { at: 0, sentPerSecond: 20.04, answeredPerSecond: 15, inFlight: 3 };
const counts = { sent: 600, answered: 590, refused: 10, failed: 0 };

test.each<[ServerLoadEvent, string]>([
  [{ event: "plan", data: plan }, "Starting ..."],
  [
    { event: "load", data: { ...moment, p50: 8.2, p99: null } },
    "20 sent and 15 answered each second, 3 under way; p50 8.2 ms, p99 unknown",
  ],
  [
    { event: "end", data: { ...counts, p50: 8, p99: 31, isStopped: false } },
    "Done: 600 sent, 590 answered, 10 refused (503), 0 failed; p50 8 ms, p99 31 ms",
  ],
  [
    { event: "end", data: { ...counts, p50: null, p99: null, isStopped: true } },
    "Ended early: 600 sent, 590 answered, 10 refused (503), 0 failed; p50 unknown, p99 unknown",
  ],
  [{ event: "failed", data: { message: "It broke." } }, "It broke."],
])("%j", (told, said) => {
  expect(sayLoad(told)).toBe(said);
});
