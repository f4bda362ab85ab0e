/** Requests for runs of tasks. */
import { stringify } from "node:querystring";
import type { LoadRequest } from "../load/generator/plan.ts";

/** The body of a request to a task that takes bytes. */
export interface BytesBody {
  readonly data: Uint8Array;
  readonly type: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A run of a task that takes JSON. */
export function makePost(task: string, input: unknown): LoadRequest {
  return { method: "POST", path: pathOf(task), body: JSON.stringify(input) };
}

/** A run of a task that takes bytes. */
export function makeBytesPost(task: string, { data, type, query }: BytesBody): LoadRequest {
  const parameters = stringify(query);
  const path = parameters === "" ? pathOf(task) : `${pathOf(task)}?${parameters}`;
  return { method: "POST", path, headers: { "content-type": type }, body: data };
}

/** What a result says of bytes: how many, and how they were sent. */
export function describeBytes({ data, type, query }: BytesBody) {
  return { bytes: data.length, type, query };
}

function pathOf(task: string): string {
  return `/tasks/${encodeURIComponent(task)}`;
}
