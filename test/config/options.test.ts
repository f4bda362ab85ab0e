/** Walks the table of options: an option that is added there is tested here without another line. */
import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Config,
  encodeWorkerConfig,
  parseConfig,
  readWorkerConfig,
} from "../../src/config/config.ts";
import { variableOf, variablesOf } from "../../src/config/option.ts";
import { optionGroups, optionKeys, optionOf } from "../../src/config/options.ts";

const cores = 4;

function configOf(argv: readonly string[], env: Record<string, string> = {}): Config {
  const parsed = parseConfig(argv, env, cores, ["::1"]);
  if (parsed.kind !== "serve") throw new Error(`not a configuration: ${JSON.stringify(parsed)}`);
  return parsed.config;
}

function errorsOf(argv: readonly string[], env: Record<string, string> = {}): readonly string[] {
  const parsed = parseConfig(argv, env, cores);
  if (parsed.kind !== "errors") throw new Error(`no errors: ${JSON.stringify(parsed)}`);
  return parsed.errors;
}

test("every option is in one group, with a flag, a variable and letters of its own", () => {
  const grouped = Object.values(optionGroups).flatMap((group) => Object.keys(group));
  expect(grouped).toEqual(optionKeys);
  const options = optionKeys.map(optionOf);
  for (const names of [
    options.map(({ flag }) => flag),
    options.flatMap(({ short = [] }) => short),
    options.flatMap(variablesOf),
  ]) {
    expect(new Set(names).size).toBe(names.length);
  }
});

describe.each(optionKeys)("%s", (key) => {
  const option = optionOf(key);
  const { flag, short, kind, repeatable } = option;
  const text = kind.examples.find((example) => example !== option.default) ?? "";
  const parsed = kind.parse(text);
  const value = parsed.ok && repeatable ? [parsed.value] : parsed.ok && parsed.value;

  test("has a default that it takes, or none", () => {
    expect(option.default === "" || kind.parse(option.default).ok).toBe(true);
    for (const example of kind.examples) expect(kind.parse(example).ok).toBe(true);
  });

  test("is set by its flag, in every spelling", () => {
    expect(configOf([`--${flag}`, text])[key]).toEqual(value);
    expect(configOf([`--${flag}=${text}`])[key]).toEqual(value);
    if (short !== undefined) expect(configOf([`-${short}`, text])[key]).toEqual(value);
    expect(configOf([`--${flag}`, text]).setBy[key]).toBe(`--${flag}`);
  });

  test("is set by its variables: the flag wins over them, and the first over the second", () => {
    for (const variable of variablesOf(option)) {
      const config = configOf([], { [variable]: text });
      expect(config[key]).toEqual(value);
      expect(config.setBy[key]).toBe(variable);
    }
    const wrong = Object.fromEntries(variablesOf(option).map((variable) => [variable, ""]));
    expect(configOf([`--${flag}`, text], wrong)[key]).toEqual(value);
    if (option.alias) {
      const env = { [variableOf(option)]: text, [option.alias]: "\0" };
      expect(configOf([], env)[key]).toEqual(value);
    }
  });

  test("names the flag or variable, the value and the remedy when it is wrong", () => {
    const refusal = (source: string, given: string) =>
      `${source}: ${kind.isSecret ? "the value" : JSON.stringify(given)} is not allowed. Use ${kind.allowed}`;
    expect(errorsOf([`--${flag}=`])).toEqual([refusal(`--${flag}`, "")]);
    if (kind.parse("\0").ok) return;
    const variable = option.alias === "HOST" ? [] : variablesOf(option);
    for (const source of variable) {
      expect(errorsOf([], { [source]: "\0" })).toEqual([refusal(source, "\0")]);
    }
  });

  test.skipIf(kind.bare)("says that its value is missing", () => {
    expect(errorsOf([`--${flag}`])).toEqual([`--${flag} needs a value. Use ${kind.allowed}`]);
  });

  test.skipIf(!kind.bare)("may stand alone, and takes no other word than its values", () => {
    expect(configOf([`--${flag}`, "./a.ts"])).toMatchObject({ [key]: "on", taskFiles: ["./a.ts"] });
    expect(configOf([`--${flag}`, "off"])).toMatchObject({ [key]: "off", taskFiles: [] });
    expect(errorsOf([`--${flag}`, "yes"])).toEqual([
      `--${flag}: "yes" is not allowed. Use ${kind.allowed}`,
    ]);
  });

  test("reaches a worker", () => {
    const env = encodeWorkerConfig(configOf([`--${flag}`, text]), 1);
    expect(readWorkerConfig(env).config[key]).toEqual(value);
  });
});

test("a list in a variable is separated as PATH is, and replaced by the flags", () => {
  const env = { MANYCORE_TASKS: ["a.ts", "b.ts", ""].join(delimiter) };
  expect(configOf([], env).taskFiles).toEqual(["a.ts", "b.ts"]);
  expect(configOf(["--tasks", "c.ts", "--tasks=d.ts"], env).taskFiles).toEqual(["c.ts", "d.ts"]);
});
