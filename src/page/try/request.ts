import { queryOf, type Sent } from "./commands.ts";

/** What is sent to the server for a run, or for a job. */
export interface Ordered {
  readonly task: string;
  readonly isJob: boolean;
  readonly sent: Sent;
  /** Of `bytes`. */
  readonly file?: File | undefined;
}

/** @returns the path from where the page is, and the request */
export function requestOf({ task, isJob, sent, file }: Ordered): {
  readonly path: string;
  readonly init: RequestInit;
} {
  const run = `server/tasks/${encodeURIComponent(task)}`;
  const accept = { Accept: "*/*" };
  if (sent.kind === "bytes") {
    const prefer = isJob ? { Prefer: "respond-async" } : {};
    const headers = { ...accept, ...prefer, "Content-Type": sent.type };
    return {
      path: run + queryOf(sent.query),
      init: { method: "POST", headers, body: file ?? null },
    };
  }
  const headers = { ...accept, "Content-Type": "application/json" };
  const body = JSON.stringify(isJob ? { task, input: sent.input } : sent.input);
  return { path: isJob ? "server/jobs" : run, init: { method: "POST", headers, body } };
}
