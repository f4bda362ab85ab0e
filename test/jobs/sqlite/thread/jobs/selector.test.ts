import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jobStates } from "../../../../../src/jobs/job.ts";
import { CreationTimes } from "../../../../../src/jobs/sqlite/thread/jobs/creation-times.ts";
import { foundBy, stateOf } from "../../../../../src/jobs/sqlite/thread/jobs/rows.ts";
import { type RowFilter, Selector } from "../../../../../src/jobs/sqlite/thread/jobs/selector.ts";
import { migrate } from "../../../../../src/jobs/sqlite/thread/schema/schema.ts";
import { plainJob } from "../../../../contracts/queue-under-test.ts";

interface ModelJob {
  readonly state: number;
  readonly task: string;
  readonly grp: string | null;
  readonly batch: number | null;
  readonly tags: readonly string[];
  readonly schedule: string | null;
  /** Since the job before. Below 0: the clock was set back by this before. */
  readonly afterMs: number;
  /** It is not in the file any more. */
  readonly isGone: boolean;
}

const arbitraryJob: fc.Arbitrary<ModelJob> = fc.record({
  state: fc.nat(8),
  task: fc.constantFrom("a", "b"),
  grp: fc.constantFrom(null, "g", "h"),
  batch: fc.constantFrom(null, 1, 2),
  tags: fc.uniqueArray(fc.constantFrom("x", "y", "z")),
  schedule: fc.constantFrom(null, "x", "s"),
  afterMs: fc.oneof(
    { weight: 9, arbitrary: fc.nat(5000) },
    { weight: 1, arbitrary: fc.integer({ min: -30_000, max: -1000 }) },
  ),
  isGone: fc.nat(4).map((die) => die === 0),
});

const time = fc.integer({ min: -40_000, max: 100_000 });
const arbitraryFilter = fc.record(
  {
    states: fc.uniqueArray(fc.constantFrom(...jobStates), { minLength: 1 }),
    task: fc.constantFrom("a", "b"),
    tag: fc.constantFrom("x", "y", "none"),
    schedule: fc.constantFrom("x", "s", "none"),
    group: fc.constantFrom("g", "none"),
    batch: fc.constantFrom(1, 0),
    createdAfter: time,
    createdBefore: time,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<RowFilter>;

interface ModelRow extends ModelJob {
  readonly seq: number;
  readonly createdAt: number;
}

/** Writes the jobs into a file in memory, as submits and steps of the clock would. */
function fileOf(jobs: readonly ModelJob[]) {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  const times = new CreationTimes(db);
  const insert = db.prepare(
    `INSERT INTO job (state, task, grp, batch, created_at, priority, max_attempts, timeout_ms,
       backoff_ms, run_at) VALUES (?, ?, ?, ?, ?, 0, 1, 1, 1, 0)`,
  );
  const tag = db.prepare("INSERT INTO tag VALUES (?, ?)");
  const rows: ModelRow[] = [];
  let now = 0;
  for (const job of jobs) {
    now += job.afterMs;
    if (job.afterMs < 0) times.beginSpan();
    const { state, task, grp, batch } = job;
    const seq = Number(insert.run(state, task, grp, batch, now).lastInsertRowid);
    const schedule = job.schedule === null ? null : { name: job.schedule, scheduledFor: null };
    const found = foundBy({ ...plainJob, tags: job.tags, schedule });
    for (const each of found) tag.run(each, seq);
    rows.push({ ...job, seq, createdAt: now });
  }
  const gone = rows.filter(({ isGone }) => isGone);
  for (const { seq } of gone)
    db.exec(`DELETE FROM job WHERE seq = ${seq}; DELETE FROM tag WHERE seq = ${seq}`);
  return { db, times, rows: rows.filter(({ isGone }) => !isGone).toReversed() };
}

function isSelected(row: ModelRow, filter: RowFilter): boolean {
  return (
    (filter.states?.includes(stateOf(row.state)) ?? true) &&
    (filter.task ?? row.task) === row.task &&
    (filter.tag === undefined || row.tags.includes(filter.tag)) &&
    (filter.schedule === undefined || row.schedule === filter.schedule) &&
    (filter.group === undefined || row.grp === filter.group) &&
    (filter.batch === undefined || row.batch === filter.batch) &&
    row.createdAt >= (filter.createdAfter ?? Number.NEGATIVE_INFINITY) &&
    row.createdAt < (filter.createdBefore ?? Number.POSITIVE_INFINITY)
  );
}

test("all pages together are what a filter selects, whatever was done to the clock", () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryJob, { maxLength: 60 }),
      arbitraryFilter,
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 20 }),
      (jobs, filter, limit, scanLimit) => {
        const { db, times, rows } = fileOf(jobs);
        const selector = new Selector(db, times, scanLimit);
        const found: number[] = [];
        let before: number | null = Number.MAX_SAFE_INTEGER;
        while (before !== null) {
          const page = selector.select(filter, limit, before);
          expect(page.seqs.length).toBeLessThanOrEqual(limit);
          expect(page.before ?? 0).toBeLessThan(before);
          found.push(...page.seqs);
          before = page.before;
        }
        expect(found).toEqual(rows.filter((row) => isSelected(row, filter)).map(({ seq }) => seq));
        db.close();
      },
    ),
    { numRuns: 300 },
  );
});

describe("times", () => {
  const plain = {
    state: 1,
    task: "a",
    grp: null,
    batch: null,
    tags: [],
    schedule: null,
    isGone: false,
  };

  test("a span of time is found without a look at the other rows", () => {
    const { times } = fileOf(Array.from({ length: 2000 }, () => ({ ...plain, afterMs: 1000 })));
    // Row n was created at n seconds; the slack is two seconds at each end.
    expect(times.rangesOf({ createdAfter: 500_000, createdBefore: 510_000 })).toEqual([
      { from: 498, to: 512 },
    ]);
    expect(times.rangesOf({ createdAfter: 3_000_000 })).toEqual([]);
  });

  test("a clock that was set back while the server was down begins a new span", () => {
    const { db, times } = fileOf([
      { ...plain, afterMs: 60_000 },
      { ...plain, afterMs: 60_000 },
    ]);
    times.compare(120_000);
    expect(times.rangesOf({ createdAfter: 0 })).toHaveLength(1);
    times.compare(119_000);
    db.exec(`INSERT INTO job (state, task, created_at, priority, max_attempts, timeout_ms, backoff_ms,
      run_at) VALUES (1, 'a', 0, 0, 1, 1, 1, 0)`);
    expect(times.rangesOf({ createdAfter: 0 })).toEqual([
      { from: 3, to: 4 },
      { from: 0, to: 3 },
    ]);
  });
});
