import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { createLog, isPretty } from "../../src/telemetry/log.ts";

const module = new URL("../../src/telemetry/log.ts", import.meta.url).href;

/** Runs code with a log in its own process; returns its output. */
function logged(logFormat: string, logLevel: string, code: string) {
  const script = `
    import { createLog } from ${JSON.stringify(module)};
    const log = createLog(${JSON.stringify({ logFormat, logLevel })}, { worker: 3 });
    ${code}`;
  const options = ["--input-type=module-typescript", "--eval", script];
  const { stdout, stderr, status } = spawnSync(process.execPath, options, { encoding: "utf8" });
  return { stdout, lines: stderr.trimEnd().split("\n"), status };
}

describe("JSON", () => {
  test.each(["json", "auto"])("%s, away from a terminal: a line each on stderr", (format) => {
    const { stdout, lines } = logged(
      format,
      "info",
      'log.info({ pid: 7 }, "hello"); log.debug("no");',
    );
    expect(stdout).toBe("");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: "info", time: expect.any(String), worker: 3, pid: 7, msg: "hello" },
    ]);
    expect(JSON.parse(lines[0] ?? "").time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test("has an error's stack and causes", () => {
    const { lines } = logged("json", "info", 'log.error({ err: new Error("a") }, "failed");');
    expect(JSON.parse(lines[0] ?? "").err).toMatchObject({
      message: "a",
      stack: expect.stringContaining("at "),
    });
  });
});

test("pretty is for people: no JSON, and no colour away from a terminal", () => {
  const { lines } = logged("pretty", "info", 'log.warn({ code: 7 }, "hello");');
  expect(lines).toEqual([
    expect.stringMatching(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: hello \{"worker":3,"code":7\}$/),
  ]);
});

test("pretty writes why there is no server as a plain line, and controls no terminal", () => {
  const script = `
    import { createLog } from ${JSON.stringify(module)};
    const log = createLog({ logFormat: "pretty", logLevel: "info" });
    log.fatal("Port 1 is\\n in \\x1b[31m use.");
    log.fatal({ err: new Error("boom") }, "uncaught exception");`;
  const options = ["--input-type=module-typescript", "--eval", script];
  const { stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
  const [first, second, third, fourth] = stderr.split("\n");
  expect(first).toBe("manycore: Port 1 is\\n in \\u001b[31m use.");
  expect(second).toBe("manycore: uncaught exception");
  expect(third).toBe("Error: boom");
  expect(fourth).toMatch(/^ +at /);
});

test.each(["json", "pretty"])(
  "in %s the last words before an exit are written, all of them",
  (format) => {
    const code =
      'for (let i = 0; i < 2000; i++) log.info("line " + i); log.fatal("last"); process.exit(4);';
    const { lines, status } = logged(format, "info", code);
    expect(status).toBe(4);
    expect(lines).toHaveLength(2001);
    expect(lines.at(-1)).toContain("last");
  },
);

test("silent writes nothing", () => {
  const { lines } = logged("json", "silent", 'log.fatal("no");');
  expect(lines).toEqual([""]);
});

test("auto is pretty on a terminal only", () => {
  expect((["auto", "json", "pretty"] as const).map((format) => isPretty(format, true))).toEqual([
    true,
    false,
    true,
  ]);
  expect((["auto", "json", "pretty"] as const).map((format) => isPretty(format, false))).toEqual([
    false,
    false,
    true,
  ]);
});

test("the level is the one that was asked for", () => {
  expect(createLog({ logLevel: "error", logFormat: "json" }).level).toBe("error");
});

test("pretty keeps text of a client or a task from controlling the terminal", () => {
  const said = JSON.stringify("red\u001b[31m\r\nlevel: fake\u202e");
  const { lines } = logged("pretty", "info", `log.warn({ said: ${said} }, ${said});`);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/\p{Cc}|\u202e/u);
  expect(lines[0]).toContain("\\u001b[31m");
});

test("JSON keeps text of a client or a task from forging a line, and shows what it was", () => {
  const said = 'red\u001b[31m\r\n{"level":"fatal"}\u202e\u2028\u0085';
  const code = `log.warn({ said: ${JSON.stringify(said)} }, ${JSON.stringify(said)});`;
  const { lines } = logged("json", "info", code);
  expect(lines).toEqual([expect.stringMatching(/^[ -~]+$/)]);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "warn", said, msg: said });
});
