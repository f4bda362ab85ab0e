import type { Task } from "../task.ts";
import { bareBytesOf, jsonOf } from "./output.ts";

/** The bytes of an output that was made by `bytes(data, type)`. */
export interface ReceivedBytes {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/**
 * The output of a run, for a caller in this process: what is left of it after JSON, or its bytes.
 *
 * @throws AppError `task-failed` where it is neither
 */
export function receiveOutput(task: Task, output: unknown): unknown {
  const bare = bareBytesOf(task, output);
  if (bare) return { data: bare.bare, type: bare.type } satisfies ReceivedBytes;
  return JSON.parse(jsonOf(task, output)) as unknown;
}
