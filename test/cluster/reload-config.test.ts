/** What a reload of a real server takes of its configuration file. */
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

const settings = { workers: 1, tokenFile: "./token", maxQueued: 10 };

test("a reload takes the file as a whole, and names what needs a restart", async () => {
  using folder = new Folder();
  const configure = (changed: object, token: string) => {
    writeFileSync(folder.file("token"), token);
    writeFileSync(folder.file("settings.json"), JSON.stringify({ ...settings, ...changed }));
  };
  configure({}, "the-token-of-before");
  const flags = ["--config", folder.file("settings.json"), "--control", "0"];
  await using server = await ServerProcess.start(flags);
  const reload = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.controlUrl}/reload`, { method: "POST", headers });
    return response.status;
  };
  const [before] = await server.workers();

  configure({ workers: 2, logLevel: "debug", maxQueued: 20 }, "the-token-of-today");
  expect(await reload("the-token-of-before")).toBe(200);
  await server.printed(/"worker":2,[^\n]*is ready/);
  const workers = await server.workers();
  expect(workers).toHaveLength(2);
  expect(workers).not.toContain(before);
  expect(server.log.filter(({ level }) => level === "warn").map(({ msg }) => msg)).toEqual([
    `maxQueued in ${folder.file("settings.json")} has changed: that needs a restart of the server`,
  ]);
  expect(server.stderr).toContain('"level":"debug"');

  // A file that is wrong changes nothing.
  configure({ worker: 3 }, "the-token-of-tomorrow");
  expect(await reload("the-token-of-before")).toBe(401);
  expect(await reload("the-token-of-today")).toBe(409);
  expect(await server.workers()).toEqual(workers);

  configure({ workers: 1, logLevel: "silent", maxQueued: 10 }, "the-token-of-tomorrow");
  expect(await reload("the-token-of-today")).toBe(200);
  await expect.poll(() => server.workers(), { timeout: 60_000 }).toHaveLength(1);
  expect(await reload("the-token-of-tomorrow")).toBe(200);
});
