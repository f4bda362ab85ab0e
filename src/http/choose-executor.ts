import type { Executor } from "../compute/executor.ts";
import { type ExecutorName, executorNames } from "../config/config.ts";
import { AppError } from "../errors.ts";
import type { Task } from "../tasks/task.ts";
import type { Services } from "./services.ts";

/** The query parameter `executor`; undefined if there was none. */
export type AskedExecutor = string | readonly string[] | undefined;

/**
 * Chooses the executor that the client asks for, or the server's own.
 *
 * @throws AppError `invalid-input` for a name that is no executor, `executor-unavailable` for one that
 *   this server does not have
 */
export function chooseExecutor(named: AskedExecutor, services: Services): Executor {
  const asked = named ?? services.defaultExecutor;
  if (!isExecutorName(asked)) {
    const message = `give one of ${executorNames.join(", ")}, and only once`;
    const detail = `The query parameter "executor" is not valid: ${message}.`;
    throw new AppError("invalid-input", detail, { errors: [{ path: "/executor", message }] });
  }
  const executor = services.executors.get(asked);
  if (executor) return executor;
  const flags = "--mode threads, or --executor inline with --threads N";
  const remedy = `Start it with ${flags}. Or ask for ${listOthers(asked, services)}.`;
  throw explainUnavailable(`This server has no Piscina threads. ${remedy}`);
}

/** @throws AppError `executor-unavailable` if the executor cannot run the task with this input */
export function requireExecutable(
  executor: Executor,
  task: Task,
  input: unknown,
  services: Services,
): void {
  const refusal = executor.refusal(task, input);
  if (!refusal) return;
  throw explainUnavailable(`${refusal} Ask for ${listOthers(executor.name, services)}.`);
}

function isExecutorName(asked: string | readonly string[]): asked is ExecutorName {
  return executorNames.includes(asked as ExecutorName);
}

/** Lists the other executors of this server, as a client asks for them. */
function listOthers(refused: ExecutorName, { executors }: Services): string {
  const others = [...executors.keys()].filter((name) => name !== refused);
  return others.map((name) => `?executor=${name}`).join(" or ");
}

function explainUnavailable(detail: string): AppError {
  return new AppError("executor-unavailable", detail);
}
