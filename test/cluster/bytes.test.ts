import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { jobEnd, submitJob } from "../helpers/job-client.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname;

const folder = new Folder();
let server: ServerProcess;

beforeAll(async () => {
  const tasks = ["--tasks", fixture("images.ts"), "--tasks", fixture("outputs.ts")];
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
  server = await ServerProcess.start(["--mode", "threads", ...queue, ...tasks]);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The answer to a run as bare bytes, and the result of another one as JSON. */
async function ran(task: string, input: unknown, executor: string) {
  const url = new URL(`/tasks/${task}?executor=${executor}`, server.url);
  const sent = { method: "POST", body: JSON.stringify(input) };
  const type = { "content-type": "application/json" };
  const bare = await fetch(url, {
    ...sent,
    headers: { ...type, accept: "application/octet-stream" },
  });
  const json = await fetch(url, { ...sent, headers: type });
  const { result } = (await json.json()) as { result: unknown };
  return {
    type: bare.headers.get("content-type"),
    bytes: Buffer.from(await bare.arrayBuffer()),
    result,
  };
}

const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

test.each(["inline", "libuv", "threads"])(
  "a picture that sharp made is served by %s, run after run",
  async (executor) => {
    for (let time = 0; time < 3; time++) {
      const { type, bytes, result } = await ran("png", { width: 300 }, executor);
      expect(type).toBe("application/octet-stream");
      expect(bytes.subarray(0, 8)).toEqual(signature);
      expect(result).toBe(bytes.toString("base64"));
      const described = await ran("described-png", { width: 300 }, executor);
      const views = [{ data: signature.toString("base64") }];
      expect(described.result).toMatchObject({ width: 300, data: result, views });
      expect(described.type).toContain("application/json"); // Bytes twice are no one run of bytes.
    }
  },
);

test("a job of sharp has the same result as a run", async () => {
  const { result } = await ran("described-png", { width: 80 }, "inline");
  const job = await submitJob(server, "described-png", { width: 80 });
  expect(await jobEnd(server, job.id)).toMatchObject({ state: "succeeded", attempts: 1, result });
});

test.each(["inline", "libuv", "threads"])(
  "what a module has for all runs stays as it is in %s",
  async (executor) => {
    for (let time = 0; time < 3; time++) {
      const { bytes, result } = await ran("lends", { kind: "table" }, executor);
      expect([...bytes]).toEqual([10, 20, 30]);
      expect(result).toBe("ChQe");
      expect((await ran("totals", {}, executor)).result).toEqual({ sum: 6 });
    }
  },
);
