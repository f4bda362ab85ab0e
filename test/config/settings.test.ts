/** Walks the table of options: each can be set in a configuration file, and is checked as a flag. */
import { describe, expect, test } from "vitest";
import { type Config, parseConfig } from "../../src/config/config.ts";
import { keyInFile } from "../../src/config/file/key.ts";
import { type FileSettings, noSettings, readSettings } from "../../src/config/file/settings.ts";
import { optionKeys, optionOf } from "../../src/config/options.ts";

const file = "manycore.config.ts";

function settingsOf(content: Record<string, unknown>, folder = "."): FileSettings {
  return { ...noSettings, file, ...readSettings(content, file, folder) };
}

function configOf(content: Record<string, unknown>, argv: string[] = [], env = {}): Config {
  const parsed = parseConfig(argv, env, 4, [], settingsOf(content));
  if (parsed.kind !== "serve") throw new Error(`not a configuration: ${JSON.stringify(parsed)}`);
  return parsed.config;
}

function errorsOf(content: Record<string, unknown>, argv: string[] = []): readonly string[] {
  const parsed = parseConfig(argv, {}, 4, [], settingsOf(content));
  if (parsed.kind !== "errors") throw new Error(`no errors: ${JSON.stringify(parsed)}`);
  return parsed.errors;
}

describe.each(optionKeys.filter((key) => !optionOf(key).notInFile))("%s", (key) => {
  const option = optionOf(key);
  const name = keyInFile(option) ?? "";
  const text = option.kind.examples.find((example) => example !== option.default) ?? "";
  const parsed = option.kind.parse(text);
  const value = parsed.ok && (option.repeatable ? [parsed.value] : parsed.value);

  test("is set by its key, as its flag sets it", () => {
    const config = configOf({ [name]: text });
    expect(config[key]).toEqual(value);
    expect(config.setBy[key]).toBe(`${name} in ${file}`);
    const flags = [`--${option.flag}`, text];
    const fromFile = configOf({ [name]: text });
    expect({ ...fromFile, setBy: 0 }).toEqual({ ...configOf({}, flags), setBy: 0 });
  });

  test("gives way to its flag and to its variable", () => {
    const variable = `MANYCORE_${option.flag.toUpperCase().replaceAll("-", "_")}`;
    const argv = [`--${option.flag}`, text];
    expect(configOf({ [name]: option.default || "other" }, argv)[key]).toEqual(value);
    expect(configOf({ [name]: option.default || "other" }, [], { [variable]: text })[key]).toEqual(
      value,
    );
  });

  test("is refused as its flag is, with the file and the key", () => {
    const use = `Use ${option.kind.allowed}`;
    for (const wrong of ["", null, {}, { is: "a function" }, [[]]]) {
      const shown = option.kind.isSecret ? "the value" : JSON.stringify(wrong);
      const error = `${name} in ${file}: ${shown} is not allowed. ${use}`;
      expect(errorsOf({ [name]: wrong })).toEqual([error]);
    }
  });
});

test("numbers, sizes in bytes, and true and false need no quotes", () => {
  expect(
    configOf({ port: 9000, workers: 3, bodyLimit: 2048, errorStacks: true, threads: "auto" }),
  ).toMatchObject({ port: 9000, workers: 3, bodyLimitBytes: 2048, errorStacks: "on" });
  expect(configOf({ errorStacks: false }).errorStacks).toBe("off");
});

test("a list may be one value or several, and the flags replace it", () => {
  expect(configOf({ tasks: "./a.ts" }).taskFiles).toEqual(["./a.ts"]);
  expect(configOf({ tasks: ["./a.ts", "./b.ts"] }).taskFiles).toEqual([...["./a.ts", "./b.ts"]]);
  expect(configOf({ tasks: ["./a.ts"] }, ["./c.ts", "./d.ts"]).taskFiles).toEqual([
    ...["./c.ts", "./d.ts"],
  ]);
});

test("what is undefined is not set", () => {
  expect(configOf({ port: undefined, nothing: undefined }).port).toBe(8000);
});

test.each<[string, unknown, string]>([
  ["runTimeout", 10, 'runTimeout in manycore.config.ts: "10" is not allowed. Add a unit: 10ms'],
  ["host", true, "host in manycore.config.ts: true is not allowed. Use an IP address"],
  ["host", 127, "host in manycore.config.ts: 127 is not allowed. Use an IP address"],
  ["mode", "fast", 'mode in manycore.config.ts: "fast" is not allowed. Use single, cluster'],
  ["tasks", ["./a.ts", 3], 'tasks in manycore.config.ts: ["./a.ts",3] is not allowed'],
  ["port", Number.NaN, 'port in manycore.config.ts: "NaN" is not allowed'],
  ["prot", 1, 'Unknown key "prot" in manycore.config.ts. Did you mean port?'],
  [
    "run-timeout",
    "1s",
    'Unknown key "run-timeout" in manycore.config.ts. Did you mean runTimeout?',
  ],
  ["runTimeoutMs", 1, "Did you mean runTimeout?"],
  ["config", "a.ts", 'Unknown key "config" in manycore.config.ts. The keys are the flags'],
  ["colour", 1, 'Unknown key "colour" in manycore.config.ts. The keys are the flags'],
])("%s: %j is an error that says %s", (key, value, message) => {
  expect(errorsOf({ [key]: value })).toEqual([expect.stringContaining(message)]);
});

test("mistakes of the file and of the command line are told at once", () => {
  const both = errorsOf({ prot: 1, mode: "fast" }, ["--prot", "1", "--cores", "x"]);
  expect(both).toHaveLength(4);
  expect(errorsOf({ port: 1, threads: 0, executor: "threads" })[0]).toContain("--threads 0: the");
  expect(errorsOf({ headersTimeout: "40s" })[0]).toMatch(/^headersTimeout in manycore\.config\.ts/);
});

test("paths count from the folder of the file", () => {
  const { given } = settingsOf(
    { tasks: ["./a.ts", "/b.ts"], queue: "sqlite:jobs.db", webhookSecretFile: ["s", "/s"] },
    "../other",
  );
  const texts = [...given.values()].map((each) => each.map(({ text }) => text));
  expect(texts).toEqual([
    ["../other/a.ts", "/b.ts"],
    ["sqlite:../other/jobs.db"],
    ["../other/s", "/s"],
  ]);
  expect(settingsOf({ queue: "none" }, "x").given.get("queue")?.[0]?.text).toBe("none");
  for (const wrong of ["jobs.db", "sqlite::memory:", "sqlite:file:a"]) {
    const parsed = parseConfig([], {}, 4, [], settingsOf({ queue: wrong }, "x"));
    expect(parsed).toMatchObject({ kind: "errors" });
  }
});
