import fc from "fast-check";
import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { JobApp } from "../helpers/job-app.ts";
import { testServices } from "../helpers/services.ts";

/**
 * Whatever a client sends, the answer is a result, or a problem that says what to do. It is never a
 * 500, a stack or silence.
 */
const services = testServices();
const app = createApp(services).callback();

function held({ status, headers, text }: request.Response): void {
  expect(services.logged).toEqual([]);
  expect([200, 400, 404, 409, 413, 415, 422]).toContain(status);
  expect(text).not.toMatch(/\n {4}at /);
  if (status === 200) return;
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(JSON.parse(text)).toMatchObject({ status, detail: expect.stringMatching(/.{10}/) });
}

/** Real names, so that the inputs get past the first check of a schema. */
const field = fc.constantFrom(
  ...["algorithm", "input", "inputEncoding", "salt", "saltEncoding", "encoding", "iterations"],
  ...["keyLength", "cost", "blockSize", "parallelization", "memoryKib", "passes", "parallelism"],
  ...["secret", "limit", "size", "seed", "document", "executor", "__proto__", "constructor", ""],
);
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("sha256", "pbkdf2-sha256", "scrypt", "argon2id", "hex", "base64", "a", "00"),
  fc.constantFrom(-1, 0, 1, 1.5, 2 ** 31, 2 ** 53, 1e300, Number.MIN_VALUE),
);
const asText = (json: unknown) => (typeof json === "string" ? json : JSON.stringify(json));
const body = fc.oneof(fc.dictionary(field, value, { maxKeys: 6 }), fc.jsonValue());
const task = fc.constantFrom("hash", "primes", "matrix", "json", "none");
const executor = fc.constantFrom("", "?executor=inline", "?executor=libuv", "?executor=threads");

test("random JSON bodies", async () => {
  await fc.assert(
    fc.asyncProperty(task, executor, body, async (name, query, sent) => {
      held(
        await request(app).post(`/tasks/${name}${query}`).type("json").send(JSON.stringify(sent)),
      );
    }),
    { numRuns: 300 },
  );
});

test("random bytes as a body, of any content type", async () => {
  const type = fc.constantFrom("application/json", "text/plain", "application/x+json", "x", "");
  await fc.assert(
    fc.asyncProperty(task, type, fc.uint8Array({ maxLength: 300 }), async (name, given, bytes) => {
      const post = request(app)
        .post(`/tasks/${name}`)
        .serialize((raw) => raw);
      held(await (given ? post.set("Content-Type", given) : post).send(Buffer.from(bytes)));
    }),
    { numRuns: 200 },
  );
});

/** Without it the hash of a valid query takes as long as a heavy request should. */
const cheap = "iterations=1";
const names = (parameters: readonly (readonly [string, unknown])[], name: string) =>
  parameters.some(([given]) => given === name);

test("random queries", async () => {
  const parameter = fc.tuple(
    fc.oneof(field, fc.string()),
    fc.oneof(fc.string({ unit: "binary" }), value.map(asText), fc.double().map(String)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parameter, { maxLength: 6 }), async (parameters) => {
      const query = parameters.map((pair) => pair.map(encoded).join("=")).join("&");
      const isCheap = names(parameters, "algorithm") || names(parameters, "iterations");
      held(await request(app).get(`/hash?${query}${isCheap ? "" : `&${cheap}`}`));
    }),
    { numRuns: 300 },
  );
});

test("random paths and undecodable queries", async () => {
  const path = fc.stringMatching(/^[\w/%.~:@!$&'()*+,;=-]{0,60}$/);
  await fc.assert(
    fc.asyncProperty(path, path, async (one, two) => {
      held(await request(app).get(`/${one}?${two}`));
      held(await request(app).get(`/hash?${cheap}&input=${two}`));
    }),
    { numRuns: 200 },
  );
});

/** A lone surrogate cannot be percent-encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

test("random submissions: each is stored, or refused with a reason", async () => {
  await using jobApp = await JobApp.open();
  const name = fc.constantFrom(
    ...["task", "input", "priority", "runAt", "maxAttempts", "timeoutMs", "backoffMs", "other"],
  );
  const given = fc.oneof(
    value,
    fc.constantFrom("double", "hash", { value: 1 }, "2027-01-01T00:00:00Z", 5),
  );
  const one = fc.oneof(fc.dictionary(name, given), fc.jsonValue());
  const headers = fc.dictionary(
    fc.constantFrom("Idempotency-Key", "Prefer", "traceparent"),
    fc.oneof(fc.stringMatching(/^[ -~]{0,40}$/), fc.constantFrom("wait=0", "respond-async", "k")),
  );
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(one, fc.array(one)), headers, async (sent, set) => {
      const post = request(jobApp.listener).post("/jobs").set(set).type("json");
      const { status, text } = await post.send(JSON.stringify(sent));
      expect(jobApp.services.logged).toEqual([]);
      expect([202, 207, 400, 422]).toContain(status);
      const answer = JSON.parse(text);
      if (status === 202 && !Array.isArray(answer)) accepted++;
      else if (status >= 400) expect(answer.detail).toMatch(/.{10}/);
      for (const id of [answer.id, ...(answer.jobs ?? []).map((each: Item) => each.job?.id)]) {
        if (id) expect((await jobApp.queue.jobs.find(id)).kind).toBe("found");
      }
    }),
    { numRuns: 300 },
  );
  expect((await jobApp.queue.jobs.stats()).submitted).toBeGreaterThanOrEqual(Math.min(1, accepted));
});

interface Item {
  readonly job?: { readonly id: string };
}
