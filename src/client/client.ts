/**
 * The client of a manycore server, for Node and browsers: `fetch` and nothing else.
 *
 *     import { createClient } from "manycore/client";
 *     import type * as tasks from "./tasks.ts";
 *
 *     const api = createClient<typeof tasks>("http://127.0.0.1:8000");
 *     const small = await api.thumbnail.run({ data: photo, query: { width: 200 } });
 *     const job = await api.report.submit({ month: "2026-11" }, { priority: 5 });
 *     const report = await job.wait();
 */
import { Connection, type ConnectionOptions } from "./connection.ts";
import { JobHandle } from "./job-handle.ts";
import { TaskClient } from "./task-client.ts";
import type { Client } from "./types.ts";

export type { ConnectionOptions as ClientOptions } from "./connection.ts";
export { JobError, type JobEvent, JobHandle } from "./job-handle.ts";
export type { OutputBytes } from "./output.ts";
export { type Problem, ProblemError, type ProblemField } from "./problem-error.ts";
export type { JobState, ShownJob, SubmitOptions } from "./shown-job.ts";
export type { RunOptions } from "./task-client.ts";
export type { Client } from "./types.ts";

/**
 * Makes a client. Nothing is sent yet. Its members are the tasks by their names, such as
 * `api.thumbnail` or `api["word-count"]`, and `$job(id)`, a job that was submitted before.
 *
 * @typeParam Tasks the type of the module that exports the tasks: it types every input and output
 * @param url of the server
 * @throws TypeError where that is no URL
 */
export function createClient<Tasks = unknown>(
  url: string | URL,
  options: ConnectionOptions = {},
): Client<Tasks> {
  const connection = new Connection(url, options);
  const tasks = new Map<string, TaskClient>();
  const taskOf = (name: string) => {
    const task = tasks.get(name) ?? new TaskClient(connection, name);
    tasks.set(name, task);
    return task;
  };
  return new Proxy({} as Client<Tasks>, {
    get: (_target, name) => {
      // A client is no promise, although each of its members is a task.
      if (typeof name === "symbol" || name === "then") return undefined;
      if (name === "$job") return (id: string) => new JobHandle(connection, id);
      return taskOf(name);
    },
  });
}
