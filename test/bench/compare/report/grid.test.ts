import { expect, test } from "vitest";
import { renderReport } from "../../../../bench/compare/report/report.ts";
import { benchResult } from "../../../fixtures/bench-result.ts";

/** The bench leaves places out of the grid that a mode already has. */
test("the modes stand in the grid beside its own places", () => {
  const variants = benchResult.variants.filter(({ name }) => name !== "1x4 threads");
  const figure = /<figure id="heat-map">.*?<\/figure>/s.exec(
    renderReport({ ...benchResult, variants }),
  )?.[0];
  const rows = [
    ...(figure ?? "").matchAll(/<tr><th scope="row"[^>]*>([^<]+)<\/th><td>(\d)<\/td><td>(\w+)/g),
  ];
  const places = rows.map(([, name, workers, threads]) => `${name}: ${workers} ${threads}`);
  expect(places).toContain("single: 1 inline");
  expect(places).toContain("2 inline: 2 inline");
  expect(places).toContain("cluster: 4 inline");
  expect(places).toContain("threads: 1 4");
  expect(places).toContain("hybrid: 2 2");
  expect(places).toContain("4x4 threads: 4 4");
  expect(figure).not.toMatch(/libuv|tutorial|bare|reuse-port/);
});
