import { AppError } from "../errors.ts";

/** @throws AppError `invalid-input` for a cursor of a list that is none of this queue's */
export function refuseCursor(): never {
  const message = "give the cursor of the page before as it came, or none for the first page";
  const errors = [{ path: "/cursor", message }];
  throw new AppError("invalid-input", `The cursor is not valid: ${message}.`, { errors });
}
