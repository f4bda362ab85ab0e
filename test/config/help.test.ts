import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { helpText, optionsTable } from "../../src/config/help.ts";
import { modeNames } from "../../src/config/names.ts";
import { type Option, optionNames, options, variableOf } from "../../src/config/options.ts";

describe.each(optionNames)("--%s", (name) => {
  const { default: standard, doc, kind }: Option<unknown> = options[name];

  test("is in the help and in the table, with its variable, its default and its values", () => {
    const help = helpText().replaceAll(/\s+/g, " ");
    const row = optionsTable()
      .split("\n")
      .find((line) => line.startsWith(`| \`--${name}\` |`));
    for (const part of [variableOf(name), standard, doc, kind.allowed]) {
      expect(help).toContain(part);
      expect(row).toContain(part);
    }
  });

  test("has a default that is one of its values, where it has one", () => {
    expect(standard === "" || kind.parse(standard).ok).toBe(true);
  });
});

test("the help fits a terminal and names every mode", () => {
  const lines = helpText().split("\n");
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  for (const mode of modeNames) expect(helpText()).toMatch(new RegExp(`^  ${mode} +\\S`, "m"));
});

test("every row of the table has five cells", () => {
  for (const line of optionsTable().split("\n")) expect(line.split("|")).toHaveLength(7);
});

test("docs/configuration.md holds the table as it is", () => {
  const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  const section = /<!-- options -->\n+([\s\S]*?)\n+<!-- \/options -->/.exec(page)?.[1];
  expect(section).toBe(optionsTable());
});
