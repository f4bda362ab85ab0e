/**
 * Tests the load generator: `node bench/dev/self-test/self-test.ts` measures servers whose latency
 * is known, prints what it found, and exits with 1 if that is wrong.
 *
 * `--omission actual` and `--omission closed` measure wrongly on purpose, as many load generators
 * do (coordinated omission). The self-test must then fail.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Interrupted } from "../../command/failures.ts";
import { stopOnSignals } from "../../command/interruption.ts";
import { type Check, checkFreeze, checkSteady, type Omission } from "./checks.ts";

/**
 * Runs all checks at the same time; about 7 seconds.
 *
 * @throws the signal's reason where it aborts, and Error where a server of its own ends by itself
 */
export async function selfTest(
  signal: AbortSignal,
  omission: Omission | null = null,
): Promise<Check[]> {
  return (await Promise.all([checkFreeze(signal, omission), checkSteady(signal)])).flat();
}

/** One line a check. */
export function describeChecks(checks: readonly Check[]): string {
  const digits = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
  const lines = checks.map(({ name, measured, least, most, passed }) => {
    const range = `${digits.format(least)} to ${digits.format(most)}`;
    return `${passed ? "ok    " : "FAILED"} ${name}: ${digits.format(measured)} (must be ${range})\n`;
  });
  return lines.join("");
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { omission: { type: "string" } } });
  const { omission = null } = values;
  if (omission !== null && omission !== "actual" && omission !== "closed") {
    throw new TypeError(`--omission ${omission}: use actual or closed`);
  }
  try {
    const checks = await selfTest(stopOnSignals().signal, omission);
    process.stdout.write(describeChecks(checks));
    if (checks.some(({ passed }) => !passed)) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write(`self-test: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
