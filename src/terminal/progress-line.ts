import type { JobHandle } from "../client/client.ts";

/** Shows how far a job is, on the standard error, until it has ended. */
export async function followProgress(job: JobHandle): Promise<void> {
  const { stderr } = process;
  let last = "";
  for await (const { job: shown } of job.events()) {
    const told = shown.progress === null ? "" : ` ${JSON.stringify(shown.progress)}`;
    const line = `${shown.state}${told}`;
    if (line === last) continue;
    last = line;
    // A terminal shows one line that changes; a file gets a line for each change.
    stderr.write(stderr.isTTY ? `\r\u001B[K${line.slice(0, stderr.columns - 1)}` : `${line}\n`);
  }
  if (stderr.isTTY) stderr.write("\n");
}
