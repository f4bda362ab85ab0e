import { expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { ServerProcess } from "../helpers/server-process.ts";

interface Ran {
  readonly result: { readonly digest: string };
  readonly run: {
    readonly executor: string;
    readonly worker: number;
    readonly thread: number | null;
  };
}

test.each([
  ["single", [1], "inline"],
  ["cluster", [1, 2], "inline"],
  ["threads", [1], "threads"],
  ["hybrid", [1, 2], "threads"],
  ["libuv", [1], "libuv"],
] as const)(
  "mode %s serves by workers %j with the executor %s",
  async (mode, workers, executor) => {
    await using server = await ServerProcess.start(["--mode", mode, "--cores", "2"]);
    const path = "/hash?algorithm=pbkdf2-sha512&iterations=20000&input=a&salt=00";
    const rans = await Promise.all(Array.from({ length: 16 }, () => server.get<Ran>(path)));
    expect(new Set(rans.map(({ result }) => result.digest)).size).toBe(1);
    expect(new Set(rans.map(({ run }) => run.executor))).toEqual(new Set([executor]));
    expect([...new Set(rans.map(({ run }) => run.worker))].sort()).toEqual(workers);
    expect(rans.every(({ run }) => (run.thread !== null) === (executor === "threads"))).toBe(true);
    expect(server.stdout.trim().split("\n")).toHaveLength(1);
    expect(server.stdout).toContain(mode);
  },
);

test.each(["round-robin", "os", "reuse-port"])("--balance %s serves", async (balance) => {
  await using server = await ServerProcess.start(["--workers", "2", "--balance", balance]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => server.get<{ message: string; worker: number }>("/")),
  );
  expect(answers.every(({ message }) => message === "hello world")).toBe(true);
});

test("a start loads no HTTP client, and threads read compiled code from disk, too", async () => {
  const fixture = new URL("../fixtures/loaded.ts", import.meta.url).pathname;
  // As users start it: the tests' own processes have a compile cache already.
  await using server = await ServerProcess.startBy('unset NODE_COMPILE_CACHE && exec "$0" "$@"', [
    "--mode",
    "threads",
    "--threads",
    "1",
    "--tasks",
    fixture,
  ]);
  const look = async (executor: string) => {
    const answer = await server.post(`/tasks/loaded?executor=${executor}`, {});
    return ((await answer.json()) as { result: object }).result;
  };
  expect(await look("inline")).toEqual({ fetch: false, http: true, compileCache: true });
  expect(await look("threads")).toMatchObject({ fetch: false, compileCache: true });
});

test("executors are contrasted on one running server", async () => {
  await using server = await ServerProcess.start(["--mode", "threads", "--cores", "2"]);
  const digests = new Set<string>();
  for (const executor of ["inline", "libuv", "threads"]) {
    const path = `/hash?input=a&salt=00&iterations=1000&executor=${executor}`;
    const { run, result } = await server.get<Ran>(path);
    expect(run.executor).toBe(executor);
    digests.add(result.digest);
  }
  expect(digests.size).toBe(1);
});

test("the user's own tasks are served, in every executor that can take them", async () => {
  const file = new URL("../fixtures/tasks.ts", import.meta.url).pathname;
  await using server = await ServerProcess.start(["--mode", "threads", "--tasks", file]);
  for (const executor of ["inline", "libuv", "threads"]) {
    const response = await server.post(`/tasks/double?executor=${executor}`, { value: 21 });
    expect(await response.json()).toMatchObject({ result: { value: 42 }, run: { executor } });
  }
});

test("conda's HOST is passed over with a line in the log", async () => {
  const env = { HOST: "x86_64-conda-linux-gnu" };
  await using server = await ServerProcess.start(["--mode", "single"], env);
  expect(new URL(server.url).hostname).toBe("127.0.0.1");
  await server.printed(/"level":"warn".*"msg":"HOST=x86_64-conda-linux-gnu is not an address/);
  expect(await server.get("/")).toMatchObject({ message: "hello world" });
});

test("libuv warns, once, of own tasks that it cannot run", async () => {
  const file = new URL("../../examples/double.js", import.meta.url).pathname;
  const flags = ["--mode", "libuv", "--workers", "2", "--tasks", file];
  await using server = await ServerProcess.start(flags);
  await server.printed(/double has no runAsync: its runs need \?executor=inline/);
  expect(server.stderr.match(/no runAsync/g)).toHaveLength(1);
});

test("under node --watch the server starts and takes jobs", async () => {
  // Node sets it. Every process and thread then also sends the names of the modules that it loads.
  const env = { WATCH_REPORT_DEPENDENCIES: "1" };
  using folder = new Folder();
  const queue = `sqlite:${folder.file("jobs.db")}`;
  await using server = await ServerProcess.start(["--workers", "1", "--queue", queue], env);
  expect(await server.get<object>("/stats")).toMatchObject({ jobs: { states: { failed: 0 } } });
});
