import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../../../src/config/token.ts";
import { createApp } from "../../../src/http/app.ts";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { testGuardSettings, testServices } from "../../helpers/services.ts";

const guard = createGuard({ ...testGuardSettings, tokens: [digestOf("a-token")] });

describe("no spelling of a path gets around the token", () => {
  let app: JobApp;
  const server = createServer((request, response) => void app.listener(request, response));
  beforeAll(async () => {
    app = await JobApp.open({ guard });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(async () => {
    server.close();
    await app[Symbol.asyncDispose]();
  });

  /** Sends the target as it is: fetch and supertest would tidy it up. */
  async function ask(line: string, host = "localhost"): Promise<string> {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    socket.end(`${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    let received = "";
    for await (const text of socket) received += text;
    return received;
  }

  test.each([
    ...["/jobs", "/jobs/", "/JOBS", "/Jobs?x=/tasks", "/jobs#/tasks", "http://localhost/jobs"],
    ...["HTTP://LOCALHOST:1/jobs", "//jobs", "/./jobs", "/tasks/../jobs", "/tasks/%2e%2e/jobs"],
    ...["/%6aobs", "/jobs%2f", "/jobs;a=b", "/jobs%00", "/\\jobs", "/jobs\\", "/tasks/..;/jobs"],
    ...[
      "///jobs",
      "/jobs//",
      "/?/jobs",
      "/tasks%2f..%2fjobs",
      "/%2fjobs",
      "/%2e/jobs",
      "/..//jobs",
    ],
  ])("GET %s shows no jobs", async (target) => {
    const received = await ask(`GET ${target}`);
    expect(received).toMatch(/^HTTP\/1\.1 (400|401|404|200) /);
    expect(received).not.toContain('"jobs":[');
  });

  test.each(["/jobs", "/JOBS/", "http://localhost/jobs", "/jobs?task=double"])(
    "DELETE %s asks for it",
    async (target) => {
      expect(await ask(`DELETE ${target}`)).toMatch(/^HTTP\/1\.1 401 /);
    },
  );

  test("the authority of an absolute target is its Host (RFC 9112, section 3.2.2)", async () => {
    const target = "http://evil.example/hash?iterations=1";
    expect(await ask(`GET ${target}`, "localhost")).toMatch(/^HTTP\/1\.1 403 /);
    expect(await ask("GET http://localhost/hash?iterations=1", "evil.example")).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  test("a method in another header is not the method", async () => {
    const get = request(app.listener).get("/").set("X-HTTP-Method-Override", "DELETE");
    expect((await get).text).toBe("hello world\n");
  });
});

describe("what a client sends does not become a header", () => {
  const app = createApp(testServices()).callback();
  const breaks = ["%0d%0aX-Evil:%201", "%0aX-Evil:1", "%E5%98%8D%E5%98%8AX-Evil:1", "\u0085"];

  test.each(breaks)("in a path or a query: %j", async (text) => {
    for (const path of [
      `/nothing${text}`,
      `/tasks/${text}`,
      `/problems/${text}`,
      `/hash?a=${text}`,
    ]) {
      const { status, headers } = await request(app).get(path);
      expect([400, 404, 422]).toContain(status);
      expect(headers).not.toHaveProperty("x-evil");
    }
  });

  test("in an id that the answer repeats", async () => {
    for (const id of ["a\tb", 'a"b', "a,b", "\u00e9", "a b"]) {
      const { headers } = await request(app).get("/").set("X-Request-Id", id);
      expect(headers["x-request-id"]).not.toBe(id);
    }
  });

  test("in a key or a link of a job", async () => {
    await using jobs = await JobApp.open();
    const post = request(jobs.listener).post("/jobs").set("Idempotency-Key", "a b");
    expect((await post.send({ task: "double", input: { value: 1 } })).status).toBe(400);
    const list = await request(jobs.listener).get("/jobs?limit=1&cursor=%0d%0aX-Evil:1");
    expect(list.headers).not.toHaveProperty("x-evil");
  });
});

describe("prototypes", () => {
  const app = createApp(testServices()).callback();
  const bodies = [
    '{"__proto__":{"polluted":1},"value":1}',
    '{"value":1,"constructor":{"prototype":{"polluted":1}}}',
    '{"\\u005f_proto__":{"polluted":1},"value":1}',
    '[{"__proto__":null}]',
  ];

  test.each(bodies)("are not changed by the body %s", async (body) => {
    const { status } = await request(app).post("/tasks/double").type("json").send(body);
    expect([400, 422]).toContain(status);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.each(["__proto__[polluted]=1", "__proto__.polluted=1", "constructor=1", "__proto__=1"])(
    "are not changed by the query %s",
    async (query) => {
      expect((await request(app).get(`/hash?${query}`)).status).toBe(422);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    },
  );

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "are no task, no problem and no job: %s",
    async (name) => {
      await using jobs = await JobApp.open();
      const server = request(jobs.listener);
      for (const path of [`/tasks/${name}`, `/problems/${name}`, `/jobs/${name}`]) {
        expect((await server.get(path)).status).toBe(404);
      }
      expect((await server.post(`/tasks/${name}`).send({})).status).toBe(404);
      expect((await server.post("/jobs").send({ task: name })).status).toBe(422);
    },
  );
});
