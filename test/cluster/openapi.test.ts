/** A real server keeps to /openapi.json: its examples work, and its answers are as they are described. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DocumentedServer } from "../helpers/documented-server.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { operationsOf } from "../helpers/openapi.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = fileURLToPath(new URL("../fixtures/documented-tasks.ts", import.meta.url));
const wait = { prefer: "wait=60" };
const quick = { task: "primes", input: { limit: 1000 } };
const endless = { task: "endless" };
const later = () => ({ ...quick, runAt: new Date(Date.now() + 3_600_000).toISOString() });

const folder = new Folder();
let server: ServerProcess;
let api: DocumentedServer;
beforeAll(async () => {
  const flags = ["--mode", "threads", "--cores", "2", "--tasks", tasks, "--webhooks", "127.0.0.1"];
  const env = { MANYCORE_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}` };
  server = await ServerProcess.start([...flags, "--queue", `sqlite:${folder.file("j.db")}`], env);
  api = await DocumentedServer.of(server);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** A run that never ends has no answer, and a run may be stopped before a 202 could tell of it. */
const mayBeMissed = [
  "POST /tasks/endless 200",
  "POST /jobs/{id}/cancel 202",
  "DELETE /jobs/{id} 202",
  "POST /batches/{id}/cancel 202",
];

async function idOf(body: object, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await api.send("POST /jobs", { body, headers });
  return (answer.body as { id: string }).id;
}

async function started(id: string): Promise<string> {
  const state = async () => (await server.get<{ state: string }>(`/jobs/${id}`)).state;
  await expect.poll(state).toBe("running");
  return id;
}

test("every example of a body can be sent as it is", async () => {
  const sent: string[] = [];
  for (const [route, { requestBody }] of operationsOf(api.document)) {
    for (const [type, { example, examples = {} }] of Object.entries(requestBody?.content ?? {})) {
      const bodies = Object.values(examples).map(({ value }) => value);
      for (const body of example === undefined ? bodies : [...bodies, example]) {
        const id = route.includes("{id}") ? await idOf(later()) : "";
        const path = { id, name: "report" };
        const { status } = await api.send(route, { path, body, type });
        expect([route, status]).toEqual([route, expect.toSatisfy((code) => code < 300)]);
        sent.push(route);
      }
    }
  }
  expect(sent.length).toBeGreaterThan(14);
});

describe("answers", () => {
  test("of the server itself", async () => {
    for (const accept of ["text/plain", "application/json", "text/html"]) {
      await api.send("GET /", { headers: { accept } });
      await api.send("GET /problems", { headers: { accept } });
      await api.send("GET /problems/{type}", { headers: { accept }, path: { type: "not-found" } });
    }
    for (const path of ["/livez", "/readyz", "/stats", "/metrics", "/docs", "/tasks"]) {
      expect((await api.send(`GET ${path}`)).status).toBe(200);
    }
    await api.send("GET /tasks/{task}", { path: { task: "upper" } });
    expect((await api.send("GET /tasks/{task}")).status).toBe(404);
    expect((await api.send("GET /problems/{type}")).status).toBe(404);
    expect((await api.send("GET /", { headers: { accept: "image/png" } })).status).toBe(406);
    const { headers } = await api.send("GET /openapi.json");
    const known = { "if-none-match": headers.get("etag") ?? "" };
    expect((await api.send("GET /openapi.json", { headers: known })).status).toBe(304);
  });

  test("of runs", async () => {
    await api.send("GET /hash", { query: "?algorithm=sha256&iterations=1&executor=inline" });
    expect((await api.send("GET /hash", { query: "?algorithm=none" })).status).toBe(422);
    expect((await api.send("POST /hash", { body: "{" })).status).toBe(400);
    expect((await api.send("POST /hash", { body: "{}", type: "image/png" })).status).toBe(415);
    const bare = { accept: "application/octet-stream" };
    await api.send("POST /tasks/matrix", { body: { size: 2, seed: 1 }, headers: bare });
    const text = { body: "abc", type: "text/plain" };
    const upper = await api.send("POST /tasks/upper", { ...text, query: "?times=2" });
    expect(upper.body).toBe("ABCABC");
    await api.send("POST /tasks/upper", { ...text, headers: { accept: "application/json" } });
    const async = { prefer: "respond-async" };
    for (const name of ["hash", "json", "matrix", "primes", "total", "tree"]) {
      const { example: body } = await server.get<{ example: unknown }>(`/tasks/${name}`);
      await api.send(`POST /tasks/${name}`, { body, headers: async });
    }
    await api.send("POST /tasks/upper", { ...text, headers: async });
    const { body } = await api.send("POST /tasks/endless", { body: {}, headers: async });
    await api.send("POST /hash", { headers: async });
    const { id } = body as { id: string };
    await api.send("POST /jobs/{id}/cancel", { path: { id } });
  });

  test("of jobs", async () => {
    const done = { id: await idOf(quick, wait) };
    await api.send("GET /jobs/{id}", { path: done, query: "?input=true", headers: wait });
    const { headers } = await api.send("GET /jobs/{id}", { path: done });
    const known = { "if-none-match": headers.get("etag") ?? "" };
    expect((await api.send("GET /jobs/{id}", { path: done, headers: known })).status).toBe(304);
    await api.send("GET /jobs/{id}/result", { path: done });
    await api.send("GET /jobs/{id}/attempts", { path: done });
    await api.send("GET /jobs/{id}/events", { path: done });
    const last = { "last-event-id": "999999" };
    const ended = await api.send("GET /jobs/{id}/events", { path: done, headers: last });
    expect(ended.status).toBe(204);
    await api.send("GET /jobs", { query: "?state=succeeded,failed&limit=1" });
    expect((await api.send("GET /jobs", { query: "?state=none" })).status).toBe(422);
    await api.send("POST /jobs", { body: [quick, { task: "none" }], headers: wait });
    const key = { "idempotency-key": "again" };
    await api.send("POST /jobs", { body: quick, headers: key });
    await api.send("POST /jobs", { body: quick, headers: key });
    const other = await api.send("POST /jobs", { body: endless, headers: key });
    expect(other.status).toBe(422);
    const failed = { id: await idOf({ ...later(), unique: { key: "one" } }) };
    expect((await api.send("GET /jobs/{id}/result", { path: failed })).status).toBe(409);
    const unique = { ...quick, unique: { key: "one", onConflict: "refuse" } };
    expect((await api.send("POST /jobs", { body: unique })).status).toBe(409);
    await api.send("POST /jobs", { body: { ...quick, unique: { key: "one" } } });
    expect((await api.send("GET /jobs/{id}")).status).toBe(404);
  });

  test("of what is done to jobs by hand", async () => {
    const busy = { id: await started(await idOf(endless)) };
    expect((await api.send("POST /jobs/{id}/retry", { path: busy })).status).toBe(409);
    expect((await api.send("PATCH /jobs/{id}", { path: busy, body: { priority: 1 } })).status).toBe(
      409,
    );
    const stale = { "if-match": '"999"' };
    const path = busy;
    expect((await api.send("DELETE /jobs/{id}", { path, headers: stale })).status).toBe(412);
    expect([200, 202]).toContain((await api.send("POST /jobs/{id}/cancel", { path })).status);
    const again = { id: await started(await idOf(endless)) };
    expect([200, 202]).toContain((await api.send("DELETE /jobs/{id}", { path: again })).status);
    const waiting = { id: await idOf(later()) };
    expect((await api.send("POST /jobs/{id}/cancel", { path: waiting })).status).toBe(200);
    await api.send("POST /jobs/{id}/retry", { path: waiting });
    const queued = { id: await idOf(later()) };
    expect((await api.send("DELETE /jobs/{id}", { path: queued })).status).toBe(200);
    expect((await api.send("DELETE /jobs/{id}", { path: queued })).status).toBe(204);
    expect((await api.send("GET /jobs/{id}", { path: queued })).status).toBe(410);
    await api.send("POST /jobs/pause", { query: "?task=hash" });
    await api.send("GET /jobs/pause");
    await api.send("POST /jobs/resume");
    await api.send("POST /jobs/cancel", { query: "?task=endless" });
    await api.send("POST /jobs/retry", { query: "?tag=none" });
    await api.send("DELETE /jobs", { query: "?tag=none" });
    expect((await api.send("DELETE /jobs")).status).toBe(422);
  });

  test("of batches", async () => {
    const batch = async (jobs: object[], headers = {}) => {
      const { body } = await api.send("POST /batches", { body: { jobs }, headers });
      return { id: (body as { id: string }).id };
    };
    const done = await batch([quick], wait);
    await api.send("GET /batches", { query: "?limit=1" });
    const { headers } = await api.send("GET /batches/{id}", { path: done, headers: wait });
    const known = { "if-none-match": headers.get("etag") ?? "" };
    expect((await api.send("GET /batches/{id}", { path: done, headers: known })).status).toBe(304);
    await api.send("GET /batches/{id}/events", { path: done });
    const last = { "last-event-id": "999999999999999" };
    await api.send("GET /batches/{id}/events", { path: done, headers: last });
    expect((await api.send("POST /batches/{id}/cancel", { path: done })).status).toBe(200);
    const busy = await batch([endless]);
    const { jobs } = await server.get<{ jobs: { id: string }[] }>(`/jobs?batch=${busy.id}`);
    await started(jobs[0]?.id ?? "");
    expect([200, 202]).toContain(
      (await api.send("POST /batches/{id}/cancel", { path: busy })).status,
    );
    expect((await api.send("GET /batches/{id}")).status).toBe(404);
    expect((await api.send("POST /batches", { body: { jobs: [] } })).status).toBe(422);
  });

  test("of webhooks", async () => {
    const onEnd = { url: "http://127.0.0.1:1/nobody" };
    const job = { id: await idOf({ ...quick, onEnd }, wait) };
    const { body } = await api.send("POST /batches", {
      body: { jobs: [quick], onEnd },
      headers: wait,
    });
    const batch = { id: (body as { id: string }).id };
    for (const [folder, path] of [["jobs", job] as const, ["batches", batch] as const]) {
      await api.send(`GET /${folder}/{id}/deliveries`, { path });
      // 409 while it is being sent.
      const retry = () => api.send(`POST /${folder}/{id}/deliveries/retry`, { path });
      await expect.poll(async () => (await retry()).status).toBe(202);
    }
    const path = { id: await idOf(later()) };
    expect((await api.send("POST /jobs/{id}/deliveries/retry", { path })).status).toBe(409);
  });

  test("of schedules", async () => {
    const path = { name: "yearly" };
    const body = { cron: "0 0 1 1 *", job: quick };
    const unless = { "if-none-match": "*" };
    const put = () => api.send("PUT /schedules/{name}", { path, body });
    expect((await put()).status).toBe(201);
    expect((await put()).status).toBe(200);
    const again = await api.send("PUT /schedules/{name}", { path, body, headers: unless });
    expect(again.status).toBe(412);
    await api.send("GET /schedules");
    await api.send("POST /schedules/{name}/run", { path });
    expect((await api.send("POST /schedules/{name}/run", { path, headers: wait })).status).toBe(
      200,
    );
    await api.send("GET /schedules/{name}", { path });
    expect((await api.send("DELETE /schedules/{name}", { path })).status).toBe(204);
    expect((await api.send("GET /schedules/{name}", { path })).status).toBe(404);
  });

  test("every documented answer that is no problem was seen", () => {
    const unseen = api.unseen().filter((answer) => !mayBeMissed.includes(answer));
    expect(unseen).toEqual([]);
  });
});
