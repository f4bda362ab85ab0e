import { AppError, type FieldError } from "../../../errors.ts";

/** More errors are not reported: a batch can have ten thousand jobs. */
const mostErrors = 20;

/** The invalid fields of the jobs of one batch. */
export class BatchErrors {
  readonly #errors: FieldError[] = [];
  #hasMore = false;

  add(error: FieldError): void {
    if (this.#errors.length < mostErrors) this.#errors.push(error);
    else this.#hasMore = true;
  }

  /**
   * Makes a value. After enough errors it makes no more.
   *
   * @param at the JSON Pointer of what it is made of
   * @returns undefined where an AppError with invalid fields was thrown, which is kept
   */
  collect<Value>(at: string, make: () => Value): Value | undefined {
    if (this.#errors.length >= mostErrors) {
      this.#hasMore = true;
      return undefined;
    }
    try {
      return make();
    } catch (error) {
      if (!(error instanceof AppError) || !error.errors) throw error;
      for (const { path, message } of error.errors) {
        this.add({ path: `${at}${path}`, message });
      }
      return undefined;
    }
  }

  /** @throws AppError `invalid-input` if there was any */
  throwAny(): void {
    if (this.#errors.length > 0) throw this.explain();
  }

  explain(): AppError {
    const fields = this.#errors.map(({ path, message }) => `${path}: ${message}`);
    if (this.#hasMore) fields.push("and there may be more");
    const detail = `The batch is not valid, and none of its jobs was accepted. ${fields.join("; ")}.`;
    return new AppError("invalid-input", detail, { errors: this.#errors });
  }
}
