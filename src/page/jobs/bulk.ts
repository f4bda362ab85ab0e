import type { JobState } from "../../client/shown-job.ts";
import type { JobFilter } from "./filter.ts";
import { queryOf } from "./filter.ts";

export type BulkName = "cancel" | "retry" | "delete";

/** Which jobs an action can change. Those that are queued already need no retry. */
const statesOf: Readonly<Record<BulkName, readonly JobState[]>> = {
  cancel: ["queued", "running"],
  retry: ["failed", "cancelled", "expired"],
  delete: ["succeeded", "failed", "cancelled", "expired"],
};

/** What an action will change, by the filters that are set; null if that is nothing. */
export function selectionFor(name: BulkName, filter: JobFilter): JobFilter | null {
  const possible = statesOf[name];
  const states =
    filter.states.length === 0 ? possible : filter.states.filter((each) => possible.includes(each));
  return states.length === 0 ? null : { ...filter, states };
}

/** The request that does it. */
export function requestFor(name: BulkName, selection: JobFilter) {
  const method = name === "delete" ? "DELETE" : "POST";
  const path = name === "delete" ? "jobs" : `jobs/${name}`;
  return { method, path: `${path}?${queryOf(selection)}` };
}

/** What is asked before it is done. */
export function askFor(name: BulkName, selection: JobFilter, count: number, isMore: boolean) {
  const jobs = `${isMore ? "more than " : ""}${count.toLocaleString("en")} ${count === 1 && !isMore ? "job" : "jobs"}`;
  const task = selection.task === null ? "of all tasks" : `of the task ${selection.task}`;
  const verb = { cancel: "Cancel", retry: "Run again", delete: "Delete" }[name];
  const states = selection.states.join(", ");
  const lost = name === "delete" ? " Their inputs, results and histories go with them." : "";
  return {
    title: `${verb} ${jobs}?`,
    text: `All jobs ${task} that are ${states}.${lost}`,
    button: `${verb} ${jobs}`,
  };
}
