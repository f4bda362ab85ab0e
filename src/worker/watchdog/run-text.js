// Plain JavaScript: see loop-board.js.

/**
 * The task's name, what holds the loop if it is no run, and for a job also its id and token. None of
 * them has a space, which joins them.
 *
 * @param {string} task
 * @param {import("../../channel/supervision.ts").HeldBy | undefined} by
 * @param {import("../../channel/supervision.ts").HungRun["attempt"]} attempt
 */
export function textOf(task, by, attempt) {
  const what = by === undefined ? task : `${task} ${by}`;
  if (attempt === undefined) return what;
  return `${task} ${by ?? "run"} ${attempt.id} ${attempt.token}`;
}

/**
 * @param {string} text of `textOf`
 * @returns {import("../../channel/supervision.ts").HungRun}
 */
export function runOf(text) {
  const [task = "", by, id, token] = text.split(" ");
  return {
    task,
    ...((by === "asked" || by === "output") && { by }),
    ...(id !== undefined && { attempt: { id, token: Number(token) } }),
  };
}
