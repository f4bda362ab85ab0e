import { closeSync, fchmodSync, openSync } from "node:fs";

/** For the owner alone: inputs and results of jobs may be anything. */
const ownersOnly = 0o600;

/** Makes an empty file. @throws Error where there is one */
export function makeOwn(path: string): void {
  const file = openSync(path, "wx", ownersOnly);
  fchmodSync(file, ownersOnly); // The umask may have taken the owner's own rights.
  closeSync(file);
}
