import { element } from "../dom.ts";
import { messageOf } from "../message-of.ts";
import type { Page } from "../page.ts";

/** As `GET /reports` has it. */
interface FoundReport {
  readonly name: string;
  readonly kind: "bench" | "stress";
  readonly command: string;
  readonly startedAt: string;
  readonly verdict: readonly string[];
}

/** *Reports*: results of bench and stress that lie in the server's working folder. */
export function mount(root: HTMLElement, page: Page): void {
  const list = element("div");
  const lead = "Results of bench and stress in the folder where the server was started.";
  root.append(
    element(
      "div",
      { class: "title" },
      element("h1", {}, "Reports"),
      element("p", { class: "facts" }, lead),
    ),
    list,
  );
  readReports(page)
    .then((reports) => list.replaceChildren(...showReports(reports)))
    .catch((error: unknown) => {
      const text = messageOf(error);
      list.replaceChildren(element("p", { class: "problem", role: "alert" }, text));
    });
}

async function readReports(page: Page): Promise<readonly FoundReport[]> {
  const answer = await page.ask("reports");
  const { reports } = (await answer.json()) as { readonly reports: readonly FoundReport[] };
  return reports;
}

function showReports(reports: readonly FoundReport[]): readonly HTMLElement[] {
  if (reports.length > 0) return reports.map(showReport);
  return [
    element("p", {}, "There is no report yet. Each of these writes one:"),
    element("pre", { tabindex: 0 }, "npm run bench -- --quick\nnpm run stress -- --out results"),
  ];
}

function showReport({ name, kind, command, startedAt, verdict }: FoundReport): HTMLElement {
  const path = name.split("/").map(encodeURIComponent).join("/");
  const when = new Date(startedAt).toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const link = element("a", { href: `reports/${path}`, target: "_blank", rel: "noopener" }, name);
  return element(
    "article",
    { class: "report" },
    element("h2", {}, `${kind}, ${when}`),
    element("p", {}, link, " · ", element("code", {}, command)),
    element("p", {}, verdict[0] ?? ""),
  );
}
