/** What `--help` prints, and the table of options in the documentation. */
import { commandNames, commands, type Start, typed } from "./commands.ts";
import { modeNames, modes } from "./modes.ts";
import { type Option, variablesOf } from "./option.ts";
import { optionGroups } from "./options.ts";

const widthInColumns = 80;
const indent = " ".repeat(6);

export function helpText(start: Start): string {
  return [
    "manycore: a server for CPU-bound tasks and jobs that uses every core",
    "",
    "Usage:",
    ...usageLines(start),
    "",
    "manycore without a command serves. TASKS are your own: a file, a folder or a",
    "package, in JavaScript or TypeScript.",
    "",
    "Modes:",
    ...modeNames.map((name) => `  ${name.padEnd(10)}${modes[name].shows}`),
    "",
    "A flag wins over its variable, the first variable over the second, and each of",
    "them over the configuration file (docs/configuration.md).",
    "",
    "  -h, --help      Prints this text.",
    "  -v, --version   Prints the version.",
    ...Object.entries(optionGroups).flatMap(([title, group]) => [
      "",
      `${title}:`,
      ...Object.values(group).map(helpOf),
    ]),
    "",
  ].join("\n");
}

/** The table in Markdown, without a line feed at the end. */
export function optionsTable(): string {
  const rows = Object.entries(optionGroups).flatMap(([title, group]) => [
    `| **${title}** | | | | |`,
    ...Object.values(group).map(rowOf),
  ]);
  return [
    "| flag | default | what it sets | values | variables |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function usageLines(start: Start): string[] {
  const lines = commandNames.map(
    (name) => [typed(start, name, commands[name].words), name] as const,
  );
  const width = Math.max(...lines.map(([line]) => line.length));
  return lines.map(([line, name]) => `  ${line.padEnd(width)}  ${commands[name].does}`);
}

function helpOf(option: Option<unknown>): string {
  const { flag, short, doc, kind } = option;
  const variables = variablesOf(option);
  const label = variables.length === 1 ? "Variable" : "Variables";
  const shortForm = short === undefined ? "" : `-${short}, `;
  return [
    `  ${shortForm}--${flag} ${kind.placeholder}`,
    ...wrapped(`${doc}.`),
    ...wrapped(`Values: ${kind.allowed}.`),
    ...wrapped(`Default: ${option.default || "none"}. ${label}: ${variables.join(", ")}`),
  ].join("\n");
}

function rowOf(option: Option<unknown>): string {
  const { flag, short, doc, kind } = option;
  const flags = [`--${flag}`, ...(short === undefined ? [] : [`-${short}`])].map(code).join(", ");
  const variables = variablesOf(option).map(code).join(", ");
  return `| ${flags} | ${code(option.default || "none")} | ${doc} | ${kind.allowed} | ${variables} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Lines of at most `widthInColumns`, broken at spaces and indented. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > widthInColumns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}
