import type { ShownJob } from "../../client/shown-job.ts";
import { copyable } from "../copyable.ts";
import { button, element, setText } from "../dom.ts";
import { Problem } from "../net/problem.ts";
import type { ShownOutput } from "../output/output.ts";
import type { Page } from "../page.ts";
import { showAnswer } from "./answer.ts";
import { type Call, clientLines, curlLine, type Sent } from "./commands.ts";
import { FileField } from "./form/file-field.ts";
import { TaskForm } from "./form/task-form.ts";
import { type OfferedTask, takesBytes } from "./offered-task.ts";
import { requestOf } from "./request.ts";

/** One task: its form, and what comes of it. @returns what ends it */
export function mountTask(root: HTMLElement, page: Page, task: OfferedTask): () => void {
  const { input } = task;
  const file = takesBytes(input) ? new FileField(input.body) : null;
  const fields = new TaskForm(takesBytes(input) ? input.query : input, task.example);
  const run = element("button", { type: "submit", class: "main" }, "Run it now");
  const submit = button("Submit it as a job", () => void send(true));
  const stop = button("Stop waiting", () => gone?.abort(), { hidden: true });
  const said = element("p", { role: "status" });
  const answer = element("div");
  const lines = element("div", { class: "try-lines" });
  const form = element(
    "form",
    { class: "try-form", novalidate: true },
    ...(file ? [file.node] : []),
    fields.node,
    element("div", { class: "buttons" }, run, submit, stop),
  );
  const more = element(
    "details",
    {},
    element("summary", {}, "From a terminal, or from a program"),
    lines,
  );
  root.replaceChildren(element("p", {}, task.description ?? ""), form, said, answer, more);
  let gone: AbortController | undefined;
  let shown: ShownOutput | undefined;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(false);
  });
  form.addEventListener("input", () => showLines());
  more.addEventListener("toggle", () => showLines());
  return () => {
    gone?.abort();
    shown?.end();
  };

  /** @returns null if it cannot be read; the form says why */
  function read(isQuiet: boolean): Sent | null {
    const got = fields.read();
    if (!isQuiet) fields.complain(got.ok ? [] : got.faults);
    if (!got.ok) return null;
    if (!file) return { kind: "json", input: got.input };
    const query = got.input as Readonly<Record<string, unknown>>;
    return { kind: "bytes", file: file.file?.name ?? "FILE", type: file.type, query };
  }

  async function send(isJob: boolean): Promise<void> {
    const sent = read(false);
    if (!sent || !hasFile()) return;
    const { path, init } = requestOf({ task: task.name, isJob, sent, file: file?.file });
    begin(isJob);
    try {
      const got = await page.ask(path, { ...init, signal: gone?.signal ?? null });
      await (isJob ? showJob(got) : showRun(got));
    } catch (error) {
      explain(error);
    } finally {
      end();
    }
  }

  function hasFile(): boolean {
    file?.complain(file.file ? null : "Choose a file.");
    return !file || file.file !== undefined;
  }

  function begin(isJob: boolean): void {
    gone?.abort();
    gone = new AbortController();
    shown?.end();
    shown = undefined;
    answer.replaceChildren();
    setText(said, isJob ? "The job is on its way …" : "The run waits, or computes …");
    for (const each of [run, submit]) each.disabled = true;
    stop.hidden = false;
  }

  function end(): void {
    for (const each of [run, submit]) each.disabled = false;
    stop.hidden = true;
  }

  async function showRun(got: Response): Promise<void> {
    shown = await showAnswer(got, task.name);
    setText(said, "The run has succeeded.");
    answer.replaceChildren(shown.node);
  }

  async function showJob(got: Response): Promise<void> {
    const { id } = (await got.json()) as ShownJob;
    const link = element("a", { href: `#jobs/${encodeURIComponent(id)}` }, `job ${id}`);
    said.replaceChildren("Accepted: ", link, ".");
  }

  function explain(error: unknown): void {
    if (gone?.signal.aborted) {
      setText(said, "Nobody waits for it any more.");
      return;
    }
    if (!(error instanceof Problem)) throw error;
    // The input of a job is a field of the job.
    const own = error.fields.map(({ path, message }) => ({
      path: path.replace(/^\/input(?=\/|$)/, ""),
      message,
    }));
    fields.complain(error.status === 422 ? own : []);
    setText(said, error.message);
  }

  function showLines(): void {
    if (!more.open) return;
    const sent = read(true);
    const url = page.seen.server?.url ?? "http://127.0.0.1:8000";
    const call = (isJob: boolean, known: Sent): Call => ({
      ...{ url, task: task.name, isJob, sent: known },
      needsToken: isJob && sessionStorage.getItem("manycore.token") !== null,
    });
    const texts = sent
      ? [curlLine(call(false, sent)), curlLine(call(true, sent)), clientLines(call(false, sent))]
      : [];
    lines.replaceChildren(...texts.map((text) => copyable(text, page)));
  }
}
