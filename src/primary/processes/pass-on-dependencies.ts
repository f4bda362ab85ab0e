/** With `node --watch` a worker reports the files that it loaded to the parent of the primary. */
export function passOnDependencies(message: unknown): void {
  if (typeof message !== "object" || message === null) return;
  if ("watch:import" in message || "watch:require" in message) process.send?.(message);
}
