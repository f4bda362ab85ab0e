/**
 * `npm run bench`: measures the real server and prints what it found. Progress goes to stderr, the
 * results to stdout.
 */
import { parseArgs } from "node:util";
import { gain } from "./scenarios/gain.ts";
import { overhead } from "./scenarios/overhead.ts";
import { overload } from "./scenarios/overload.ts";
import type { Pace, Scenario } from "./scenarios/scenario.ts";

const scenarios = [gain, overhead, overload];
const usage = `Usage: npm run bench [-- OPTIONS] [SCENARIO...]

Scenarios (all of them where none is named):
${scenarios.map(({ name, asks }) => `  ${name.padEnd(10)} ${asks}`).join("\n")}

Options:
  --rounds N    interleaved rounds; the result is their median (default 15)
  --seconds S   length of one variant in one round (default 1)
  --smoke       one short round of each, to see that everything still works
  --help
`;

class UsageError extends Error {}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`bench: ${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

async function main(argv: readonly string[]): Promise<void> {
  const { values, positionals } = read(argv);
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const onCell = (label: string) => process.stderr.write(`${label}\n`);
  const pace: Pace = values.smoke
    ? { rounds: 1, cellMs: 250, onCell }
    : {
        rounds: count("--rounds", values.rounds),
        cellMs: milliseconds("--seconds", values.seconds),
        onCell,
      };
  for (const { name, asks, run } of chosen(positionals)) {
    process.stderr.write(`${name}\n`);
    process.stdout.write(`\n${name}: ${asks}\n\n${await run(pace)}\n`);
  }
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        rounds: { type: "string", default: "15" },
        seconds: { type: "string", default: "1" },
        smoke: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  throw new UsageError(`${flag} ${text}: give a whole number from 1 to 1000`);
}

function milliseconds(flag: string, text: string): number {
  const value = Number(text);
  if (value >= 0.1 && value <= 600) return 1000 * value;
  throw new UsageError(`${flag} ${text}: give a number of seconds from 0.1 to 600`);
}

function chosen(names: readonly string[]): readonly Scenario[] {
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) throw new UsageError(`There is no scenario ${unknown.join(", ")}`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}
