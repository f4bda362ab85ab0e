/** `createServer`, in a process of its own: the example. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { createServer } from "../../src/embed/embed.ts";

const example = new URL("../../examples/own-entry/server.ts", import.meta.url).pathname;

test("the example serves, and closes when its own signal handler says so", async () => {
  const env = { ...process.env, PORT: "0" };
  const child = spawn(process.execPath, [example], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = child.stdout.setEncoding("utf8").iterator();
  const first = String((await lines.next()).value);
  const url = /^ready at (http:\S+)\n$/.exec(first)?.[1] ?? first;
  const response = await fetch(`${url}/tasks/double`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"value":21}',
  });
  expect(await response.json()).toMatchObject({ result: { value: 42 } });
  child.kill("SIGTERM");
  expect((await lines.next()).value).toBe("closed\n");
  expect(await once(child, "close")).toEqual([0, null]);
});

test("it has control where its options say so", async () => {
  const program = new URL("../fixtures/server-with-control.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  expect({ printed, code }).toEqual({ printed: "true 200\n", code: 0 });
});

test.each([
  [{ port: 70_000 }, /port in createServer: /],
  [{ mode: "thread" }, /mode in createServer: "thread" is not allowed/],
  [{ taks: "./a.js" }, /Unknown key "taks" in createServer. Did you mean tasks/],
  [{ tasks: "./none.js" }, /none.js/],
])("%j is refused before anything is started", async (options, words) => {
  await expect(createServer(options as object)).rejects.toThrow(words);
});
