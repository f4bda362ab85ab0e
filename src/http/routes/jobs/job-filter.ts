import type { ParsedUrlQuery } from "node:querystring";
import { z } from "zod";
import type { Selection } from "../../../jobs/control.ts";
import { type JobFilter, type JobListing, type JobState, jobStates } from "../../../jobs/job.ts";
import { defaultListLimit, maxListLimit } from "../../../jobs/limits.ts";
import { type BulkAction, statesOfAction } from "../../../jobs/transitions/by-hand.ts";
import { checkFields } from "../../../tasks/check/check.ts";
import { limitField } from "../../page.ts";
import { explainInvalidQuery } from "../../query.ts";

function name(what: string) {
  const error = `must be ${what}, given once`;
  return z.string({ error }).min(1, error).optional();
}

function time() {
  const error = "must be a time as in 2026-11-29T22:00:00Z, given once (RFC 3339; write + as %2B)";
  return z.iso.datetime({ offset: true, error }).optional();
}

const isState = (text: string): text is JobState => (jobStates as readonly string[]).includes(text);

/** `state=a,b` and `state=a&state=b` mean the same. */
const states = z
  .custom<string | readonly string[]>()
  .transform((sent) => [sent].flat().flatMap((text) => text.split(",")))
  .refine((all) => all.every(isState), {
    error: `must be one or more of ${jobStates.join(", ")}, with commas between them`,
  })
  .transform((all) => [...new Set(all as JobState[])])
  .optional();

/** The filters of a list, and which page of it. */
export const jobQuery = z.strictObject({
  state: states,
  task: name("the name of a task"),
  tag: name("one tag"),
  group: name("the key of a group"),
  batch: name("the id of a batch"),
  schedule: name("the name of a schedule"),
  createdAfter: time(),
  createdBefore: time(),
  limit: limitField,
  cursor: z.string({ error: "must be the cursor of the page before, given once" }).optional(),
});

type Fields = z.infer<typeof jobQuery>;

/**
 * Reads which page of which jobs a client wants.
 *
 * @throws AppError `invalid-input` that names every query parameter that is not valid
 */
export function readListing(query: ParsedUrlQuery): JobListing {
  const sent = readFields(query);
  return { ...filterOf(sent), ...pageOf(sent, defaultListLimit) };
}

/**
 * Reads which jobs a client wants to change. Only states that the action changes can be named.
 *
 * @throws AppError `invalid-input` as `readListing` does, and where no filter is given
 */
export function readSelection(query: ParsedUrlQuery, action: BulkAction): Selection {
  const sent = readFields(query);
  const filter = filterOf(sent);
  const allowed = statesOfAction[action];
  const example = allowed.at(-1) ?? "";
  if (Object.keys(filter).length === 0) {
    const message = `name at least one filter, as in ?state=${example}: task, tag, group, batch, schedule, createdAfter or createdBefore`;
    throw explainInvalidQuery([{ path: "/state", message }]);
  }
  const strays = filter.states?.filter((state) => !allowed.includes(state)) ?? [];
  if (strays.length > 0) {
    const message = `must be one or more of ${allowed.join(", ")}: this request leaves ${strays.join(" and ")} jobs as they are`;
    throw explainInvalidQuery([{ path: "/state", message }]);
  }
  return { ...filter, states: filter.states ?? allowed, ...pageOf(sent, maxListLimit) };
}

function readFields(sent: ParsedUrlQuery): Fields {
  return checkFields("The query", jobQuery, { ...sent });
}

function filterOf(fields: Fields) {
  const { state, task, tag, group, batch, schedule, createdAfter, createdBefore } = fields;
  const after = createdAfter === undefined ? undefined : Date.parse(createdAfter);
  const before = createdBefore === undefined ? undefined : Date.parse(createdBefore);
  if (after !== undefined && before !== undefined && before <= after) {
    const message = "must be later than createdAfter";
    throw explainInvalidQuery([{ path: "/createdBefore", message }]);
  }
  const filter: JobFilter = {
    ...(state !== undefined && { states: state }),
    ...(task !== undefined && { task }),
    ...(tag !== undefined && { tag }),
    ...(group !== undefined && { group }),
    ...(batch !== undefined && { batch }),
    ...(schedule !== undefined && { schedule }),
    ...(after !== undefined && { createdAfter: after }),
    ...(before !== undefined && { createdBefore: before }),
  };
  return filter;
}

function pageOf({ limit, cursor }: Fields, usual: number) {
  return { limit: limit ?? usual, ...(cursor !== undefined && { cursor }) };
}
