import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { json } from "./words.ts";

/** A body, with the headers that tell what it is, rightly or not. */
export interface FuzzBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const task = fc.constantFrom("double", "hash", "primes", "json", "echo", "none");
const input = fc.oneof(
  { weight: 3, arbitrary: fc.record({ value: fc.integer() }) },
  { weight: 1, arbitrary: fc.constant({ iterations: 1 }) },
  { weight: 1, arbitrary: json },
);

/** A job that is right but for what `json` puts into it. */
const job = fc
  .tuple(task, input, fc.option(json, { freq: 3 }))
  .map(([name, given, more]) => ({ task: name, input: given, ...(isObject(more) ? more : {}) }));

const sent = fc.oneof(
  { weight: 3, arbitrary: json },
  { weight: 3, arbitrary: input },
  { weight: 3, arbitrary: job },
  { weight: 1, arbitrary: fc.array(job, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.record({ jobs: fc.array(job, { maxLength: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ cron: fc.constantFrom("* * * * *", "@daily", "x"), job }) },
  { weight: 1, arbitrary: fc.record({ everyMs: fc.constantFrom(0, 60_000, 1e9), job }) },
);

const asText = fc.oneof(
  { weight: 12, arbitrary: sent.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: sent.map((value) => JSON.stringify(value).slice(0, -1)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "",
      "{",
      "[".repeat(5000),
      `${"[".repeat(2000)}${"]".repeat(2000)}`,
      '{"__proto__":{"task":"hash"},"constructor":{"prototype":{"x":1}}}',
      '{"task":"double","task":"hash"}',
      '\ufeff{"value":1}',
      `{"value":${"9".repeat(5000)}}`,
      `"${"a".repeat(30_000)}"`,
    ),
  },
);

const bytes = fc.oneof(
  { weight: 8, arbitrary: asText.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array)) },
);

/** Small, and large once it is inflated. */
const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20), { level: 9 });
const jsonBomb = gzipSync(Buffer.from(`{"value":${"[".repeat(3_000_000)}`));

const coded = fc.oneof(
  { weight: 8, arbitrary: bytes.map((raw) => ({ raw, coding: "" })) },
  { weight: 1, arbitrary: bytes.map((raw) => ({ raw: gzipSync(raw), coding: "gzip" })) },
  { weight: 1, arbitrary: bytes.map((raw) => ({ raw: deflateSync(raw), coding: "deflate" })) },
  { weight: 1, arbitrary: bytes.map((raw) => ({ raw: brotliCompressSync(raw), coding: "br" })) },
  // Not what they say, or cut short.
  { weight: 1, arbitrary: bytes.map((raw) => ({ raw, coding: "gzip" })) },
  {
    weight: 1,
    arbitrary: bytes.map((raw) => ({ raw: gzipSync(raw).subarray(0, -9), coding: "gzip" })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { raw: bomb, coding: "gzip" },
      { raw: jsonBomb, coding: "gzip" },
      { raw: Buffer.from("{}"), coding: "zstd" },
      { raw: Buffer.from("{}"), coding: "gzip, gzip" },
    ),
  },
);

const type = fc.oneof(
  { weight: 6, arbitrary: fc.constant("application/json") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "image/png",
        "multipart/form-data",
      ],
      ...[
        "application/json; charset=utf-16",
        "application/json;;;",
        "x",
        "application/merge-patch+json",
      ],
    ),
  },
);

export const body: fc.Arbitrary<FuzzBody> = fc
  .tuple(coded, type)
  .map(([{ raw, coding }, given]) => ({
    headers: {
      ...(given && { "content-type": given }),
      ...(coding && { "content-encoding": coding }),
    },
    bytes: raw,
  }));

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
