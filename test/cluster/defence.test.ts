import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../src/config/token.ts";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/secrets.ts", import.meta.url).pathname;

test("no token is in a task, a log or an error, wherever it came from", async () => {
  using folder = new Folder();
  const file = folder.file("token");
  const secrets = ["token-of-the-variable", "token-of-the-file"];
  writeFileSync(file, `${secrets[1]}\n`);
  await using server = await ServerProcess.start(
    ["--mode", "threads", "--threads", "1", "--token-file", file, "--tasks", tasks].concat(
      ...["--log-level", "trace", "--access-log", "all", "--expose-errors"],
    ),
    { MANYCORE_TOKEN: secrets[0] ?? "" },
  );
  const said: string[] = [];
  for (const secret of [...secrets, "wrong-token-of-nobody"]) {
    const headers = { authorization: `Bearer ${secret}` };
    for (const path of ["surroundings", "failing", "surroundings?executor=inline"]) {
      const init = { method: "POST", headers, body: "{}" };
      const response = await fetch(new URL(`/tasks/${path}`, server.url), init);
      said.push(await response.text());
    }
    const list = await fetch(new URL("/jobs", server.url), { headers });
    expect(list.status).toBe(secrets.includes(secret) ? 501 : 401); // It has no queue.
    said.push(await list.text());
  }
  const all = [...said, server.stdout, server.stderr].join("\n");
  expect(all).toContain("PATH");
  expect(all).toContain('"http.request.method"');
  for (const text of [...secrets, ...secrets.map(digestOf), "wrong-token-of-nobody"]) {
    // What a process was started with has the digest, which gives no access.
    const where = secrets.includes(text) ? all : all.replaceAll(/"started":\[.*?\]/g, "");
    expect(where).not.toContain(text);
  }
});

describe("a server that other machines reach", () => {
  test("says what is off without a token, and control too", async () => {
    using home = new Folder();
    const flags = ["--host", "0.0.0.0", "--control", "0.0.0.0:0", "--cores", "1"];
    await using server = await ServerProcess.start([
      ...flags,
      "--queue",
      `sqlite:${home.file("queue.db")}`,
    ]);
    expect(server.stdout).toContain("not listed or changed without a --token");
    expect(server.stdout).toContain("read only without a --token");
    expect((await fetch(new URL("/jobs", server.url))).status).toBe(403);
    const job = await server.post("/jobs", { task: "hash", input: { iterations: 1 } });
    expect(job.status).toBe(202);
    expect((await fetch(new URL(job.headers.get("location") ?? "", server.url))).status).toBe(200);
    const control = /control at (http:\S+?),/
      .exec(server.stdout)?.[1]
      ?.replace("0.0.0.0", "127.0.0.1");
    expect((await fetch(`${control}/reload`, { method: "POST" })).status).toBe(403);
  });
});
