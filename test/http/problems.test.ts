import request from "supertest";
import { expect, test } from "vitest";
import { plainNeeds } from "../../src/compute/needs.ts";
import { createApp } from "../../src/http/app.ts";
import { testServices } from "../helpers/services.ts";

const services = testServices();
const app = createApp(services).callback();

test("an unknown path is a 404 problem that says where to start", async () => {
  const response = await request(app).get("/nowhere");
  expect(response.status).toBe(404);
  expect(response.headers["content-type"]).toBe("application/problem+json");
  expect(response.body).toEqual({
    type: "/problems/not-found",
    title: "There is nothing here",
    status: 404,
    detail: "Nothing is served at /nowhere. GET /tasks lists the tasks.",
    requestId: response.headers["x-request-id"],
  });
});

test.each([
  ["delete", "/", "HEAD, GET"],
  ["put", "/hash", "HEAD, GET, POST"],
  ["patch", "/tasks/hash", "HEAD, GET, POST"],
  ["post", "/livez", "HEAD, GET"],
] as const)("%s %s is a 405 problem with Allow: %s", async (method, path, allow) => {
  const response = await request(app)[method](path);
  expect(response.status).toBe(405);
  expect(response.headers["allow"]).toBe(allow);
  expect(response.body).toMatchObject({
    type: "/problems/method-not-allowed",
    detail: `${method.toUpperCase()} is not allowed on ${path}. Use ${allow}.`,
  });
});

test("a method of HTTP that the server does not know is a 501", async () => {
  const response = await request(app).trace("/");
  expect(response.status).toBe(501);
  expect(response.body).toMatchObject({ type: "/problems/not-implemented" });
});

test("an unknown method gets no Allow", async () => {
  const response = await request(app).propfind("/nowhere");
  expect(response.status).toBe(501);
  expect(response.headers).not.toHaveProperty("allow");
});

test("a HEAD that fails has the status and no body", async () => {
  const response = await request(app).head("/nowhere");
  expect(response.status).toBe(404);
  expect(response.headers["content-type"]).toBe("application/problem+json");
});

test("a mistake of ours is a 500: the log has everything, the client nothing", async () => {
  const broken = testServices({
    dispatcher: {
      requireNeeds: () => plainNeeds,
      run: async () => {
        throw new Error("secret detail");
      },
    },
  });
  const response = await request(createApp(broken).callback()).get("/hash?input=a");
  expect(response.status).toBe(500);
  expect(response.body).toMatchObject({ type: "/problems/internal-error" });
  expect(JSON.stringify(response.body)).not.toContain("secret");
  expect(response.text).not.toContain("    at ");
  expect(broken.logged).toHaveLength(1);
  expect(broken.logged[0]).toContain("secret detail");
  expect(broken.logged[0]).toContain(response.headers["x-request-id"]);
});

test("anything thrown that is no Error is a 500 as well", async () => {
  const broken = testServices({
    dispatcher: { run: () => Promise.reject(null), requireNeeds: () => plainNeeds },
  });
  const response = await request(createApp(broken).callback()).get("/hash?input=a");
  expect(response.status).toBe(500);
  expect(response.body).toMatchObject({ type: "/problems/internal-error" });
});
