/**
 * How much of it: a campaign is short in `npm test`, and long where the environment says so.
 *
 * @param name of the variable
 */
export function amountOf(name: string, usual: number): number {
  return Number(process.env[name] ?? usual);
}

/** What a campaign draws from. In CI it is the same each time; elsewhere a failure prints it. */
export const seed = amountOf("SEED", process.env["CI"] ? 1 : Date.now() % 1_000_000);

/** More flags for the servers of a campaign: `SERVER_FLAGS="--mode hybrid" npm run test:kills`. */
export const moreFlags = (process.env["SERVER_FLAGS"] ?? "").split(" ").filter(Boolean);
