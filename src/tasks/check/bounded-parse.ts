import { z } from "zod";
import { abortingTwin } from "./aborting-twin.ts";
import { readsIssues } from "./reads-issues.ts";

/** The result of checking a value: the value as the schema returns it, or some of its issues. */
export type ParseOutcome<Value> =
  | { readonly kind: "valid"; readonly value: Value }
  | {
      readonly kind: "invalid";
      /** The first issues, `most` at most. */
      readonly issues: readonly z.core.$ZodIssue[];
      /** The number of further issues; undefined if checking stopped early. */
      readonly more: number | undefined;
    };

/** A value with more fields and items than this is checked to its first fault only. */
export const mostPartsForAll = 10_000;

/**
 * A schema may make many issues of each part. After this many objects and arrays, each stops at its
 * first.
 */
const mostContainersForAll = 1000;

/**
 * Checks a value by a schema, in time bounded by the value. `safeParse` makes an issue and a
 * message for every wrong part: half a million of them hold the event loop for seconds, although
 * few are shown. So a large value is checked to its first fault, as `z.validate` does it. Messages
 * are made only for issues that are shown.
 *
 * @param most the most issues that are returned
 * @throws z.core.$ZodAsyncError if the schema is asynchronous; what the schema itself throws
 */
export function parseBounded<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  most: number,
): ParseOutcome<Value> {
  if (isFlat(value) || readsIssues(schema)) {
    return outcome(run(schema, value, { async: false }), most, true);
  }
  if (hasMoreParts(value, mostPartsForAll)) {
    const payload = run(abortingTwin(schema), value, { async: false, abortEarly: true });
    return outcome(payload, most, false);
  }
  let asked = 0;
  const context = {
    async: false,
    // zod reads this at every array, and at every wrong field of an object.
    get abortEarly() {
      asked += 1;
      return asked > mostContainersForAll;
    },
  };
  const payload = run(schema, value, context);
  return outcome(payload, most, asked <= mostContainersForAll);
}

function run(schema: z.core.$ZodType, value: unknown, context: z.core.ParseContextInternal) {
  const payload = schema._zod.run({ value, issues: [] }, context);
  if (payload instanceof Promise) throw new z.core.$ZodAsyncError();
  return payload;
}

/** @param isAll whether there are no other issues */
function outcome<Value>(
  { value, issues }: z.core.ParsePayload,
  most: number,
  isAll: boolean,
): ParseOutcome<Value> {
  if (issues.length === 0) return { kind: "valid", value: value as Value };
  const config = z.core.config();
  const told = issues
    .slice(0, most)
    .map((issue) => z.core.util.finalizeIssue(issue, { async: false }, config));
  return { kind: "invalid", issues: told, more: isAll ? issues.length - told.length : undefined };
}

/** Whether it has no nested parts. Most inputs are so, and stay as cheap as with `safeParse`. */
function isFlat(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return false;
  let fields = 0;
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name];
    if (typeof field === "object" && field !== null) return false;
    fields += 1;
  }
  return fields <= mostContainersForAll;
}

/** Whether it has more fields and items than `most`, at all depths together. */
function hasMoreParts(value: unknown, most: number): boolean {
  let parts = 0;
  let level = [value];
  while (level.length > 0) {
    const inner: unknown[] = [];
    for (const each of level) {
      if (typeof each !== "object" || each === null) continue;
      parts += Array.isArray(each) ? each.length : Object.keys(each).length;
      if (parts > most) return true;
      for (const part of Object.values(each)) inner.push(part);
    }
    level = inner;
  }
  return false;
}
