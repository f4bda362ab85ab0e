import { afterEach, describe, expect, test, vi } from "vitest";
import { giveJson, noInput } from "../../../../bench/command/given-input.ts";
import { writeHelp } from "../../../../bench/command/help.ts";
import { benchCommand } from "../../../../bench/compare/plan/command-line.ts";
import { type BenchOptions, readBenchOptions } from "../../../../bench/compare/plan/options.ts";

afterEach(() => vi.unstubAllEnvs());

function options(...argv: string[]): BenchOptions {
  const read = readBenchOptions(argv);
  if (read === null) throw new Error("read as help");
  return read;
}

describe("the command line", () => {
  test("by default every part of the comparison, in every mode, on hash", () => {
    expect(options()).toMatchObject({
      preset: "default",
      task: "hash",
      input: noInput,
      modes: null,
      parts: ["gain", "latency", "placement", "crossover"],
      out: "bench-results",
    });
  });

  test("parts may be words or a list, and modes come in their usual order", () => {
    expect(
      options("latency", "--only", "crossover,gain", "--modes", "threads,single"),
    ).toMatchObject({
      parts: ["gain", "latency", "crossover"],
      modes: ["single", "threads"],
    });
  });

  test("values are read", () => {
    const argv = ["--input", '{"limit":9}', "--cores", "3", "--rounds", "7", "--seconds", "0.5"];
    expect(options(...argv)).toMatchObject({
      ...{ input: giveJson({ limit: 9 }), cores: 3, rounds: 7, cellMs: 500 },
    });
  });

  test.each(["--help", "-h"])("%s comes before anything else", (flag) =>
    expect(readBenchOptions([flag, "nonsense"])).toBeNull(),
  );

  test("what only developers of this project ask is not the bench's", () => {
    expect(() => readBenchOptions(["jobs-million"])).toThrow(/--only jobs-million: use gain, /);
    expect(writeHelp(benchCommand)).not.toMatch(/jobs|self-test|overhead/);
  });

  test.each([
    [["--modes", "single,theads"], /--modes theads: .*Did you mean threads\?/],
    [["gian"], /--only gian: .*Did you mean gain\?/],
    [["quick"], /--only quick: .*Did you mean --quick\?/],
    [["--secnds", "3"], /^Unknown flag --secnds\. Did you mean --seconds\?$/],
    [["--max-pendign", "3"], /Did you mean --max-pending\? It is a flag of the server\. The bench/],
    [["--input", "{abc"], /--input "\{abc": not JSON/],
    [["--quick", "--full"], /--quick --full: give one/],
    [["--cores", "0"], /--cores 0: give a whole number from 1/],
    [["--rounds", "2.5"], /--rounds 2.5: give a whole number/],
    [["--rounds", "0"], /--rounds 0: give a whole number from 1 to 1000/],
    [["--seconds", "x"], /--seconds x: give a number/],
    [["--nonsense"], /--nonsense/],
  ])("%j is refused", (argv, message) => {
    expect(() => readBenchOptions(argv)).toThrow(message);
  });

  test("a flag that npm kept for itself is told, and one of npm's own settings is not", () => {
    vi.stubEnv("npm_lifecycle_event", "bench");
    vi.stubEnv("npm_config_only", "production");
    expect(options().preset).toBe("default");
    vi.stubEnv("npm_config_quick", "true");
    const remedy = "npm kept --quick for itself. Put a lone -- before: npm run bench -- --quick …";
    expect(() => readBenchOptions([])).toThrow(remedy);
  });
});
