import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Envelope } from "../../src/channel/envelope.ts";
import type { Life } from "../../src/channel/life.ts";
import { systemClock } from "../../src/clock.ts";
import { ClientQuotas } from "../../src/primary/clients/client-quotas.ts";
import { memoryLimiter } from "../../src/primary/clients/limiters.ts";
import { Telemetry } from "../../src/telemetry/events.ts";
import { PrimaryRateLimiter } from "../../src/worker/rate-limiter.ts";
import { ManualClock } from "../helpers/manual-clock.ts";

const life = 1 as Life;
const rate = { requests: 2, windowMs: 60_000 };

/** A worker's end and the primary's, joined; what the worker sends is counted. */
function joined({ clock = new ManualClock(), answers = true, mostRefused = 100_000 } = {}) {
  const service = new ClientQuotas(rate, systemClock, memoryLimiter(rate));
  const telemetry = new Telemetry();
  const seen = { sent: 0, uncounted: 0, waiting: [] as Envelope[] };
  telemetry.on("client.uncounted", () => seen.uncounted++);
  const send = (envelope: Envelope) => {
    seen.sent++;
    service.take(life, envelope);
  };
  const limiter = new PrimaryRateLimiter({ rate, send, clock, telemetry, mostRefused });
  service.attach(life, 1, (envelope) => {
    if (answers) limiter.take(envelope);
    else seen.waiting.push(envelope);
  });
  return { limiter, clock, seen };
}

test("the primary counts; a client that is past its limit costs no further message", async () => {
  const { limiter, clock, seen } = joined();
  expect(await limiter.count("a")).toMatchObject({ isWithin: true, left: 1 });
  expect(await limiter.count("a")).toMatchObject({ isWithin: true, left: 0 });
  expect(await limiter.count("a")).toMatchObject({ isWithin: false });
  expect(seen.sent).toBe(3);
  clock.advance(20_000);
  expect(limiter.count("a")).toMatchObject({ isWithin: false, left: 0 });
  for (let i = 0; i < 10; i++) limiter.count("a");
  expect(seen.sent).toBe(3);
  expect(await limiter.count("b")).toMatchObject({ isWithin: true });
  clock.advance(40_000);
  await limiter.count("a");
  expect(seen.sent, "asked again when the time is over").toBe(5);
  expect(clock.pending, "timers that are left").toBe(0);
});

test("a request goes on uncounted if the primary does not answer", async () => {
  const { limiter, clock, seen } = joined({ answers: false });
  const quota = limiter.count("a");
  await nextTurn();
  expect(seen.uncounted).toBe(0);
  clock.advance(1000);
  expect(await quota).toBeUndefined();
  expect(seen.uncounted).toBe(1);
  for (const envelope of seen.waiting) limiter.take(envelope);
  expect(seen.uncounted, "a late answer changes nothing").toBe(1);
});

test("an answer that came while a run held the event loop counts", async () => {
  const { limiter, clock, seen } = joined({ answers: false });
  const quota = limiter.count("a");
  while (seen.waiting.length === 0) await nextTurn();
  // The loop goes on: late timers are called first, then what has arrived is read.
  clock.advance(5000);
  for (const envelope of seen.waiting) limiter.take(envelope);
  expect(await quota).toMatchObject({ isWithin: true, left: 1 });
  expect(seen.uncounted).toBe(0);
});

test("what is remembered of refused clients is forgotten when their time is over", async () => {
  const { limiter, clock, seen } = joined();
  for (let client = 0; client < 1500; client++) {
    for (let i = 0; i < 3; i++) await limiter.count(`client ${client}`);
    if (client === 900) clock.advance(70_000);
  }
  const { sent } = seen;
  for (let client = 901; client < 1500; client++) limiter.count(`client ${client}`);
  expect(seen.sent, "those whose time runs are refused without asking").toBe(sent);
});

test("many refused clients take no more memory: the primary is asked of them again", async () => {
  const { limiter, seen } = joined({ mostRefused: 10 });
  for (let client = 0; client < 11; client++) {
    for (let i = 0; i < 3; i++) await limiter.count(`client ${client}`);
  }
  const { sent } = seen;
  expect(await limiter.count("client 10")).toMatchObject({ isWithin: false });
  expect(seen.sent, "the newest is remembered").toBe(sent);
  expect(await limiter.count("client 0")).toMatchObject({ isWithin: false });
  expect(seen.sent, "the others were forgotten").toBe(sent + 1);
});
