import { z } from "zod";
import { abortingTwin } from "./aborting-twin.ts";
import { readsIssues } from "./reads-issues.ts";

/** What came of checking a value: the value as the schema makes it, or some of what is wrong. */
export type ParseOutcome<Value> =
  | { readonly kind: "valid"; readonly value: Value }
  | {
      readonly kind: "invalid";
      /** The first of them, `most` at most. */
      readonly issues: readonly z.core.$ZodIssue[];
      /** How many more there are; undefined where checking stopped before it knew. */
      readonly more: number | undefined;
    };

/** A value with more parts than this, fields and items in all, is checked to its first fault only. */
export const mostPartsForAll = 10_000;

/** A schema may make many issues of each part: past so many its objects and arrays stop at one. */
const mostContainersForAll = 1000;

/**
 * Checks a value by a schema in a time that is bounded by the value. `safeParse` makes an issue of
 * every wrong part and writes a message for each: half a million of them cost seconds of the event
 * loop, and a few are told. So a large value is checked to its first fault, as `z.validate` does it,
 * and messages are written for those that are told.
 *
 * @param most issues that are returned
 * @throws z.core.$ZodAsyncError where the schema is asynchronous; what the schema itself throws
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
    // zod asks whenever it enters an array, and whenever a field of an object is wrong.
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

/** @param isAll whether the issues are all that there are */
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

/** Whether nothing in it has parts of its own: most inputs, which this keeps as cheap as they were. */
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

/** Whether it has more fields and items than `most`, at any depth. */
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
