import { endSignals } from "./end-signals.ts";

/**
 * For a process that the bench has forked. A signal to the whole group (Ctrl-C, `timeout`, a terminal
 * that closes) reaches it, too: the parent decides what becomes of it, and ends it by its handle.
 * Without a parent it ends.
 */
export function followParent(): void {
  for (const signal of endSignals) process.on(signal, () => {});
  process.on("disconnect", () => process.exit());
}
