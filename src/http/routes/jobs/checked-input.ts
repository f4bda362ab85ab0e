import { AppError, type FieldError } from "../../../errors.ts";
import { checkInput } from "../../../tasks/check/check.ts";
import type { Services } from "../../services.ts";

/** @returns the input after the task's schema */
export function checkedInput(
  { tasks, dispatcher }: Services,
  name: string,
  input: unknown,
): unknown {
  const task = tasks.get(name);
  if (!task) {
    const known = tasks.list().map((each) => each.name);
    const message = `there is no task ${JSON.stringify(name)}; there are ${known.join(", ")}`;
    throw explainInvalidJob([{ path: "/task", message }]);
  }
  try {
    const checked = checkInput(task, input);
    dispatcher.requireNeeds(task, checked);
    return checked;
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error;
    throw explainInvalidJob(
      error.errors.map(({ path, message }) => ({ path: `/input${path}`, message })),
    );
  }
}

export function explainInvalidJob(errors: readonly FieldError[]): AppError {
  const fields = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new AppError("invalid-input", `The job is not valid. ${fields}.`, { errors });
}
