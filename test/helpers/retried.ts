import { setTimeout as pause } from "node:timers/promises";
import type { ServerProcess } from "./server-process.ts";

/** Asks again where a connection is lost with its worker, for as long as there is a server. */
export async function retried<Value>(
  server: ServerProcess,
  ask: () => Promise<Value>,
): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isGone = server.child.exitCode !== null || server.child.signalCode !== null;
      if (!(error instanceof TypeError) || isGone) throw error;
      await pause(20);
    }
  }
}
