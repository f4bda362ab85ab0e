/**
 * Tests the load generator before it is believed: `node bench/self-test.ts` prints what it
 * measured of servers whose latency is known, and exits with 1 where that is not what it must be.
 *
 * `--omission actual` and `--omission closed` measure wrongly on purpose, as many load generators
 * do (coordinated omission): the self-test must fail then.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Check, checkFreeze, checkSteady, type Omission } from "./self-test/checks.ts";

/** Runs all checks, side by side; about 7 seconds. */
export async function selfTest(omission: Omission | null = null): Promise<Check[]> {
  return (await Promise.all([checkFreeze(omission), checkSteady()])).flat();
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
  const checks = await selfTest(omission);
  process.stdout.write(describeChecks(checks));
  if (checks.some(({ passed }) => !passed)) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
