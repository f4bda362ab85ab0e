import type { Asked } from "../../../channel/contract.ts";
import type { AskedCommand, StoreSide } from "../commands.ts";

/** Calls that arrived at the queue's thread and are not carried out yet. */
export class Inbox {
  /** The call that ends the thread; undefined until it arrives. */
  close: Asked<StoreSide, "close"> | undefined;
  #commands: AskedCommand[] = [];

  add(asked: Asked<StoreSide>): void {
    if (asked.name === "close") this.close = asked;
    else this.#commands.push(asked);
  }

  takeCommands(): readonly AskedCommand[] {
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }
}
