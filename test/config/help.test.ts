import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { commandNames, type Start, typed } from "../../src/config/commands.ts";
import { helpText, optionsTable } from "../../src/config/help.ts";
import { modeNames } from "../../src/config/modes.ts";
import { variablesOf } from "../../src/config/option.ts";
import { optionKeys, optionOf } from "../../src/config/options.ts";

const starts: readonly Start[] = ["source", "npx", "package"];

describe.each(optionKeys)("%s", (key) => {
  const option = optionOf(key);

  test("is in the help and in the table, with its variables, its default and its values", () => {
    const help = helpText("source").replaceAll(/\s+/g, " ");
    const row = optionsTable()
      .split("\n")
      .find((line) => line.startsWith(`| \`--${option.flag}\``));
    const { flag, doc, kind } = option;
    for (const part of [flag, option.default, doc, kind.allowed, ...variablesOf(option)]) {
      expect(help).toContain(part);
      expect(row).toContain(part);
    }
  });
});

test.each(starts)("from the %s the help fits 80 columns and names commands and modes", (start) => {
  const help = helpText(start);
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
  for (const command of commandNames) expect(help).toContain(typed(start, command));
  for (const mode of modeNames) expect(help).toMatch(new RegExp(`^  ${mode} +\\S`, "m"));
});

test("every row of the table has five cells", () => {
  for (const line of optionsTable().split("\n")) expect(line.split("|")).toHaveLength(7);
});

test("docs/configuration.md holds the table; WRITE_DOCS=1 renews it", () => {
  const section = /(?<=<!-- options -->\n+)[\s\S]*?(?=\n+<!-- \/options -->)/;
  const page = new URL("../../docs/configuration.md", import.meta.url);
  const text = readFileSync(page, "utf8");
  if (process.env["WRITE_DOCS"]) {
    const renewed = text.replace(section, () => optionsTable());
    writeFileSync(page, renewed);
  } else {
    expect(section.exec(text)?.[0]).toBe(optionsTable());
  }
});
