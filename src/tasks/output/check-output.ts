/** The check of what a task returns, by its schema `output`. It runs where the task computes. */
import { messageOf } from "../../errors.ts";
import { tellFields } from "../check/invalid.ts";
import { type Checked, checkStandardInTime, SchemaMisbehaved } from "../check/standard.ts";
import { noRetry } from "../decision.ts";
import type { RunContext } from "../run-context.ts";
import type { Schema } from "../task.ts";
import { isThenable } from "../thenable.ts";

type Run = (input: unknown, context: RunContext) => unknown;

/**
 * The same function, with a check of what it returns: it returns what the schema makes of that.
 * Another attempt would return the same. So a refusal fails a job for good.
 */
export function checkingOutput(run: Run, schema: Schema): Run {
  const check = (returned: unknown) => {
    const checked = unlessThrown(() => checkStandardInTime(schema, returned));
    if (!isThenable(checked)) return acceptedOf(checked);
    return checked.then(acceptedOf, (error) => unlessThrown(() => raise(error)));
  };
  return (input, context) => {
    const returned = run(input, context);
    return isThenable(returned) ? returned.then(check) : check(returned);
  };
}

function acceptedOf(checked: Checked): unknown {
  if (checked.kind === "valid") return checked.value;
  const { errors, more } = checked;
  const fields = tellFields("the output itself", errors);
  if (more > 0) fields.push(`and ${more} more`);
  const remedy = 'Return what the schema "output" accepts, or change the schema';
  throw noRetry(`its schema refuses what it returned. ${fields.join("; ")}. ${remedy}.`);
}

/** What the schema itself throws is told as its error, and not as that of the run. */
function unlessThrown<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    const message = `the schema of its output failed: ${messageOf(cause)}`;
    if (cause instanceof SchemaMisbehaved) throw noRetry(message, { cause });
    throw new Error(message, { cause });
  }
}

function raise(error: unknown): never {
  throw error;
}
