import { modes } from "./layout.ts";
import { modeNames } from "./names.ts";
import { type Option, type OptionName, optionNames, options, variableOf } from "./options.ts";
import { typed } from "./typed.ts";

const indent = " ".repeat(4);
const widthInColumns = 96;
const widthOfUsage = 30;

/** What `--help` prints. */
export function helpText(): string {
  const sections = optionNames.map((name) => {
    const { doc, kind, placeholder } = optionOf(name);
    const details = `Values: ${kind.allowed}. Default: ${defaultOf(name)}. Variable: ${variablesOf(name).join(" or ")}`;
    return [`  --${name} ${placeholder}`, ...wrapped(`${doc}.`), ...wrapped(details)].join("\n");
  });
  return [
    "manycore: a CPU-bound job server that uses every core",
    "",
    `Usage: ${typed("serve", "[flags]")}`,
    `       ${typed("bench", "--help").padEnd(widthOfUsage)}measures every mode`,
    `       ${typed("stress", "--help").padEnd(widthOfUsage)}finds the load that it can take`,
    "",
    "Modes:",
    ...modeNames.map((name) => `  ${name.padEnd(10)}${modes[name].shows}`),
    "",
    "Flags, each with its environment variable; a flag wins over a variable:",
    "  -h, --help",
    `${indent}Prints this.`,
    "  -v, --version",
    `${indent}Prints the version.`,
    ...sections,
    "",
  ].join("\n");
}

/** The README's table of options, in Markdown, without a line feed at the end. */
export function optionsTable(): string {
  const rows = optionNames.map((name) => {
    const { doc, kind } = optionOf(name);
    const variables = variablesOf(name).map(code).join(", ");
    return `| ${code(`--${name}`)} | ${code(defaultOf(name))} | ${doc} | ${kind.allowed} | ${variables} |`;
  });
  return [
    "| flag | default | what it sets | values | variable |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function optionOf(name: OptionName): Option<unknown> {
  return options[name];
}

function defaultOf(name: OptionName): string {
  return optionOf(name).default || "none";
}

function variablesOf(name: OptionName): string[] {
  const { plainVariable } = optionOf(name);
  return plainVariable === undefined ? [variableOf(name)] : [variableOf(name), plainVariable];
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
