import type { Needs } from "./needs.ts";

/** What runs may take together, and what is left of it. */
export class Capacity {
  #most: Needs;
  #heldSlots = 0;
  #heldBytes = 0;

  constructor(most: Needs) {
    this.#most = most;
  }

  get most(): Needs {
    return this.#most;
  }

  /** What is held stays held, even if it is more. */
  changeMemory(memoryBytes: number): void {
    this.#most = { ...this.#most, memoryBytes };
  }

  get heldSlots(): number {
    return this.#heldSlots;
  }

  get freeSlots(): number {
    return this.#most.slots - this.#heldSlots;
  }

  get left(): Needs {
    return { slots: this.freeSlots, memoryBytes: this.#freeBytes };
  }

  /** One run always fits. It may need more than there is, if there was more when it came. */
  get #freeBytes(): number {
    if (this.#heldBytes === 0) return Number.POSITIVE_INFINITY;
    return this.#most.memoryBytes - this.#heldBytes;
  }

  hasMemoryFor({ memoryBytes }: Needs): boolean {
    return memoryBytes <= this.#freeBytes;
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
