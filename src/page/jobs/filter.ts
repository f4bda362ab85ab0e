import type { JobState } from "../../client/shown-job.ts";

/** Which jobs are shown. */
export interface JobFilter {
  /** None stands for all. */
  readonly states: readonly JobState[];
  /** Null for those of all tasks. */
  readonly task: string | null;
}

/** As parameters of `GET /jobs`, and of what is done to many. */
export function queryOf({ states, task }: JobFilter): string {
  const query = new URLSearchParams();
  if (states.length > 0) query.set("state", states.join(","));
  if (task !== null) query.set("task", task);
  return query.toString();
}

/** The filter with this state added, or taken out. */
export function toggled(filter: JobFilter, state: JobState): JobFilter {
  const isSet = filter.states.includes(state);
  const states = isSet ? filter.states.filter((each) => each !== state) : [...filter.states, state];
  return { ...filter, states };
}
