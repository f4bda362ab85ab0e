import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = fileURLToPath(new URL("../fixtures/attempts.ts", import.meta.url));
const layers = 10;
const width = 6;

/** Layers of jobs, each after two of the layer before, and one that comes after the last layer. */
const jobs = [
  ...Array.from({ length: layers * width }, (_, place) => {
    const [layer, column] = [Math.floor(place / width), place % width];
    const before = [column, (column * 5 + layer) % width].map((each) => `#${layer - 1}.${each}`);
    const after = layer === 0 ? [] : [...new Set(before)];
    return { ref: `${layer}.${column}`, task: "paused", input: { ms: 20 }, after };
  }),
  {
    ref: "last",
    task: "paused",
    input: { ms: 1 },
    after: Array.from({ length: width }, (_, column) => `#${layers - 1}.${column}`),
  },
];

interface SubmittedBatch {
  readonly id: string;
  readonly jobs: readonly { readonly id: string; readonly ref: string }[];
}

interface Event {
  readonly name: string;
  readonly id: string;
  readonly done: number;
}

/** The events of a batch until one is as wished, or until the stream ends. */
async function eventsOf(
  server: ServerProcess,
  id: string,
  lastId: string | undefined,
  isEnough: (event: Event) => boolean,
): Promise<{ readonly status: number; readonly events: Event[] }> {
  const headers: Record<string, string> = lastId === undefined ? {} : { "last-event-id": lastId };
  const response = await fetch(new URL(`/batches/${id}/events`, server.url), { headers });
  const events: Event[] = [];
  let text = "";
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, name = "", eventId = "", data] =
        /^event: (\w+)\nid: (\d+)\ndata: (.*)$/.exec(block) ?? [];
      if (data === undefined) continue;
      const { progress } = JSON.parse(data) as { progress: { done: number } };
      events.push({ name, id: eventId, done: progress.done });
    }
    if (events.some(isEnough)) break;
  }
  return { status: response.status, events };
}

test("a batch goes on after a kill of the server, in its order, and ends once", async () => {
  using folder = new Folder();
  const flags = ["--workers", "2", "--tasks", tasks, "--queue", `sqlite:${folder.file("jobs.db")}`];
  let batch: SubmittedBatch;
  let last: Event | undefined;
  {
    await using server = await ServerProcess.start(flags);
    const response = await server.post("/batches", { jobs });
    expect(response.status).toBe(202);
    batch = (await response.json()) as SubmittedBatch;
    const { events } = await eventsOf(server, batch.id, undefined, ({ done }) => done >= 10);
    last = events.at(-1);
    server.child.kill("SIGKILL");
    await server.exited;
  }
  expect(last?.done).toBeLessThan(jobs.length);
  await using server = await ServerProcess.start(flags);
  const { events } = await eventsOf(server, batch.id, last?.id, ({ name }) => name === "none");
  expect(events.filter(({ name }) => name === "end")).toHaveLength(1);
  const end = events.at(-1);
  expect(end).toMatchObject({ name: "end", done: jobs.length });
  expect((await eventsOf(server, batch.id, end?.id, () => true)).status).toBe(204);
  await expectOrder(server, batch);
}, 60_000);

/** Each job began after all its prerequisites had ended. */
async function expectOrder(server: ServerProcess, batch: SubmittedBatch): Promise<void> {
  const [began, ended] = [new Map<string, number>(), new Map<string, number>()];
  for (const { id, ref } of batch.jobs) {
    const job = await server.get<{ state: string; startedAt: string; finishedAt: string }>(
      `/jobs/${id}`,
    );
    expect(job.state).toBe("succeeded");
    began.set(ref, Date.parse(job.startedAt));
    ended.set(ref, Date.parse(job.finishedAt));
  }
  for (const { ref, after } of jobs) {
    for (const each of after) {
      expect(began.get(ref)).toBeGreaterThanOrEqual(ended.get(each.slice(1)) ?? Number.NaN);
    }
  }
}
