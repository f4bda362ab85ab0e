import type { Needs } from "./needs.ts";

/** What runs may take together, and what is left of it. */
export class Capacity {
  readonly most: Needs;
  #heldSlots = 0;
  #heldBytes = 0;

  constructor(most: Needs) {
    this.most = most;
  }

  get heldSlots(): number {
    return this.#heldSlots;
  }

  get freeSlots(): number {
    return this.most.slots - this.#heldSlots;
  }

  get left(): Needs {
    return { slots: this.freeSlots, memoryBytes: this.most.memoryBytes - this.#heldBytes };
  }

  hasMemoryFor({ memoryBytes }: Needs): boolean {
    return this.#heldBytes + memoryBytes <= this.most.memoryBytes;
  }

  take({ slots, memoryBytes }: Needs): void {
    this.#heldSlots += slots;
    this.#heldBytes += memoryBytes;
  }

  giveBack({ slots, memoryBytes }: Needs): void {
    this.#heldSlots -= slots;
    this.#heldBytes -= memoryBytes;
  }
}
