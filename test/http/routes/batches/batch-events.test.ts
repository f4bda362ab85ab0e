import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import request from "supertest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventStream, type StreamKind } from "../../../../src/http/routes/event-stream.ts";
import { JobApp } from "../../../helpers/job-app.ts";
import { ManualClock } from "../../../helpers/manual-clock.ts";

let app: JobApp;
let server: Server;
let url: string;
beforeEach(async () => {
  app = await JobApp.open();
  server = createServer(app.listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await app[Symbol.asyncDispose]();
});

const job = { task: "double", input: { value: 1 } };
const eventsIn = (text: string) =>
  [...text.matchAll(/event: (\w+)\nid: (\d+)\ndata: (.*)/g)].map(([, name, id, data = ""]) => ({
    name,
    id,
    done: (JSON.parse(data) as { progress: { done: number } }).progress.done,
  }));

async function submitted(count: number): Promise<string> {
  const jobs = Array.from({ length: count }, () => job);
  const { body } = await request(app.listener).post("/batches").send({ jobs });
  return body.links.events;
}

test("the events of a batch tell its progress and its one end, and then end", async () => {
  const path = await submitted(5);
  const response = await fetch(new URL(path, url));
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  app.run();
  const events = eventsIn(await response.text());
  expect(events[0]).toMatchObject({ name: "progress", done: 0 });
  expect(events.filter(({ name }) => name === "end")).toEqual([events.at(-1)]);
  expect(events.at(-1)?.done).toBe(5);
  const ids = events.map(({ id }) => Number(id));
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
});

test("a client that reconnects gets what is newer, and 204 after the end", async () => {
  const path = await submitted(1);
  app.run();
  const all = eventsIn(await (await fetch(new URL(path, url))).text());
  const end = all.at(-1);
  const resume = (id: string) => fetch(new URL(path, url), { headers: { "last-event-id": id } });
  const before = await resume(String(Number(end?.id) - 1));
  expect(eventsIn(await before.text())).toEqual([end]);
  expect((await resume(end?.id ?? "")).status).toBe(204);
  expect((await resume("x")).status).toBe(400);
});

test("a job that is retried after the end makes no second end", async () => {
  const path = await submitted(1);
  const id = path.split("/")[2] ?? "";
  await request(app.listener).post(`/batches/${id}/cancel`);
  const [end, ...others] = eventsIn(await (await fetch(new URL(path, url))).text());
  expect([end?.name, others]).toEqual(["end", []]);
  const page = await request(app.listener).get(`/jobs?batch=${id}`);
  await request(app.listener).post(`/jobs/${page.body.jobs[0].id}/retry`);
  const resume = { headers: { "last-event-id": end?.id ?? "" } };
  expect((await fetch(new URL(path, url), resume)).status).toBe(204);
  const late = eventsIn(await (await fetch(new URL(path, url))).text());
  expect(late).toMatchObject([{ name: "end", id: end?.id }]);
  app.run();
  await app.ended(page.body.jobs[0].id);
  expect((await fetch(new URL(path, url), resume)).status).toBe(204);
});

test("between two events there is a pause, but the last one comes at once", async () => {
  const kind: StreamKind<{ version: number }> = {
    nameOf: () => "progress",
    write: ({ version }) => String(version),
    isLast: ({ version }) => version === 9,
    leastPauseMs: 250,
  };
  const clock = new ManualClock();
  const stream = new EventStream(kind, -1, clock);
  const text = textOf(stream.readable);
  for (const version of [1, 2, 3]) stream.tell({ version });
  clock.advance(250);
  for (const version of [4, 5, 9]) stream.tell({ version });
  expect([...(await text).matchAll(/data: (\d)/g)].map(([, version]) => version)).toEqual([
    "1",
    "3",
    "9",
  ]);
  expect(clock.pending).toBe(0);
});
