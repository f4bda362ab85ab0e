import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  counted,
  hasThreadPool,
  type Knobs,
  layoutErrors,
  layoutOf,
  layoutWarnings,
  nativeFormWarnings,
  overridesOf,
  ownTaskWarnings,
  slotsOf,
} from "../../src/config/layout.ts";
import {
  type ExecutorTraits,
  executorNames,
  executors,
  modeNames,
  modes,
} from "../../src/config/modes.ts";

const auto = { workers: "auto", threads: "auto", executor: "auto" } as const;

test.each([
  ["single", 1, 0, "inline"],
  ["cluster", 6, 0, "inline"],
  ["threads", 1, 6, "threads"],
  ["hybrid", 2, 3, "threads"],
  ["libuv", 1, 6, "libuv"],
] as const)(
  "mode %s on 6 cores: %i workers, %i threads, %s",
  (mode, workers, threads, executor) => {
    expect(layoutOf({ mode, ...auto }, 6)).toEqual({ workers, threads, executor });
  },
);

test("every mode works on any number of cores, and fills no more than those", () => {
  fc.assert(
    fc.property(fc.constantFrom(...modeNames), fc.integer({ min: 1, max: 512 }), (mode, cores) => {
      const layout = layoutOf({ mode, ...auto }, cores);
      expect(layoutErrors(layout)).toEqual([]);
      expect(layoutWarnings({ ...layout, cores })).toEqual([]);
      expect(overridesOf({ mode, ...auto }, cores)).toEqual([]);
      expect(layout.executor).toBe(modes[mode].executor);
    }),
  );
});

const knobs: fc.Arbitrary<Knobs> = fc.record({
  mode: fc.constantFrom(...modeNames),
  workers: fc.oneof(fc.constant("auto" as const), fc.integer({ min: 1, max: 16 })),
  threads: fc.oneof(fc.constant("auto" as const), fc.integer({ min: 0, max: 16 })),
  executor: fc.constantFrom("auto", ...executorNames),
});

test("a knob set by hand wins over the mode", () => {
  fc.assert(
    fc.property(knobs, fc.integer({ min: 1, max: 16 }), (given, cores) => {
      const layout = layoutOf(given, cores);
      for (const knob of ["workers", "threads", "executor"] as const) {
        if (given[knob] !== "auto") expect(layout[knob]).toBe(given[knob]);
      }
      expect(layout.workers).toBeGreaterThanOrEqual(1);
      expect(slotsOf(layout)).toBe(Math.max(1, layout.threads));
    }),
  );
});

test("runs at once beyond the cores give one warning, and its remedy gives none", () => {
  fc.assert(
    fc.property(knobs, fc.integer({ min: 1, max: 16 }), (given, cores) => {
      const layout = layoutOf(given, cores);
      const warnings = layoutWarnings({ ...layout, cores });
      expect(warnings.length).toBe(layout.workers * slotsOf(layout) > cores ? 1 : 0);
      const [warning = ""] = warnings;
      const advised = (flag: string) => new RegExp(`--${flag} (\\d+)`).exec(warning)?.[1];
      const mended = {
        ...layout,
        workers: Number(advised("workers") ?? layout.workers),
        threads: Number(advised("threads") ?? layout.threads),
      };
      expect(layoutWarnings({ ...mended, cores })).toEqual([]);
    }),
  );
});

test("the warning says what is too much and what to do", () => {
  const layout = { workers: 3, threads: 2, executor: "threads", cores: 2 } as const;
  expect(layoutWarnings(layout)).toEqual([
    "3 workers x 2 slots are 6 runs at once for 2 cores. More runs than cores only slow each other down. Use --workers 2 --threads 1, or --cores if there are more",
  ]);
});

describe("overrides", () => {
  test("are the knobs that differ from the mode", () => {
    const given = { mode: "threads", workers: 2, threads: 4, executor: "inline" } as const;
    expect(overridesOf(given, 4)).toEqual(["--workers 2", "--executor inline"]);
  });

  test("a knob that equals the mode is no override", () => {
    expect(overridesOf({ mode: "cluster", ...auto, workers: 4, executor: "inline" }, 4)).toEqual(
      [],
    );
  });
});

test("a worker has a Piscina pool if it has threads that are not libuv's", () => {
  expect(hasThreadPool({ threads: 2, executor: "threads" })).toBe(true);
  expect(hasThreadPool({ threads: 2, executor: "inline" })).toBe(true);
  expect(hasThreadPool({ threads: 0, executor: "inline" })).toBe(false);
  expect(hasThreadPool({ threads: 2, executor: "libuv" })).toBe(false);
});

test("one is singular", () => {
  expect([0, 1, 2].map((number) => counted(number, "slot"))).toEqual([
    "0 slots",
    "1 slot",
    "2 slots",
  ]);
});

test("own tasks on the event loop give a warning with the mode to use", () => {
  const taskFiles = ["a.mjs", "b.mjs"];
  expect(ownTaskWarnings({ executor: "inline", taskFiles })).toEqual([
    expect.stringMatching(/GET \/livez included.*Use --mode threads where/),
  ]);
  expect(ownTaskWarnings({ executor: "threads", taskFiles })).toEqual([]);
  expect(ownTaskWarnings({ executor: "inline", taskFiles: [] })).toEqual([]);
});

test("executors differ by their traits", () => {
  const having = (trait: keyof ExecutorTraits) =>
    executorNames.filter((name) => executors[name][trait]);
  expect(having("computesOnLoop")).toEqual(["inline"]);
  expect(having("usesLibuvPool")).toEqual(["libuv"]);
  expect(having("needsNativeForm")).toEqual(["libuv"]);
});

test("own tasks that libuv cannot run give a warning with the executor to ask for", () => {
  const tasks = [{ name: "double" }, { name: "native", runAsync: () => 1 }];
  expect(nativeFormWarnings({ executor: "libuv" }, tasks)).toEqual([
    "double has no runAsync: its runs need ?executor=inline",
  ]);
  expect(nativeFormWarnings({ executor: "libuv" }, [...tasks, { name: "b" }])).toEqual([
    "double, b have no runAsync: their runs need ?executor=inline",
  ]);
  expect(nativeFormWarnings({ executor: "inline" }, tasks)).toEqual([]);
  expect(nativeFormWarnings({ executor: "libuv" }, [])).toEqual([]);
});
