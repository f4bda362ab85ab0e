import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { ProblemError } from "../../src/client/problem-error.ts";

/** A server that answers one request after the other by these, the last one for ever. */
async function answering(...answers: RequestListener[]) {
  const requests: { url: string; key: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const body = (await Array.fromAsync(request)).join("");
    const key = request.headers["idempotency-key"] as string | undefined;
    requests.push({ url: request.url ?? "", key, body });
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    answer?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { requests, url: `http://127.0.0.1:${port}/below` };
}

const problem = (status: number, type: string, retryAfter?: string): RequestListener => {
  return (_request, response) => {
    if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
    response.writeHead(status, { "Content-Type": "application/problem+json" });
    response.end(JSON.stringify({ type: `/problems/${type}`, title: "No", detail: `No: ${type}` }));
  };
};
const json = (value: object): RequestListener => {
  return (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(value));
  };
};
const full = problem(503, "overloaded", "0");
const breaks: RequestListener = (request) => request.socket.destroy();

test("a run that the server had no room for is sent again, after its Retry-After", async () => {
  const { url, requests } = await answering(full, problem(429, "quota", "0"), json({ result: 7 }));
  expect(await createClient(url)["double"]?.run({ value: 3 })).toBe(7);
  const sent = { url: "/below/tasks/double", key: undefined, body: '{"value":3}' };
  expect(requests).toEqual([sent, sent, sent]);
});

test("after the last retry the problem is thrown", async () => {
  const { url, requests } = await answering(full);
  const error = await createClient(url, { retries: 2 })
    ["double"]?.run()
    .catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ status: 503, kind: "overloaded", message: "No: overloaded" });
  expect(requests).toHaveLength(3);
});

/** Breaks off in the middle of a JSON answer. */
const halves: RequestListener = (request, response) => {
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
  response.write('{"id":"j1",', () => request.socket.destroy());
};

test("an answer that breaks off is asked for again, where that does nothing twice", async () => {
  const job = { id: "j1", state: "queued" };
  const { url, requests } = await answering(halves, json(job), halves, json(job), halves);
  const client = createClient(url, { retries: 1 });
  const handle = await client["double"]?.submit({});
  expect(await handle?.job()).toEqual(job);
  expect(requests.map(({ key }) => key === requests[0]?.key)).toEqual([true, true, false, false]);
  await expect(client["double"]?.run()).rejects.toThrow(TypeError);
  expect(requests).toHaveLength(5);
});

test("an address that is no server's is told", async () => {
  const { url } = await answering((_request, response) => response.end("hello"));
  await expect(createClient(url)["double"]?.run()).rejects.toThrow(
    `${url}/tasks/double answered with nothing in place of JSON. Is the address that of a manycore server?`,
  );
  expect(() => createClient(`${url}?a=b`)).toThrow('must end before "?a=b"');
});

test.each([
  ["another status", problem(422, "invalid-input", "0")],
  ["a 503 without Retry-After", problem(503, "queue-unavailable")],
])("%s is not sent again", async (_what, answer) => {
  const { url, requests } = await answering(answer);
  await expect(createClient(url)["double"]?.run()).rejects.toBeInstanceOf(ProblemError);
  expect(requests).toHaveLength(1);
});

test("a run whose connection breaks is not sent again: it may have been carried out", async () => {
  const { url, requests } = await answering(breaks, json({ result: 7 }));
  await expect(createClient(url)["double"]?.run()).rejects.toBeInstanceOf(TypeError);
  expect(requests).toHaveLength(1);
});

test("a submission whose connection breaks is sent again, with the same key", async () => {
  const { url, requests } = await answering(breaks, breaks, json({ id: "a" }));
  const job = await createClient(url)["double"]?.submit({ value: 3 }, { priority: 2 });
  expect(job?.id).toBe("a");
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
  expect(requests[0]?.key).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.parse(requests[0]?.body ?? "")).toEqual({
    ...{ task: "double", input: { value: 3 }, priority: 2 },
  });
});

test("the caller's signal ends a request, and the pause between two", async () => {
  const reason = new Error("enough");
  const waits = await answering(() => {});
  const one = new AbortController();
  const running = createClient(waits.url)["double"]?.run({}, { signal: one.signal });
  one.abort(reason);
  await expect(running).rejects.toBe(reason);
  const two = new AbortController();
  const { url } = await answering((request, response) => {
    problem(503, "overloaded", "30")(request, response);
    response.once("finish", () => two.abort(reason));
  });
  await expect(createClient(url)["double"]?.run({}, { signal: two.signal })).rejects.toBe(reason);
});

test("an answer of something in between is told as it is", async () => {
  const { url } = await answering((_request, response) => {
    response.writeHead(502, "Bad Gateway").end("<h1>nginx</h1>");
  });
  await expect(createClient(url)["double"]?.run()).rejects.toMatchObject({
    status: 502,
    message: expect.stringContaining("answered 502 Bad Gateway: <h1>nginx</h1>"),
  });
});

test("an address that is none is refused at once", () => {
  expect(() => createClient("nowhere")).toThrow(TypeError);
});

test("the token is sent with every request, beside the headers", async () => {
  const sent: (string | undefined)[][] = [];
  const { url } = await answering((request, response) => {
    sent.push([request.headers.authorization, request.headers["x-team"] as string]);
    json({ result: 1, id: "a", state: "queued" })(request, response);
  });
  const headers = { "X-Team": "a", authorization: "Bearer other" };
  const client = createClient(url, { token: "secret", headers });
  await client["double"]?.run({});
  await client["double"]?.submit({});
  await createClient(url, { headers, token: "" })["double"]?.run({});
  expect(sent).toEqual([
    ["Bearer secret", "a"],
    ["Bearer secret", "a"],
    ["Bearer other", "a"],
  ]);
});
