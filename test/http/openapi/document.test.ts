import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { createGuard } from "../../../src/http/guard/guard.ts";
import { Router } from "../../../src/http/koa-router.ts";
import { routes } from "../../../src/http/routes.ts";
import { JobApp } from "../../helpers/job-app.ts";
import { DocumentChecks, type OpenApi, operationsOf, step } from "../../helpers/openapi.ts";
import { testGuardSettings, testServices } from "../../helpers/services.ts";

let app: JobApp;
let document: OpenApi;
beforeAll(async () => {
  app = await JobApp.open();
  document = (await request(app.listener).get("/openapi.json")).body;
});
afterAll(() => app[Symbol.asyncDispose]());

/** What only the page of /docs loads. */
const undescribed = ["GET /docs/{version}/{file}"];

/** Every route that the app has, as the document writes it. */
function declaredRoutes(): string[] {
  const router = new Router();
  for (const declare of routes) declare(router as never, app.services);
  return router.stack.flatMap(({ methods, path }) =>
    methods
      .filter((method) => method !== "HEAD")
      .map((method) => `${method} ${String(path).replaceAll(/:(\w+)/g, "{$1}")}`),
  );
}

describe("what is described", () => {
  test("every route, and nothing else", () => {
    const described = operationsOf(document).map(([route]) => route);
    const ofTasks = app.services.tasks.list().map(({ name }) => `POST /tasks/${name}`);
    const expected = declaredRoutes().flatMap((route) => {
      if (undescribed.includes(route)) return [];
      return route === "POST /tasks/{task}" ? ofTasks : [route];
    });
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  test("each operation has an id of its own, a tag and an answer that is no problem", () => {
    const operations = operationsOf(document).map(([, operation]) => operation);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { tags, responses } of operations) {
      expect(tags).toHaveLength(1);
      expect(Object.keys(responses).some((status) => /^[23]/.test(status))).toBe(true);
      expect(responses["default"]).toBeDefined();
    }
  });

  test("every task, with its own schemas and its example", () => {
    const { get, post } = document.paths["/hash"] ?? {};
    const media = document.paths["/tasks/double"]?.["post"]?.requestBody?.content;
    expect(media?.["application/json"]).toEqual({
      schema: { $ref: "#/components/schemas/double.input" },
      example: { value: 21 },
    });
    expect(document.components["schemas"]?.["double.input"]).toMatchObject({
      properties: { value: { type: "number" } },
      additionalProperties: false,
    });
    expect(get?.parameters).toContainEqual(
      expect.objectContaining({ name: "algorithm", in: "query" }),
    );
    expect(post?.requestBody?.required).toBe(false);
  });

  test("a task that takes bytes has the types of its body, and its query", () => {
    const { parameters, requestBody } = document.paths["/tasks/crop"]?.["post"] ?? {};
    expect(Object.keys(requestBody?.content ?? {})).not.toContain("application/json");
    expect(parameters).toContainEqual(expect.objectContaining({ name: "length", in: "query" }));
  });
});

describe("examples", () => {
  test("fit their schemas", () => {
    const checks = new DocumentChecks(document);
    const seen = new Set<string>();
    const faults = operationsOf(document).flatMap(([route, { requestBody, responses }]) => {
      const [method = "", path = ""] = route.split(" ");
      const at = `${step("paths")}${step(path)}${step(method.toLowerCase())}`;
      const bodies = [
        [`${at}/requestBody`, requestBody] as const,
        ...Object.entries(responses).map(
          ([status, answer]) => [`${at}/responses${step(status)}`, answer] as const,
        ),
      ];
      return bodies.flatMap(([place, body]) =>
        Object.entries(body?.content ?? {}).flatMap(([type, media]) => {
          const { example, examples = {} } = media;
          const text = JSON.stringify(media);
          if (seen.has(text)) return []; // Problems are the same in many operations.
          seen.add(text);
          const all = Object.values(examples).map(({ value }) => value);
          const pointer = `${place}/content${step(type)}/schema`;
          return [...all, ...(example === undefined ? [] : [example])].flatMap((value) =>
            checks.faultsOf(pointer, value).map((fault) => `${pointer}: ${fault}`),
          );
        }),
      );
    });
    expect(faults).toEqual([]);
  });
});

describe("what depends on the server", () => {
  const documentOf = async (overrides: Parameters<typeof testServices>[0]): Promise<OpenApi> =>
    (await request(createApp(testServices(overrides)).callback()).get("/openapi.json")).body;

  test("without jobs there are no routes of jobs", async () => {
    const { paths } = await documentOf({});
    expect(Object.keys(paths).filter((path) => /jobs|batches|schedules/.test(path))).toEqual([]);
    expect(paths["/tasks/double"]?.["post"]?.responses["202"]).toBeUndefined();
  });

  test("without a token there is no security", () => {
    expect(document.components["securitySchemes"]).toBeUndefined();
    expect(document.paths["/jobs"]?.["get"]).toMatchObject({
      security: [],
      responses: { 403: expect.anything() },
    });
    expect(document.paths["/jobs"]?.["get"]?.responses["401"]).toBeUndefined();
  });

  test("with a token, what has to do with jobs needs it", async () => {
    const guard = createGuard({ ...testGuardSettings, tokens: ["ab".repeat(32)] });
    const { paths, components } = await documentOf({ guard, jobs: app.queue });
    expect(components["securitySchemes"]?.["token"]).toMatchObject({ scheme: "bearer" });
    expect(paths["/jobs"]?.["get"]).toMatchObject({
      security: [{ token: [] }],
      responses: { 401: { headers: { "WWW-Authenticate": expect.anything() } } },
    });
    expect(paths["/tasks/double"]?.["post"]?.security).toEqual([{}, { token: [] }]);
    expect(paths["/hash"]?.["get"]?.security).toEqual([]);
  });

  test("with --rate-limit every counted route may be 429", async () => {
    const rateLimiter = {
      rate: { requests: 1000, windowMs: 1000 },
      count: () => ({ isWithin: true, left: 1, resetMs: 1 }),
    };
    const { paths } = await documentOf({ rateLimiter });
    expect(paths["/tasks"]?.["get"]?.responses["429"]).toBeDefined();
    expect(paths["/tasks"]?.["get"]?.responses["200"]?.headers).toHaveProperty("RateLimit");
    expect(paths["/livez"]?.["get"]?.responses["429"]).toBeUndefined();
  });
});

describe("GET /openapi.json", () => {
  test("has an ETag, and is 304 for a client that has it", async () => {
    const first = await request(app.listener).get("/openapi.json");
    expect(first.headers["content-type"]).toBe("application/json");
    expect(first.headers["cache-control"]).toBe("no-cache");
    const etag = first.headers["etag"] ?? "";
    const again = await request(app.listener).get("/openapi.json").set("If-None-Match", etag);
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  test("two workers of a server answer the same", async () => {
    const one = await request(app.listener).get("/openapi.json");
    const other = await request(app.another()).get("/openapi.json");
    expect(other.headers["etag"]).toBe(one.headers["etag"]);
  });
});
