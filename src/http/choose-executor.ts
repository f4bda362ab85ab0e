import type { Executor } from "../compute/executor.ts";
import { type ExecutorName, executorNames } from "../config/config.ts";
import { AppError } from "../errors.ts";
import { preferredExecutor } from "../tasks/preferred-executor.ts";
import type { Task } from "../tasks/task.ts";
import type { Services } from "./services.ts";

/** The query parameter `executor`; undefined if there was none. */
export type AskedExecutor = string | readonly string[] | undefined;

/**
 * Chooses the executor that the client asks for, that of the task, or the server's own.
 *
 * @throws AppError `invalid-input` for a name that is no executor, `executor-unavailable` for one that
 *   this server does not have
 */
export function chooseExecutor(named: AskedExecutor, task: Task, services: Services): Executor {
  const { executors, defaultExecutor } = services;
  const asked =
    named ?? preferredExecutor(task, defaultExecutor, (executor) => executors.has(executor));
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

/**
 * The chosen executor, if it can run the task with this input. If nobody asked for it but the task,
 * the server's own takes its place.
 *
 * @throws AppError `executor-unavailable` if neither can
 */
export function requireExecutable(
  executor: Executor,
  { isAsked }: { readonly isAsked: boolean },
  task: Task,
  input: unknown,
  services: Services,
): Executor {
  const refusal = executor.refusal(task, input);
  if (!refusal) return executor;
  const own = services.executors.get(services.defaultExecutor);
  if (!isAsked && own && !own.refusal(task, input)) return own;
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
