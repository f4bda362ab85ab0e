/** The time limit of a campaign; a test of the limit itself sets a short one. */
export function limitOf(ms: number): number {
  return Number(process.env["KILL_LIMIT_MS"] ?? ms);
}
