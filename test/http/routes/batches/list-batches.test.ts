import request from "supertest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JobApp } from "../../../helpers/job-app.ts";

let app: JobApp;
beforeEach(async () => {
  app = await JobApp.open();
});
afterEach(() => app[Symbol.asyncDispose]());

const get = (path: string) => request(app.listener).get(path);

async function submitted(): Promise<string> {
  const jobs = [{ task: "double", input: { value: 1 } }];
  return (await request(app.listener).post("/batches").send({ jobs })).body.id as string;
}

test("GET /batches lists the newest first, page by page", async () => {
  const ids = [await submitted(), await submitted(), await submitted()].reverse();
  await request(app.listener).post(`/batches/${ids[2]}/cancel`);
  const first = await get("/batches?limit=2");
  expect(first.status).toBe(200);
  expect(first.body.batches).toEqual([
    (await get(`/batches/${ids[0]}`)).body,
    (await get(`/batches/${ids[1]}`)).body,
  ]);
  expect(first.body.next).toBe(`/batches?limit=2&cursor=${first.body.cursor}`);
  expect(first.headers["link"]).toBe(`<${first.body.next}>; rel="next"`);
  const rest = await get(first.body.next);
  expect(rest.body).toMatchObject({
    batches: [{ id: ids[2], done: true }],
    cursor: null,
    next: null,
  });
  expect(rest.headers).not.toHaveProperty("link");
});

test("without batches the list is empty", async () => {
  expect((await get("/batches")).body).toEqual({ batches: [], cursor: null, next: null });
});

test.each([
  ["limit=0", "/limit"],
  ["limit=1001", "/limit"],
  ["cursor=x", "/cursor"],
  ["cursor=", "/cursor"],
  ["cursor=a&cursor=b", "/cursor"],
  ["state=failed", "/state"],
])("GET /batches?%s is refused by name", async (query, path) => {
  const { status, body } = await get(`/batches?${query}`);
  expect(status).toBe(422);
  expect(body.errors.map((each: { path: string }) => each.path)).toEqual([path]);
});

test("another representation than JSON is refused", async () => {
  expect((await get("/batches").set("Accept", "image/png")).status).toBe(406);
});
