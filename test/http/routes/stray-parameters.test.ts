/** A query parameter that nobody reads is refused: what it was to do would be left undone in silence. */
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JobApp } from "../../helpers/job-app.ts";

let app: JobApp;
let job: string;
let batch: string;
beforeAll(async () => {
  app = await JobApp.open();
  const double = { task: "double", input: { value: 1 } };
  const post = (path: string, body: object) => request(app.listener).post(path).send(body);
  job = (await post("/jobs", double)).body.id;
  batch = (await post("/batches", { jobs: [double] })).body.id;
  const schedule = { cron: "0 0 1 1 *", job: double };
  await request(app.listener).put("/schedules/yearly").send(schedule);
});
afterAll(() => app[Symbol.asyncDispose]());

type Method = "get" | "post" | "delete";

describe.each<[Method, string]>([
  ["get", "/jobs/JOB/attempts"],
  ["get", "/jobs/JOB/result"],
  ["get", "/jobs/JOB/deliveries"],
  ["post", "/jobs/JOB/deliveries/retry"],
  ["post", "/jobs/JOB/retry"],
  ["post", "/jobs/JOB/cancel"],
  ["delete", "/jobs/JOB"],
  ["get", "/jobs/pause"],
  ["get", "/batches/BATCH"],
  ["get", "/batches/BATCH/deliveries"],
  ["post", "/batches/BATCH/deliveries/retry"],
  ["post", "/batches/BATCH/cancel"],
  ["get", "/schedules/yearly"],
  ["post", "/schedules/yearly/run"],
  ["delete", "/schedules/yearly"],
])("%s %s", (method, path) => {
  test("refuses every parameter by name, and says what to do", async () => {
    const target = path.replace("JOB", job).replace("BATCH", batch);
    const { status, body } = await request(app.listener)[method](
      `${target}?state=a&b~%2F=1&b~%2F=2`,
    );
    expect(status).toBe(422);
    const message = expect.stringContaining("leave it out") as string;
    expect(body.errors).toEqual([
      { path: "/state", message },
      { path: "/b~0~1", message },
    ]);
  });
});

test("nothing was changed by those", async () => {
  const get = async (path: string) => (await request(app.listener).get(path)).body;
  expect(await get(`/jobs/${job}`)).toMatchObject({ state: "queued" });
  expect(await get(`/batches/${batch}`)).toMatchObject({ states: { queued: 1 } });
  expect(await get("/schedules/yearly")).toMatchObject({ name: "yearly" });
});

test.each(["0", "1001", "-1", "1.0", "1e2", "0x10", "+5", " 5", "", "00010", "٣", "9".repeat(400)])(
  "limit=%j is no number of jobs, nor of schedules",
  async (limit) => {
    for (const list of ["/jobs", "/schedules"]) {
      const { status, body } = await request(app.listener).get(list).query({ limit });
      expect([status, body.errors]).toEqual([
        422,
        [{ path: "/limit", message: "must be a whole number from 1 to 1000" }],
      ]);
    }
  },
);
