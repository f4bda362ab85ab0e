import { messageOf } from "../../../../errors.ts";
import { isDamage } from "../../codes.ts";

/** What is wrong with the file, as its users find it. */
export class Trouble {
  #reason: string | null = null;
  #damage: unknown;

  /** Why the last write failed; null where it succeeded. */
  get reason(): string | null {
    return this.#reason;
  }

  /** The error in which SQLite said that the file is damaged. */
  get damage(): unknown {
    return this.#damage;
  }

  /** A write has succeeded. */
  written(): void {
    this.#reason = null;
  }

  /** A write has failed. */
  failed(error: unknown): void {
    this.#reason = messageOf(error);
    this.noteDamage(error);
  }

  /** A read has failed, or a write: perhaps because the file is damaged. */
  noteDamage(error: unknown): void {
    if (isDamage(error)) this.#damage = error;
  }
}
