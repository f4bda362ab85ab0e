import { createRequire } from "node:module";

const peers = ["bullmq", "ioredis"] as const;

/**
 * Makes sure of the packages that only a queue in Redis needs.
 *
 * @throws Error for the operator, with the command that installs them
 */
export function requirePeers(): void {
  const { resolve } = createRequire(import.meta.url);
  const missing = peers.filter((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  const are = missing.length === 1 ? "is" : "are";
  throw new Error(
    `A queue in Redis needs ${peers.join(" and ")}: ${missing.join(" and ")} ${are} not installed. Run: npm install ${peers.join(" ")}`,
  );
}
