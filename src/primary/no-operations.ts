import { AppError } from "../errors.ts";
import type { Operations } from "./operations.ts";

function refuse(): never {
  throw new AppError("not-implemented", "This server cannot do that yet.");
}

/** Until the primary can carry them out. */
export const noOperations: Operations = {
  reload: async () => refuse(),
  changeWorkers: refuse,
  setLogLevel: refuse,
  setPaused: async () => refuse(),
};
