import { describe, expect, test } from "vitest";
import { findKnee } from "../../../../bench/compare/report/knee.ts";
import { makePercentileCurve } from "../../../../bench/compare/report/percentiles.ts";
import { renderReport } from "../../../../bench/compare/report/report.ts";
import type { LatencyPoint } from "../../../../bench/compare/result/bench-result.ts";
import { colours } from "../../../../bench/report/svg/palette.ts";
import {
  benchResult,
  emptyResult,
  quickResult,
  silentResult,
  stoppedResult,
} from "../../../fixtures/bench-result.ts";

const sections = [
  "verdict",
  "environment",
  "validity",
  "throughput",
  "latency",
  "percentiles",
  "light",
  "crossover",
  "grid",
  "scaling",
  "workers",
  "costs",
  "method",
  "data",
];

const figures = [
  "peak",
  "speed-up",
  "latency-load",
  "percentile-curve",
  "light-load",
  "lengths",
  "payloads",
  "heat-map",
  "scaling-curve",
  "worker-shares",
  "cpu",
  "start-up",
  "memory",
];

const results = { benchResult, quickResult, stoppedResult, silentResult, emptyResult };

/** The page without the data and the scripts in it. */
const visible = (html: string) =>
  html.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, "");

describe.each(Object.entries(results))("the report of %s", (_, result) => {
  const html = renderReport(result);

  test("has every section", () => {
    const found = [...visible(html).matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(found).toEqual(sections);
  });

  test("is the same for the same result", () => {
    expect(renderReport(structuredClone(result))).toBe(html);
  });

  test("holds the result whole", () => {
    const json = /<script type="application\/json" id="result">(.*?)<\/script>/s.exec(html)?.[1];
    expect(JSON.parse(json ?? "")).toEqual(JSON.parse(JSON.stringify(result)));
  });

  test("has no id twice, and no number that is none", () => {
    const ids = [...visible(html).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(visible(html)).not.toMatch(/NaN|Infinity|undefined|\bnull\b/);
  });

  test("refers to nothing outside", () => {
    expect(visible(html)).not.toMatch(/(src|href)="(?!#|data:)/);
    expect(html).not.toMatch(/@import|url\(/);
  });
});

test("a complete result has every chart, with a caption and a table of the same numbers", () => {
  const found = visible(renderReport(benchResult)).split("<figure id=").slice(1);
  expect(found.map((figure) => /^"([^"]+)"/.exec(figure)?.[1])).toEqual(figures);
  for (const figure of found) {
    expect(figure).toMatch(/<figcaption><p>.{20}/s);
    expect(figure).toMatch(/<p class="how">.{20}/s);
    expect(figure).toMatch(/<tbody><tr><th scope="row"/);
  }
  expect(visible(renderReport(benchResult)).match(/class="absent"/g)).toBeNull();
});

test("every drawing says in words what it shows", () => {
  const drawings = renderReport(benchResult).match(
    /<svg viewBox="[^"]+" role="img"[\s\S]*?<\/svg>/g,
  );
  expect(drawings?.length).toBeGreaterThanOrEqual(2 * 11);
  for (const drawing of drawings ?? []) {
    expect(drawing).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]{10}/);
    expect(drawing).toContain('class="mark"');
  }
});

test("what is missing is said in a sentence, and not drawn", () => {
  const html = visible(renderReport(emptyResult));
  expect(html).not.toContain("<figure");
  for (const words of [
    "No verdict",
    "port 8000 is taken",
    "no A/A control",
    "Peak throughput was not measured",
    "There is no latency against load",
    "no percentiles to draw",
    "GET / was not measured",
    "crossover was not measured",
    "grid of workers and threads was not measured",
    "law was not fitted: 0 different sizes",
    "Runs per worker were not measured",
    "Memory was not measured",
  ]) {
    expect(html).toContain(words);
  }
});

test("where no request was answered there is no chart of how long it took", () => {
  const html = visible(renderReport(silentResult));
  expect(html).toContain("There is no latency against load");
  expect(html).not.toMatch(/<figure id="(latency-load|percentile-curve)"/);
});

test("a stopped bench says so, shows what it has and stamps the rest", () => {
  const html = visible(renderReport(stoppedResult));
  expect(html).toContain("stopped before its end: SIGINT after 48 s");
  expect(html).toContain("not measured: the bench was stopped");
  expect(html).toMatch(/<figure id="peak"/);
});

test("strings of the result are text, never markup", () => {
  const evil = `</script><img src=x onerror="alert(1)">\u2028`;
  const html = renderReport({
    ...benchResult,
    command: evil,
    verdict: [evil, evil],
    work: { task: evil, input: { evil }, bareRunMs: 1 },
    stopped: { reason: evil },
    environment: { ...benchResult.environment, cpu: evil },
    variants: benchResult.variants.map((variant, index) => ({
      ...variant,
      name: `${evil}${index}`,
      what: evil,
      flags: [evil],
      validity: { valid: false, reasons: [evil] },
    })),
  });
  expect(html).not.toContain("<img");
  expect(html.match(/<script/g)).toHaveLength(html.match(/<\/script>/g)?.length ?? 0);
});

describe("the knee", () => {
  const points = benchResult.variants.find(({ name }) => name === "cluster")?.latency ?? [];
  const withMean = (mean: number, achieved: number): LatencyPoint => {
    const [point] = points;
    if (point === undefined) throw new Error("the fixture has no latency");
    return { ...point, achieved, latency: { ...point.latency, mean } };
  };

  test("is where throughput for its latency is greatest", () => {
    const series = [withMean(10, 30), withMean(11, 60), withMean(40, 90)];
    expect(findKnee(series)).toBe(series[1]);
  });

  test("needs three points that may be believed", () => {
    const invalid = { ...withMean(1, 500), validity: { valid: false as const, reasons: ["x"] } };
    expect(findKnee([withMean(10, 30), withMean(11, 60), invalid])).toBeNull();
    expect(findKnee([invalid, withMean(10, 30), withMean(11, 60), withMean(40, 9)])).not.toBe(
      invalid,
    );
  });
});

test("times of GET / that were left out are said, with the reason", () => {
  const lightReason = "81 of 100 requests waited";
  const variants = benchResult.variants.map((variant) =>
    variant.name === "single" ? { ...variant, light: null, lightReason } : variant,
  );
  expect(visible(renderReport({ ...benchResult, variants }))).toContain(`single: ${lightReason}.`);
  expect(visible(renderReport(benchResult))).not.toContain("were left out of these");
});

test("a percentile that so few requests cannot tell is left out", () => {
  const [point] = benchResult.variants.find(({ name }) => name === "cluster")?.latency ?? [];
  if (point === undefined) throw new Error("the fixture has no latency");
  const curve = makePercentileCurve({ ...point.latency, count: 60 });
  expect(curve.map(({ x }) => x)).toEqual([2, 4, 10, 20, 60]);
  expect(curve.at(-1)?.y).toBe(point.latency.max);
});

describe("colours", () => {
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  /** WCAG 2.2: 4.5 for text, 3 for what is drawn. */
  test.each(["light", "dark"] as const)("stand out against the paper (%s)", (scheme) => {
    const paper = colours["paper"]?.[scheme] ?? "";
    for (const name of ["ink", "soft", "warn", "s1"]) {
      expect(contrast(colours[name]?.[scheme] ?? "", paper), name).toBeGreaterThanOrEqual(4.5);
    }
    for (const name of ["s0", "s1", "s2", "s3", "s4", "s5", "s6"]) {
      expect(contrast(colours[name]?.[scheme] ?? "", paper), name).toBeGreaterThanOrEqual(3);
    }
  });
});
