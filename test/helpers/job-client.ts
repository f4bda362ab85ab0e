import type { ServerProcess } from "./server-process.ts";

/** A job as a client reads it. */
export interface ClientJob {
  readonly id: string;
  readonly state: string;
  readonly done: boolean;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress: unknown;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly detail: string };
}

export async function submitJob(
  server: ServerProcess,
  task: string,
  input: unknown,
  more: object = {},
): Promise<ClientJob> {
  const response = await server.post("/jobs", { task, input, ...more });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as ClientJob;
}

/** The job when it is done; the server answers when it is. */
export async function jobEnd(server: ServerProcess, id: string): Promise<ClientJob> {
  for (;;) {
    const response = await fetch(new URL(`/jobs/${id}`, server.url), {
      headers: { prefer: "wait=30" },
    });
    const job = (await response.json()) as ClientJob;
    if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(job)}`);
    if (job.done) return job;
  }
}

/** The job as its events tell it, until one is as wished. */
export async function jobTold(
  server: ServerProcess,
  id: string,
  wished: (job: ClientJob) => boolean,
): Promise<ClientJob> {
  const response = await fetch(new URL(`/jobs/${id}/events`, server.url));
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (const [, data] of text.matchAll(/^data: (.*)\n\n/gm)) {
      const job = JSON.parse(data ?? "") as ClientJob;
      if (wished(job)) return job;
    }
  }
  throw new Error(`The events of ${id} ended without what was wished for:\n${text}`);
}
