import type { CommandLine, HelpSection } from "./command-line.ts";

const widthInColumns = 100;

/** What `--help` prints. */
export function writeHelp({ typed, synopsis, about, sections, notes }: CommandLine): string {
  const rows = sections.map((section) => ({ title: section.title, rows: listRows(section) }));
  const longest = Math.max(...rows.flatMap((each) => each.rows.map(([left]) => left.length)));
  const column = longest + 4;
  return [
    `Usage: ${typed(synopsis)}\n`,
    `${wrap(about, 0).join("\n")}\n`,
    ...rows.map(
      (each) => `${each.title}:\n${each.rows.map((row) => writeRow(row, column)).join("")}`,
    ),
    `${notes.flatMap((note) => wrap(note, 0)).join("\n")}\n`,
  ].join("\n");
}

type Row = readonly [left: string, doc: string];

function listRows({ options, words = {} }: HelpSection): Row[] {
  const flags = Object.entries(options).map(([name, { placeholder, doc }]): Row => {
    return [placeholder === null ? `--${name}` : `--${name} ${placeholder}`, doc];
  });
  return [...flags, ...Object.entries(words)];
}

function writeRow([left, doc]: Row, column: number): string {
  const lines = wrap(doc, column).map((line, index) =>
    index === 0 ? `  ${left}`.padEnd(column) + line : " ".repeat(column) + line,
  );
  return `${lines.join("\n")}\n`;
}

/** Lines that fit beside a column of this width, broken at spaces. */
function wrap(text: string, column: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || column + last.length + 1 + word.length > widthInColumns) {
      lines.push(word);
    } else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
