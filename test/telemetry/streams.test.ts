import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const moduleOf = (name: string) =>
  JSON.stringify(new URL(`../../src/telemetry/${name}`, import.meta.url).href);

/** Runs code in its own process, with one pipe for both outputs; returns its lines. */
function piped(code: string): string[] {
  const script = `
    import { createLog } from ${moduleOf("log.ts")};
    import { outliveOutput } from ${moduleOf("streams.ts")};
    outliveOutput();
    const log = createLog({ logFormat: "json", logLevel: "info" });
    ${code}`;
  const args = ["--input-type=module-typescript", "--eval", script];
  const shell = ["-c", '"$0" "$@" 2>&1 | cat', process.execPath, ...args];
  const { stdout } = spawnSync("bash", shell, { encoding: "utf8", maxBuffer: 64 * 1024 ** 2 });
  return stdout.trimEnd().split("\n");
}

const burst = 10_000;
const inOrder = Array.from({ length: 2 * burst }, (_, index) => index);

test("a burst of the log and of a console comes out whole and in order, before an exit too", () => {
  const lines = piped(`
    for (let index = 0; index < ${2 * burst}; index += 2) {
      console.log(index);
      log.info({ index: index + 1 }, "a line of the usual length: GET /hash?input=abc 200");
    }
    process.exit(0);`);
  expect(lines.map((line) => Number(/\d+(?=,"msg"|$)/.exec(line)?.[0]))).toEqual(inOrder);
});

test("so do the lines of a thread", () => {
  const lines = piped(`
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    const code = "for (let index = 0; index < ${2 * burst}; index++) console.log(index);";
    await once(new Worker(code, { eval: true }), "exit");`);
  expect(lines.map(Number)).toEqual(inOrder);
});
