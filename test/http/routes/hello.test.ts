import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { testServices } from "../../helpers/services.ts";

const app = createApp(testServices()).callback();

test("is text by default", async () => {
  for (const accept of ["*/*", "text/*", "text/plain", "*/*, text/html;q=0.1"]) {
    const response = await request(app).get("/").set("Accept", accept);
    expect(response.status).toBe(200);
    expect(response.text).toBe("hello world\n");
    expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(response.headers["vary"]).toBe("Accept");
  }
});

test("is JSON with worker and pid if JSON is asked for", async () => {
  const response = await request(app).get("/").set("Accept", "application/json");
  expect(response.headers["content-type"]).toBe("application/json");
  expect(response.body).toEqual({ message: "hello world", worker: 1, pid: process.pid });
});

test("is a page for a client that prefers HTML", async () => {
  for (const accept of ["text/html", "text/html, */*;q=0.1"]) {
    const response = await request(app).get("/").set("Accept", accept);
    expect(response.status).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.text).toContain("<h1>hello world</h1>");
  }
});

test("shows in its page which worker answered, and a command to type", async () => {
  const { text } = await request(app).get("/").set({ Accept: "text/html", Host: "a:1" });
  expect(text).toContain(`worker 1 of 1 · pid ${process.pid}`);
  expect(text).toContain("curl -d '{&quot;input&quot;:&quot;abc&quot;}' http://a:1/hash");
  expect(text).not.toContain("/jobs"); // This server takes none.
});

test("links the page of control, for browsers of this machine", async () => {
  const controlUrl = () => "http://127.0.0.1:8001";
  const server = createApp(testServices({ controlUrl })).callback();
  for (const [Host, isLinked] of [
    ["localhost:8000", true],
    ["127.0.0.1:8000", true],
    ["[::1]:8000", true],
    ["example.com", false],
  ] as const) {
    const { text } = await request(server).get("/").set({ Accept: "text/html", Host });
    expect([Host, text.includes('href="http://127.0.0.1:8001"')]).toEqual([Host, isLinked]);
  }
});

test("every link in its page answers 200", async () => {
  const { text } = await request(app).get("/").set("Accept", "text/html");
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, path = ""]) => path);
  expect(links).toEqual(expect.arrayContaining(["/tasks", "/stats", "/problems"]));
  for (const path of links) {
    const { status } = await request(app).get(path);
    expect([path, status]).toEqual([path, 200]);
  }
});

test("is a 406 for a client that accepts none of them", async () => {
  const response = await request(app).get("/").set("Accept", "image/png");
  expect(response.status).toBe(406);
  expect(response.body).toMatchObject({
    type: "/problems/not-acceptable",
    detail: expect.stringContaining("application/json"),
  });
});

test("HEAD is GET without the body", async () => {
  const response = await request(app).head("/");
  expect(response.status).toBe(200);
  expect(response.headers["content-length"]).toBe("12");
  expect(response.text).toBeUndefined();
});

test("OPTIONS names the allowed methods", async () => {
  const response = await request(app).options("/");
  expect(response.status).toBe(200);
  expect(response.headers["allow"]).toBe("HEAD, GET");
});
