import fc from "fast-check";
import { expect, test } from "vitest";
import { descriptorWarnings } from "../../src/primary/descriptor-warnings.ts";
import { limitForConnections, roomForConnections } from "../../src/telemetry/descriptors.ts";
import { oncePerSpell } from "../../src/telemetry/spell.ts";

const count = fc.integer({ min: 0, max: 100_000 });

test("connections leave enough for the rest, or a quarter", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 1_000_000 }),
      count,
      fc.nat(64),
      (limit, used, threads) => {
        const room = roomForConnections(limit, used, threads);
        expect(room).toBeGreaterThanOrEqual(1);
        const left = limit - used - room;
        if (room > 1) expect(left).toBe(Math.min(32 + 8 * threads, Math.floor(limit / 4)));
      },
    ),
  );
});

test("the recommended limit has the room", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      count,
      fc.nat(64),
      (wanted, used, threads) => {
        const limit = limitForConnections(wanted, used, threads);
        expect(roomForConnections(limit, used, threads)).toBeGreaterThanOrEqual(wanted);
      },
    ),
  );
});

test("a limit too low for --max-pending is a warning that names a sufficient one", () => {
  const config = { threads: 2, executor: "threads", maxPending: 200, slots: 2 } as const;
  expect(descriptorWarnings(config, 100)).toEqual([
    "The limit on file descriptors (100) leaves each worker some 33 connections, and --max-pending lets it hold 202 runs. Raise the limit (ulimit -n 292 or more)",
  ]);
  expect(descriptorWarnings(config, 292)).toEqual([]);
  expect(descriptorWarnings({ ...config, threads: 0, executor: "inline", slots: 1 }, 30)).toEqual([
    "The limit on file descriptors (30) leaves each worker some 1 connection, and --max-pending lets it hold 201 runs. Raise the limit (ulimit -n 263 or more)",
  ]);
  expect(descriptorWarnings(config, undefined)).toEqual([]);
});

test("a spell is reported at its start, and ends after a quiet minute", () => {
  let now = 0;
  const told: string[] = [];
  const tell = oncePerSpell({ now: () => now }, (what: string) => told.push(what));
  for (const [at, what] of [
    [0, "first"],
    [59_999, "still the first"],
    [119_998, "still"],
    [179_998, "second"],
  ] as const) {
    now = at;
    tell(what);
  }
  expect(told).toEqual(["first", "second"]);
});
