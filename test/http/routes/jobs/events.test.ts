import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventStream } from "../../../../src/http/routes/event-stream.ts";
import { jobEvents } from "../../../../src/http/routes/jobs/event-stream.ts";
import type { Job } from "../../../../src/jobs/job.ts";
import { plainParts } from "../../../../src/jobs/new-job.ts";
import { JobApp } from "../../../helpers/job-app.ts";
import { ManualClock } from "../../../helpers/manual-clock.ts";

interface Event {
  readonly event: string;
  readonly id: number;
  readonly data: Record<string, unknown>;
}

const eventOf = (block: string): Event => {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
  return { event: field("event"), id: Number(field("id")), data: JSON.parse(field("data")) };
};
const eventsOf = (text: string) =>
  text
    .split("\n\n")
    .filter((block) => block.startsWith("event:"))
    .map(eventOf);

/** The events that a client has received so far. */
class Heard {
  #text = "";
  readonly #chunks: AsyncIterator<string>;

  constructor(response: Response) {
    const chunks = response.body?.pipeThrough(new TextDecoderStream());
    if (!chunks) throw new Error("The response has no body");
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Resolves when so many events have arrived. */
  async has(count: number): Promise<void> {
    while (eventsOf(this.#text).length < count) if (!(await this.#more())) return;
  }

  /** Resolves with everything at the end of the stream. */
  async all(): Promise<string> {
    while (await this.#more());
    return this.#text;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    this.#text += value ?? "";
    return !done;
  }
}

describe("GET /jobs/:id/events", () => {
  let app: JobApp;
  let server: Server;
  let stopping: AbortController;

  beforeEach(async () => {
    stopping = new AbortController();
    app = await JobApp.open({ stopping: stopping.signal });
    server = createServer(app.listener).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await app[Symbol.asyncDispose]();
  });

  const open = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers });

  async function submitted(task: string, input: object): Promise<string> {
    const [answer] = await app.queue.jobs.submit([
      {
        ...{ task, input: JSON.stringify(input), priority: 0, runAt: null, maxAttempts: 2 },
        ...{ ...plainParts, timeoutMs: 60_000, backoffMs: 0 },
      },
    ]);
    return answer?.kind === "accepted" ? answer.job.id : "";
  }

  test("sends the job at each change, with rising ids, and ends when it is done", async () => {
    const id = await submitted("double", { value: 1 });
    const response = await open(`/jobs/${id}/events`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const heard = new Heard(response);
    await heard.has(1);
    app.run();
    const text = await heard.all();
    expect(text).toMatch(/^retry: 1000\n\n/);
    const events = eventsOf(text);
    expect(events[0]).toMatchObject({ event: "state", data: { id, state: "queued" } });
    expect(events.at(-1)).toMatchObject({ event: "state", data: { state: "succeeded" } });
    const ids = events.map((event) => event.id);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("sends progress", async () => {
    const id = await submitted("steps", { steps: [{ done: 0.5 }] });
    const response = await open(`/jobs/${id}/events`);
    app.run();
    const told = eventsOf(await response.text()).at(-1);
    expect(told?.data["progress"]).toEqual({ done: 0.5 });
  });

  test("a client that reconnects gets only newer events; 204 if there are none to come", async () => {
    const id = await submitted("double", { value: 1 });
    app.run();
    await app.ended(id);
    const all = eventsOf(await (await open(`/jobs/${id}/events`)).text());
    const last = all.at(-1)?.id ?? 0;
    const back = (version: number) =>
      open(`/jobs/${id}/events`, { "last-event-id": String(version) });
    const newer = eventsOf(await (await back(last - 1)).text());
    expect(newer.map((event) => event.id)).toEqual([last]);
    const nothing = await back(last);
    expect([nothing.status, await nothing.text()]).toEqual([204, ""]);
  });

  test("a client that has every event of a running job waits for more", async () => {
    const id = await submitted("double", { value: 1 });
    const response = await open(`/jobs/${id}/events`, { "last-event-id": "1" });
    expect(response.status).toBe(200);
    const heard = new Heard(response);
    app.run();
    expect(eventsOf(await heard.all()).at(-1)).toMatchObject({ data: { state: "succeeded" } });
  });

  test("an unknown Last-Event-ID is a 400", async () => {
    const id = await submitted("double", { value: 1 });
    const response = await open(`/jobs/${id}/events`, { "last-event-id": "x" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining("Last-Event-ID"),
    });
  });

  test("a stopping worker ends its streams, so that the client goes on with another", async () => {
    const id = await submitted("double", { value: 1 });
    const response = await open(`/jobs/${id}/events`);
    const heard = new Heard(response);
    await heard.has(1);
    stopping.abort();
    expect(eventsOf(await heard.all()).map(({ data }) => data["state"])).toEqual(["queued"]);
  });

  test("406 for a client that accepts no event stream", async () => {
    const id = await submitted("double", { value: 1 });
    const response = await open(`/jobs/${id}/events`, { accept: "application/json" });
    expect(response.status).toBe(406);
    await response.text();
  });
});

describe("an event stream", () => {
  const job: Job = {
    ...{ id: "x", task: "double", state: "running", version: 1, priority: 0, attempts: 1 },
    ...{ maxAttempts: 1, timeoutMs: 1, createdAt: 0, runAt: null, startedAt: 0, finishedAt: null },
    ...{ progress: null, cancelRequested: false, error: null, traceparent: null, tags: [] },
    ...{ group: null, startBefore: null, waitsFor: 0, batch: null },
    ...{ schedule: null, scheduledFor: null, hasWebhook: false },
  };

  test("sends a slow client only the newest event, once it has read the one before", async () => {
    const clock = new ManualClock();
    const stream = new EventStream(jobEvents, -1, clock);
    const progress = JSON.stringify("x".repeat(20_000));
    for (let version = 1; version <= 1000; version++) stream.tell({ ...job, version, progress });
    const { readable } = stream;
    expect(readable.readableLength).toBeLessThan(100_000);
    const text = textOf(readable);
    readable.once("data", () => setImmediate(() => stream.end()));
    const ids = eventsOf(await text).map(({ id }) => id);
    expect(ids[0]).toBe(1);
    expect(ids.at(-1)).toBe(1000);
    expect(ids.length).toBeLessThan(10);
  });

  test("keeps a silent connection alive, and leaves no timer behind", async () => {
    const clock = new ManualClock();
    const stream = new EventStream(jobEvents, -1, clock);
    const text = textOf(stream.readable);
    clock.advance(15_000);
    clock.advance(15_000);
    stream.end();
    expect(await text).toBe("retry: 1000\n\n:\n\n:\n\n");
    expect(clock.pending).toBe(0);
    const left = new EventStream(jobEvents, -1, clock);
    left.readable.destroy();
    await once(left.readable, "close");
    expect(clock.pending).toBe(0);
  });
});
