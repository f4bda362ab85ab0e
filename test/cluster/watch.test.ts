/** `manycore serve --watch`: files are saved, and the workers are replaced. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Folder } from "../helpers/embedded-queue.ts";
import { gone, ServerProcess } from "../helpers/server-process.ts";

const library = new URL("../../src/index.ts", import.meta.url).href;

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder[Symbol.dispose]());

/** Writes the file in one step, as most editors save. */
function save(name: string, text: string): void {
  mkdirSync(dirname(folder.file(name)), { recursive: true });
  writeFileSync(folder.file(`${name}~`), text);
  renameSync(folder.file(`${name}~`), folder.file(name));
}

const taskOf = (name: string, value: string, head = "") =>
  `${head}
  import { defineTask, z } from ${JSON.stringify(library)};
  export const ${name} = defineTask({
    name: "${name}", description: "Says a word.", input: z.object({ text: z.string().optional() }),
    example: {}, run: () => ${value},
  });`;

class Watched implements AsyncDisposable {
  readonly server: ServerProcess;
  #workers: readonly number[];
  #reloads = 0;

  private constructor(server: ServerProcess, workers: readonly number[]) {
    this.server = server;
    this.#workers = workers;
  }

  static async start(...flags: readonly string[]): Promise<Watched> {
    const here = `cd ${JSON.stringify(folder.file("."))} && exec "$0" "$@"`;
    const server = await ServerProcess.startBy(here, ["--watch", ...flags]);
    return new Watched(server, await server.workers());
  }

  /** Resolves when the server has done so once more than before, and the old workers are gone. */
  async reloaded(how: "Reloaded" | "Not reloaded"): Promise<void> {
    this.#reloads += 1;
    await this.server.printed(new RegExp(`("msg":"(Not r|R)eloaded[^]*){${this.#reloads}}`));
    expect(this.messages.at(-1)).toMatch(new RegExp(`^${how}`));
    const old = this.#workers;
    if (how === "Not reloaded") return;
    for (const pid of old) await gone(pid);
    this.#workers = (await this.server.workers()).filter((pid) => !old.includes(pid));
    expect(this.#workers).toHaveLength(old.length);
  }

  get messages(): string[] {
    const said = this.server.log.map(({ msg }) => String(msg));
    return said.filter((msg) => /^(Not r|R)eloaded/.test(msg));
  }

  async run(name: string, input: object = {}): Promise<unknown> {
    const response = await this.server.post(`/tasks/${name}`, input);
    const { result } = (await response.json()) as { readonly result?: unknown };
    return response.ok ? result : response.status;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }
}

test("a save of a task module, of what it imports, and of a new one is served", async () => {
  save("tasks/a.ts", taskOf("a", "word", 'import { word } from "../lib/words.ts";'));
  save("lib/words.ts", 'export const word: string = "one";');
  await using watched = await Watched.start("./tasks", "--mode", "hybrid");
  expect(await watched.run("a")).toBe("one");

  save("lib/words.ts", 'export const word: string = "two";');
  await watched.reloaded("Reloaded");
  for (let times = 0; times < 4; times++) expect(await watched.run("a")).toBe("two");

  save("tasks/b.mjs", taskOf("b", '"new"'));
  await watched.reloaded("Reloaded");
  expect([await watched.run("a"), await watched.run("b")]).toEqual(["two", "new"]);

  rmSync(folder.file("tasks/b.mjs"));
  await watched.reloaded("Reloaded");
  expect(await watched.run("b")).toBe(404);
  expect(watched.server.log.filter(({ level }) => level === "error")).toEqual([]);
});

test("a broken module is told once, the old workers go on, and the next save tries again", async () => {
  save("a.ts", taskOf("a", '"one"'));
  await using watched = await Watched.start("./a.ts", "--workers", "2");
  const before = await watched.server.workers();

  save("a.ts", "\nexport const a: number = = 1;");
  await watched.reloaded("Not reloaded");
  expect(watched.messages.at(-1)).toMatch(/a\.ts failed .* at line 2 \(export const a: number/);
  expect(await watched.run("a")).toBe("one");

  save("a.ts", taskOf("a", '"three"', 'import "./missing.mjs";'));
  await watched.reloaded("Not reloaded");
  expect(await watched.run("a")).toBe("one");
  expect(await watched.server.workers()).toEqual(expect.arrayContaining(before));

  save("missing.mjs", "");
  await watched.reloaded("Reloaded");
  expect(await watched.run("a")).toBe("three");
  const told = watched.server.log.filter(({ level }) => level === "error" || level === "fatal");
  expect(told).toHaveLength(2);
});

describe("the configuration file", () => {
  const config = (settings: string) => `export default { tasks: "./a.mjs", ${settings} };`;

  test("is read again, and what the workers use takes effect", async () => {
    save("a.mjs", taskOf("a", '"one"'));
    save("b.mjs", taskOf("b", '"two"'));
    save("manycore.config.mjs", config("watch: true, workers: 1"));
    await using watched = await Watched.start();
    const large = { text: "x".repeat(2000) };
    expect(await watched.run("a", large)).toBe("one");

    save(
      "manycore.config.mjs",
      config('workers: 1, jobRetention: "1h", bodyLimit: "1kb", tasks: ["./a.mjs", "./b.mjs"]'),
    );
    await watched.reloaded("Reloaded");
    expect([await watched.run("a", large), await watched.run("b")]).toEqual([413, "two"]);
    const warnings = watched.server.log.filter(({ level }) => level === "warn");
    expect(warnings.map(({ msg }) => msg).slice(1)).toEqual([
      "jobRetention in manycore.config.mjs has changed: that needs a restart of the server",
    ]);

    save("manycore.config.mjs", config("prot: 1"));
    await watched.reloaded("Not reloaded");
    expect(watched.messages.at(-1)).toBe(
      'Not reloaded: Unknown key "prot" in manycore.config.mjs. Did you mean port?',
    );
    save("a.mjs", taskOf("a", '"three"'));
    await watched.reloaded("Reloaded");
    expect([await watched.run("a"), await watched.run("b")]).toEqual(["three", "two"]);
  });
});

test("a job that runs goes back to the queue, and the new worker runs it", async () => {
  const run = (end: string) => taskOf("a", `new Promise((resolve) => { ${end} })`);
  save("a.mjs", run(""));
  const queue = ["--queue", `sqlite:${folder.file("jobs.db")}`];
  const flags = ["--workers", "1", "--drain-timeout", "600ms", ...queue];
  await using watched = await Watched.start("./a.mjs", ...flags);
  const accepted = await watched.server.post("/jobs", { task: "a", input: {} });
  const { id } = (await accepted.json()) as { readonly id: string };
  const events = await fetch(`${watched.server.url}/jobs/${id}/events`);
  const states = events.body?.pipeThrough(new TextDecoderStream());
  let seen = "";
  let isSaved = false;
  for await (const text of states ?? []) {
    seen += text;
    if (!isSaved && /"state":"running"/.test(seen)) {
      isSaved = true;
      save("a.mjs", run('resolve("done")'));
    }
  }
  await watched.reloaded("Reloaded");
  const job = await fetch(`${watched.server.url}/jobs/${id}/result`, {
    headers: { prefer: "wait=30" },
  });
  expect(isSaved).toBe(true);
  expect(await job.text()).toContain("done");
});
