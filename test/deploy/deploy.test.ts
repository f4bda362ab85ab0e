/** Alerts, dashboard and documents name metrics and labels that a server really has. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { metricsText } from "../../src/telemetry/figures/exposition.ts";
import { root } from "../helpers/documents.ts";
import { fullFigures, queueStats } from "../helpers/figures.ts";

const at = (path: string) => fileURLToPath(new URL(path, root));
const read = (path: string) => readFileSync(at(path), "utf8");

const alerts = read("deploy/prometheus/alerts.yml");
const dashboard = JSON.parse(read("deploy/grafana/manycore.json")) as Dashboard;
const page = read("docs/metrics.md");

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number };
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const charts = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** The labels of every sample, by its name, as a server prints them. */
const shown = await labelsOfSamples();

async function labelsOfSamples(): Promise<Map<string, Set<string>>> {
  const labels = new Map<string, Set<string>>();
  for (const line of (await metricsText(fullFigures(), queueStats)).split("\n")) {
    const [, name, pairs = ""] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const known = labels.get(name) ?? new Set(["job", "instance"]);
    for (const [, label = ""] of pairs.matchAll(/(\w+)="/g)) known.add(label);
    labels.set(name, known);
  }
  return labels;
}

const metricPattern = /\b(?:manycore|process|http_server)_\w+\b/g;

/** The names in a text that no server prints. */
function unknownNames(text: string): string[] {
  const known = (name: string) => shown.has(name) || shown.has(`${name}_count`);
  return [...text.matchAll(metricPattern)].map(([name]) => name).filter((name) => !known(name));
}

/** The selectors in a text with a label that their metric does not have. */
function wrongSelectors(text: string): string[] {
  return [...text.matchAll(/\b((?:manycore|process|http_server)_\w+)\{([^}]*)\}/g)]
    .filter(([, name = "", matchers = ""]) => {
      const known = shown.get(name) ?? shown.get(`${name}_count`);
      const labels = matchers.replaceAll(/"[^"]*"/g, '""').split(",");
      return labels.some((label) => !known?.has(/^\w+/.exec(label)?.[0] ?? ""));
    })
    .map(([selector]) => selector);
}

/** Labels by which a text groups that no metric in it has. */
function wrongGroups(text: string): string[] {
  const known = new Set(
    [...text.matchAll(metricPattern)].flatMap(([name]) => [...(shown.get(name) ?? [])]),
  );
  return [...text.matchAll(/\b(?:by|on) \(([^)]*)\)/g)]
    .flatMap(([, list = ""]) => list.split(", "))
    .filter((label) => !known.has(label));
}

describe.each([
  { of: "the alerts", text: alerts },
  { of: "the dashboard", text: charts.map(({ expr }) => expr).join("\n") },
  { of: "docs/metrics.md", text: page },
])("the metrics of $of", ({ text }) => {
  test("have names that a server prints", () => {
    expect(unknownNames(text)).toEqual([]);
  });

  test("have labels that a server prints", () => {
    expect(wrongSelectors(text)).toEqual([]);
    expect(wrongGroups(text)).toEqual([]);
  });
});

test("docs/metrics.md has every metric, with all its labels", () => {
  const own = ["job", "instance", "le"];
  const missing = [...shown].filter(([sample, labels]) => {
    const name = sample.replace(/_(bucket|sum|count)$/, "");
    const wanted = [...labels].filter((label) => !own.includes(label)).join(",");
    return !page.includes(wanted === "" ? `\`${name}` : `\`${name}{${wanted}}\``);
  });
  expect(missing.map(([sample]) => sample)).toEqual([]);
});

test("each alert says where the documents explain it", () => {
  const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(" ", "-"),
  );
  const rules = alerts.split("- alert: ").slice(1);
  for (const rule of rules) {
    const [, document, heading = ""] = /(docs\/[\w-]+\.md)#([\w-]+)"$/m.exec(rule) ?? [];
    expect(document, rule).toBeDefined();
    if (document === "docs/metrics.md") expect(headings).toContain(heading);
  }
});

test("no two panels of the dashboard lie on each other, and each has its own id", () => {
  const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
  expect(new Set(places).size).toBe(places.length);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(places.length);
  for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
});

/** Debian's package `prometheus` has it. With CI=true it must be there. */
const isMissing = spawnSync("promtool", ["--version"]).error !== undefined && !process.env["CI"];
const promtool = (...args: string[]) => execFileSync("promtool", args, { encoding: "utf8" });

describe.skipIf(isMissing)("promtool (skipped where Debian's prometheus is missing)", () => {
  test("can read the alerts", () => {
    expect(promtool("check", "rules", at("deploy/prometheus/alerts.yml"))).toContain("SUCCESS");
  });

  test("sees each alert fire when it should, and not before", () => {
    expect(promtool("test", "rules", at("test/fixtures/alerts.yml"))).toContain("SUCCESS");
  });

  test("can read every expression of the dashboard, and of docs/metrics.md", () => {
    const questions = page.split("## Questions")[1]?.split("## Runs")[0] ?? "";
    const asked = [...questions.matchAll(/\| `(.*)` /g)].map(([, expr = ""]) => ({
      expr: expr.replaceAll("\\|", "|"),
    }));
    expect(asked.length).toBeGreaterThan(4);
    const rules = [...charts, ...asked].map(({ expr }, index) => ({
      record: `expression_${index}`,
      expr: expr.replaceAll("$__rate_interval", "5m"),
    }));
    const folder = mkdtempSync(join(tmpdir(), "manycore-rules-"));
    try {
      // JSON is YAML, too.
      const file = join(folder, "rules.yml");
      writeFileSync(file, JSON.stringify({ groups: [{ name: "all", rules }] }));
      expect(promtool("check", "rules", file)).toContain(`${rules.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
