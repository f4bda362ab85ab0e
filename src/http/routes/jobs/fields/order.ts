import { z } from "zod";
import type { FieldError } from "../../../../errors.ts";
import { maxConcurrency, maxGroupKey, maxUniqueKey } from "../../../../jobs/limits.ts";
import type { NewJob } from "../../../../jobs/new-job.ts";
import { timeField } from "./time.ts";

const groupText = `must be 1 to ${maxGroupKey} characters, or {"key","concurrency"}`;
const groupKey = `must be 1 to ${maxGroupKey} characters`;
const limit = `must be a whole number from 1 to ${maxConcurrency}`;
const uniqueKey = `must be 1 to ${maxUniqueKey} characters`;
const spans = 'must be "queued" (until its first start) or "unfinished" (until its end)';
const answers = 'must be "return", "replace" or "refuse"';

/** SQLite would keep half of a pair (a lone surrogate) as U+FFFD: two keys would become one. */
function keyOf(most: number, error: string) {
  const broken = "must be whole characters: it has half of a surrogate pair";
  const isWhole = (text: string) => text.isWellFormed();
  return z.string({ error }).min(1, error).max(most, error).refine(isWhole, { error: broken });
}

const groupObject = z.strictObject(
  {
    key: keyOf(maxGroupKey, groupKey),
    concurrency: z
      .number({ error: limit })
      .int(limit)
      .min(1, limit)
      .max(maxConcurrency, limit)
      .optional(),
  },
  { error: groupText },
);
const groupName = keyOf(maxGroupKey, groupText);

/** The two forms of `group`. */
export const groupForms = [groupName, groupObject] as const;

/** Either form, with the errors of the form that was sent: a union would tell of both. */
const groupField = z
  .custom<z.infer<typeof groupName> | z.infer<typeof groupObject>>()
  .superRefine((sent: unknown, { addIssue }) => {
    const form = typeof sent === "object" ? groupObject : groupName;
    for (const issue of form.safeParse(sent).error?.issues ?? []) addIssue({ ...issue });
  });

/** The fields of a submission that say whose turn it is, and when it is too late. */
export const orderFields = {
  group: groupField.optional(),
  startBefore: timeField.optional(),
  unique: z
    .strictObject(
      {
        key: keyOf(maxUniqueKey, uniqueKey),
        while: z.enum(["queued", "unfinished"], { error: spans }).optional(),
        onConflict: z.enum(["return", "replace", "refuse"], { error: answers }).optional(),
      },
      { error: 'must be an object with "key"' },
    )
    .optional(),
};

type OrderFields = z.infer<z.ZodObject<typeof orderFields>>;

export function orderParts(fields: OrderFields): Pick<NewJob, "group" | "startBefore" | "unique"> {
  const { group, startBefore, unique } = fields;
  return {
    group: group === undefined ? null : groupOf(group),
    startBefore: startBefore === undefined ? null : Date.parse(startBefore),
    unique: unique === undefined ? null : uniqueOf(unique),
  };
}

/** What is wrong with a `startBefore` that is over. */
export const startTooLate = "must be later than now";

/**
 * What is wrong with the combination of fields that are valid on their own.
 *
 * @param fields all fields of the job
 * @param now null for a job with an Idempotency-Key: it may be known, and repeated later. The queue
 *   looks at the key first, and then at the time
 */
export function orderProblems(
  fields: OrderFields & {
    readonly runAt?: string | undefined;
    readonly after?: readonly unknown[] | undefined;
  },
  now: number | null,
): readonly FieldError[] {
  const { startBefore, runAt, unique, after } = fields;
  const problems: FieldError[] = [];
  const mustStart = startBefore === undefined ? Number.POSITIVE_INFINITY : Date.parse(startBefore);
  if (now !== null && mustStart <= now) {
    problems.push({ path: "/startBefore", message: startTooLate });
  } else if (runAt !== undefined && mustStart <= Date.parse(runAt)) {
    problems.push({ path: "/startBefore", message: "must be later than runAt" });
  }
  if (unique?.onConflict === "replace" && after !== undefined && after.length > 0) {
    const message = 'cannot be "replace" for a job with "after": leave one of them out';
    problems.push({ path: "/unique/onConflict", message });
  }
  return problems;
}

function groupOf(group: NonNullable<OrderFields["group"]>): NewJob["group"] {
  if (typeof group === "string") return { key: group, concurrency: null };
  return { key: group.key, concurrency: group.concurrency ?? null };
}

function uniqueOf(unique: NonNullable<OrderFields["unique"]>): NewJob["unique"] {
  const { key, while: span = "unfinished", onConflict = "return" } = unique;
  return { key, while: span, onConflict };
}
