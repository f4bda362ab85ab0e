import { element, setText } from "../dom.ts";
import { Problem } from "../net/problem.ts";
import type { Mount, Page } from "../page.ts";
import type { OfferedTask } from "./offered-task.ts";
import { mountTask } from "./task-view.ts";

/** `#try/TASK`: a form for a task, made of its JSON Schema, and what its run returns. */
export const mount: Mount = (root, page) => {
  const select = element("select", { id: "task" });
  const label = element("label", { class: "inline", for: "task" }, "Task ");
  const said = element("p", { class: "facts", role: "status" }, "The tasks are on their way …");
  const body = element("div", { class: "try-body" });
  let end = () => {};
  let isOver = false;
  root.append(
    element("div", { class: "bar" }, element("h1", {}, "Try it"), label, select),
    said,
    body,
  );
  select.addEventListener("change", () => {
    location.hash = `try/${encodeURIComponent(select.value)}`;
  });
  void offer();
  return () => {
    isOver = true;
    end();
  };

  async function offer(): Promise<void> {
    const tasks = await readTasks(page, said);
    if (isOver || !tasks) return;
    select.append(...tasks.map(({ name }) => element("option", {}, name)));
    const wanted = page.place[0] ?? tasks[0]?.name;
    const task = tasks.find(({ name }) => name === wanted);
    if (!task) {
      setText(said, `There is no task ${wanted}.`);
      return;
    }
    select.value = task.name;
    setText(said, "");
    end = mountTask(body, page, task);
  }
};

/** A worker answers: where all of them compute, that takes as long as a run. */
async function readTasks(page: Page, said: Node): Promise<readonly OfferedTask[] | null> {
  try {
    const answer = await page.ask("server/tasks");
    const { tasks } = (await answer.json()) as { tasks: readonly OfferedTask[] };
    return tasks;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    setText(said, error.message);
    return null;
  }
}
