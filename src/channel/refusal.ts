import { AppError, type FieldError, messageOf } from "../errors.ts";
import { isProblemType, type ProblemType } from "../problems.ts";
import { isList, isObject, isText } from "./checks.ts";

/** An AppError on its way to another process or thread. */
export interface Refusal {
  readonly type: ProblemType;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

export function toRefusal(thrown: unknown): Refusal {
  if (!(thrown instanceof AppError)) {
    return { type: "internal-error", detail: `The server made a mistake: ${messageOf(thrown)}` };
  }
  const { type, detail, errors, headers } = thrown;
  const hasHeaders = Object.keys(headers).length > 0;
  return { type, detail, ...(errors && { errors }), ...(hasHeaders && { headers }) };
}

export function fromRefusal(refusal: unknown): AppError {
  if (!isRefusal(refusal)) return new AppError("internal-error", "The refusal cannot be read.");
  const { type, detail, errors, headers } = refusal;
  return new AppError(type, detail, { ...(errors && { errors }), ...(headers && { headers }) });
}

function isRefusal(value: unknown): value is Refusal {
  if (!isObject<Partial<Refusal>>(value)) return false;
  const { type, detail, errors, headers } = value;
  if (!isText(type) || !isProblemType(type) || !isText(detail)) return false;
  if (errors !== undefined && !(isList<unknown>(errors) && errors.every(isFieldError)))
    return false;
  return headers === undefined || (isObject(headers) && Object.values(headers).every(isText));
}

function isFieldError(value: unknown): value is FieldError {
  return isObject<Partial<FieldError>>(value) && isText(value.path) && isText(value.message);
}
