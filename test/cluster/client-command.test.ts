/** `manycore run` and `manycore submit`, typed as users type them. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess, serverCommand } from "../helpers/server-process.ts";

const tasks = new URL("../fixtures/tasks.ts", import.meta.url).pathname;

let folder: Folder;
let server: ServerProcess;
beforeAll(async () => {
  folder = new Folder();
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
  server = await ServerProcess.start([...queue, "--tasks", tasks, "--mode", "threads"]);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

async function typed(args: readonly string[], input = "", url = server.url) {
  const [program, ...before] = serverCommand;
  const child = spawn(program, [...before, ...args], {
    env: { ...process.env, MANYCORE_URL: url },
  });
  child.stdin.end(input);
  const streams = [text(child.stdout), text(child.stderr), once(child, "close")] as const;
  const [stdout, stderr, [code]] = await Promise.all(streams);
  return { code: code as number, stdout, stderr };
}

test("run prints the output, of an input that is typed, in a file or piped", async () => {
  writeFileSync(folder.file("input.json"), '{"value":5}');
  const wanted = { code: 0, stdout: '{"value":10}\n', stderr: "" };
  expect(await typed(["run", "double", "--input", '{"value":5}'])).toEqual(wanted);
  expect(await typed(["run", "double", `--input=@${folder.file("input.json")}`])).toEqual(wanted);
  expect(await typed(["run", "--input", "@-", "double"], '{"value":5}')).toEqual(wanted);
});

test("run writes the output into a file where it is told to", async () => {
  const file = folder.file("output.json");
  const args = ["run", "double", "--input", '{"value":5}', "--output", file];
  expect(await typed(args)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(readFileSync(file, "utf8")).toBe('{"value":10}\n');
});

test("a task that takes bytes gets the file as it is, and its bytes go into a file", async () => {
  const [photo, cropped] = [folder.file("photo.png"), folder.file("cropped.png")];
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
  writeFileSync(photo, bytes);
  const named = ["--input", `@${photo}`, "--type", "image/png", "--query", "length=100"];
  const quiet = { code: 0, stdout: "", stderr: "" };
  expect(await typed(["run", "crop", ...named, "--output", cropped])).toEqual(quiet);
  expect(readFileSync(cropped)).toEqual(Buffer.from(bytes.subarray(0, 100)));
  const waited = await typed(["submit", "crop", ...named, "--wait", "--output", cropped]);
  expect(waited).toMatchObject({ code: 0, stdout: "" });
  const unnamed = await typed(["run", "crop", "--input", `@${photo}`]);
  expect(unnamed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/takes image.*--type TYPE\n/),
  });
});

test.each([
  [["run", "double", "--input", '{"value":"x"}'], 1, /input of double is not valid. \/value:/],
  [["run", "double", "--input", "{"], 1, /^manycore run: --input is no JSON/],
  [["run", "double", "--input", "@none.json"], 1, /--input @none.json cannot be read: ENOENT/],
  [["run", "nonesuch"], 1, /There is no task "nonesuch". There are .*double/],
  [["run", "double", "--executor", "gpu"], 1, /"executor" is not valid: give one of/],
  [["submit", "double", "--priority", "top"], 1, /\/priority: must be a whole number/],
  [["run"], 2, /^manycore run: Name a task: npm run task -- TASK\n$/],
  [["submit", "a", "b"], 2, /^manycore submit: Name one task, not 2/],
  [
    ["run", "double", "--inptu", "{}"],
    2,
    /^manycore run: --inptu is unknown. Did you mean --input\?\n$/,
  ],
  [["run", "double", "--input"], 2, /^manycore run: --input needs a value\n$/],
  [["run", "double", "--query", "x"], 2, /--query takes NAME=VALUE/],
  [["run", "double", "--url", "here"], 2, /"here" is no address of a server, such as http/],
])("%j says what is wrong", async (args, code, words) => {
  const ended = await typed(args);
  expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(words) });
});

test("flags for bytes do nothing for a task that takes JSON, so they are refused", async () => {
  for (const flag of ["--type=text/plain", "--query=value=4"]) {
    const { code, stderr } = await typed(["run", "double", "--input", '{"value":5}', flag]);
    const name = flag.split("=")[0];
    const words = `manycore run: ${name} is for tasks that take bytes, and double takes JSON. Leave it out\n`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: words });
  }
});

test("an output that nobody reads to its end is no error, one for which there is no room is", async () => {
  const run = (where: string) => {
    const script = `set -o pipefail; "$0" "$@" ${where}`;
    const args = ["run", "bytes", "--input", '{"length":3000000}', "--url", server.url];
    return spawnSync("bash", ["-c", script, ...serverCommand, ...args], { encoding: "utf8" });
  };
  const stdout = expect.stringMatching(/^\{"data":"\w{11}$/);
  expect(run("| head -c 20")).toMatchObject({ status: 0, stdout, stderr: "" });
  expect(run(">/dev/full")).toMatchObject({
    status: 1,
    stderr: "manycore run: The output cannot be written: ENOSPC: no space left on device, write\n",
  });
});

test("a server that is not there is named", async () => {
  const { url } = server;
  const gone = await ServerProcess.start([]);
  const address = gone.url;
  await gone[Symbol.asyncDispose]();
  expect(address).not.toBe(url);
  expect(await typed(["run", "double"], "", address)).toMatchObject({
    ...{ code: 1, stdout: "" },
    stderr: expect.stringContaining(`manycore run: ${address} does not answer`),
  });
});

test("submit prints the id; the job has the fields that were typed", async () => {
  const runAt = new Date(Date.now() + 3_600_000).toISOString();
  const fields = ["--priority", "7", "--tag", "a", "--tag", "b", "--run-at", runAt];
  const late = await typed(["submit", "double", "--input", '{"value":1}', ...fields]);
  expect(late).toMatchObject({ code: 0, stderr: "" });
  const job = await server.get(`/jobs/${late.stdout.trim()}?input=true`);
  const tags = ["a", "b"];
  expect(job).toMatchObject({ task: "double", priority: 7, tags, runAt, input: { value: 1 } });
});

test("submit --wait shows the progress, and prints the output", async () => {
  const args = ["submit", "steps", "--input", '{"steps":[1,{"of":2}]}', "--wait"];
  const { code, stdout, stderr } = await typed(args);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"told":2}\n' });
  expect(stderr).toMatch(/^job \S+\n/);
  expect(stderr).toMatch(/succeeded {"of":2}\n$/);
});

test("submit --wait fails with a job that fails", async () => {
  const args = ["submit", "throws", "--input", '{"message":"x"}', "--max-attempts", "1", "--wait"];
  const { code, stdout, stderr } = await typed(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/failed\nmanycore submit: .*throws/);
});

test("a token comes from the flag, a file or the variable, and is never printed", async () => {
  const queue = ["--queue", `sqlite:${folder.file("guarded.db")}`, "--cores", "1"];
  const token = "token-of-the-server";
  writeFileSync(folder.file("token"), `${token}\nanother\n`);
  await using guarded = await ServerProcess.start([...queue, "--token", token]);
  const submit = (...flags: string[]) =>
    typed(["submit", "hash", "--input", '{"iterations":1}', ...flags], "", guarded.url);
  const refused = await submit();
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("The request has no token");
  expect((await submit("--token", "wrong-token")).stderr).not.toContain("wrong-token");
  expect((await submit("--token", "no token")).stderr).not.toContain("no token");
  for (const flags of [["--token", token], [`--token-file=${folder.file("token")}`]]) {
    expect(await submit(...flags)).toMatchObject({ code: 0, stderr: "" });
  }
  const missing = await submit("--token-file", folder.file("nothing"));
  expect(missing.stderr).toMatch(/--token-file .* cannot be read: ENOENT/);
});
