import type { Clock } from "../../clock.ts";
import type { Members } from "./members.ts";

/** After this time in which nobody lent anything, workers need not tell how they stand. */
const quietMs = 1000;

/** Has the workers tell how they stand, while somebody lends. */
export class Asking {
  readonly #members: Members;
  readonly #clock: Clock;
  #lentAt = 0;
  #isOn = false;
  #callOff = (): void => {};

  constructor(members: Members, clock: Clock) {
    this.#members = members;
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** A worker lends. */
  begin(): void {
    this.#lentAt = this.#clock.now();
    if (this.#isOn) return;
    this.#isOn = true;
    this.#members.ask(true);
    this.#checkAfter(quietMs);
  }

  close(): void {
    this.#callOff();
  }

  #checkAfter(ms: number): void {
    this.#callOff = this.#clock.after(ms, () => this.#check());
  }

  /** Those that may lend nothing have to hear when they may. */
  #check(): void {
    const leftMs = this.#lentAt + quietMs - this.#clock.now();
    if (leftMs > 0 || this.#members.anyClosed || this.#members.anyLent) {
      this.#checkAfter(Math.max(quietMs / 4, leftMs));
      return;
    }
    this.#isOn = false;
    this.#members.ask(false);
  }
}
