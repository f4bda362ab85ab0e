/** Requests that are right but for their headers: they fill the server with jobs to ask for. */
import fc from "fast-check";

const run = fc.constantFrom(
  { task: "double", input: { value: 21 } },
  { task: "later", input: { value: 1 } },
  { task: "steps", input: { steps: [1, 2], fails: true } },
  { task: "hash", input: { algorithm: "sha256", iterations: 5 } },
  { task: "json", input: { document: '{"b":1,"a":2}' } },
);

const order = fc.record(
  {
    priority: fc.integer({ min: -5, max: 5 }),
    tags: fc.constantFrom([], ["a"], ["a", "b:c"]),
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    timeoutMs: fc.constantFrom(1, 1000),
    backoffMs: fc.constantFrom(0, 50),
    group: fc.constantFrom<unknown>("a", { key: "b", concurrency: 1 }),
    unique: fc.constantFrom<unknown>({ key: "a" }, { key: "b", onConflict: "replace" }),
    runAt: fc.constantFrom("2020-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    startBefore: fc.constant("2028-01-01T00:00:00Z"),
  },
  { requiredKeys: [] },
);

const job = fc.tuple(run, order).map(([what, how]) => ({ ...what, ...how }));
const schedule = fc.record({ cron: fc.constantFrom("* * * * *", "@daily"), job: run });

/** A method, a path, and the JSON to send to it. */
export interface RightRequest {
  readonly method: string;
  readonly path: string;
  readonly sent: unknown;
}

const to = (method: string, path: string, sent: fc.Arbitrary<unknown>) =>
  sent.map((value): RightRequest => ({ method, path, sent: value }));

export const rightRequest = fc.oneof(
  { weight: 4, arbitrary: to("POST", "/jobs", job) },
  { weight: 1, arbitrary: to("POST", "/jobs", fc.array(job, { minLength: 1, maxLength: 4 })) },
  {
    weight: 1,
    arbitrary: to(
      "POST",
      "/batches",
      fc.array(run, { maxLength: 4 }).map((jobs) => ({ jobs })),
    ),
  },
  { weight: 1, arbitrary: to("PUT", "/schedules/:name", schedule) },
  { weight: 1, arbitrary: to("POST", "/jobs/resume", fc.constant({})) },
  { weight: 1, arbitrary: to("POST", "/tasks/double", fc.constant({ value: 2 })) },
  { weight: 1, arbitrary: to("POST", "/tasks/steps", fc.constant({ steps: [1] })) },
  { weight: 1, arbitrary: to("POST", "/hash", fc.constant({ input: "a", iterations: 2 })) },
);
