import { readFileSync } from "node:fs";
import request from "supertest";
import { describe, expect, test } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { problemTexts } from "../../../src/http/problem-texts.ts";
import { type ProblemType, problems } from "../../../src/problems.ts";
import { testServices } from "../../helpers/services.ts";

const app = createApp(testServices()).callback();
const ask = (path: string, accept = "*/*") => request(app).get(path).set("Accept", accept);
const types = Object.keys(problems) as ProblemType[];

test("docs/problems.md has every problem with the server's own words", () => {
  const docs = readFileSync(new URL("../../../docs/problems.md", import.meta.url), "utf8");
  const rows = [...docs.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, type, row]) => [
    type,
    row,
  ]);
  const expected = types.map((type) => {
    const [{ status, title }, { meaning, remedy }] = [problems[type], problemTexts[type]];
    return [type, `${status} | ${title} | ${meaning} | ${remedy}`];
  });
  expect(rows).toEqual(expected);
});

describe("a problem's type", () => {
  test("can be opened", async () => {
    for (const type of types) {
      const { status, text } = await ask(`/problems/${type}`);
      expect([type, status]).toEqual([type, 200]);
      expect(text).toContain(`${problems[type].status} ${problems[type].title}\n`);
      expect(text).toContain(problemTexts[type].meaning);
      expect(text).toContain(`What to do: ${problemTexts[type].remedy}`);
    }
  });

  test("is the type of a real problem", async () => {
    const { body } = await ask("/nowhere");
    expect(body.type).toBe("/problems/not-found");
    expect((await ask(body.type)).status).toBe(200);
  });

  test("is a page for a browser, JSON if asked for, text otherwise", async () => {
    const path = "/problems/queue-timeout";
    const page = await ask(path, "text/html,application/xhtml+xml,*/*;q=0.8");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.text).toContain('<h1 class="long">The run waited too long</h1>');
    expect(page.text).toContain("<code>--queue-timeout</code>");
    const json = await ask(path, "application/json");
    expect(json.body).toEqual({
      type: path,
      ...problems["queue-timeout"],
      ...problemTexts["queue-timeout"],
    });
    const text = await ask(path, "text/plain");
    expect(text.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect((await ask(path, "image/png")).status).toBe(406);
  });

  test.each(["none", "__proto__", "<script>"])(
    "that does not exist (%s) is a 404 that names the list",
    async (slug) => {
      const { status, body } = await ask(`/problems/${encodeURIComponent(slug)}`, "text/html, */*");
      expect(status).toBe(404);
      expect(body.detail).toBe(
        `There is no problem type ${JSON.stringify(slug)}. GET /problems lists them.`,
      );
    },
  );

  test("takes HEAD, and no other method", async () => {
    expect((await request(app).head("/problems/draining")).status).toBe(200);
    const refused = await request(app).post("/problems/draining");
    expect(refused.status).toBe(405);
    expect(refused.headers["allow"]).toBe("HEAD, GET");
  });
});

test("GET /problems lists every type, in each representation", async () => {
  const { text } = await ask("/problems");
  const page = await ask("/problems", "text/html");
  const json = await ask("/problems", "application/json");
  expect(json.body.problems).toHaveLength(types.length);
  for (const type of types) {
    expect(text).toContain(`/problems/${type}\n`);
    expect(page.text).toContain(`href="/problems/${type}"`);
  }
});
