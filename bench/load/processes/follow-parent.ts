import { endSignals } from "./end-signals.ts";

/**
 * For a forked process. A signal to the whole group (Ctrl-C, `timeout`, a closing terminal) reaches
 * it too. It ignores the signal: the parent decides, and ends it by its handle. It exits when the
 * parent is gone.
 */
export function followParent(): void {
  for (const signal of endSignals) process.on(signal, () => {});
  process.on("disconnect", () => process.exit());
}
