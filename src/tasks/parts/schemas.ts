/** What may be a task's schema. Threads load this file, so it knows zod by its marks only. */

const remedy =
  'make it with the z that manycore exports (import { z } from "manycore"), with valibot, arktype, ' +
  "or another library that follows Standard Schema";

/** Checks a schema; see `Check` in parts.ts. */
export function schemaFault(part: unknown): string | undefined {
  // A schema may be a function, as those of arktype are.
  const isObject = (typeof part === "object" && part !== null) || typeof part === "function";
  if (!isObject) return `must be a schema: ${remedy}`;
  const marks = part as { _zod?: { run?: unknown }; _def?: unknown; "~standard"?: unknown };
  if (typeof marks._zod?.run === "function") return undefined;
  const standard = marks["~standard"] as Record<string, unknown> | undefined;
  const { vendor = "zod", version, validate } = standard ?? {};
  if (marks._def !== undefined && vendor === "zod") {
    return 'must be a schema of zod 4, it is one of zod 3: make it with the z that manycore exports (import { z } from "manycore")';
  }
  if (!standard) return `must be a schema: ${remedy}`;
  if (version === 1 && typeof validate === "function") return undefined;
  return `must follow version 1 of Standard Schema, and this of ${vendor} does not: ${remedy}`;
}
