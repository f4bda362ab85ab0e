import { afterAll, beforeAll, expect, test } from "vitest";
import {
  backgroundIsDark,
  inspectCharts,
  overflow,
  ReportBrowser,
} from "../helpers/report-browser.ts";

/** Each scheme and each width once: colours do not depend on the width, nor lengths on colours. */
const looks = [
  ["light", 1280],
  ["dark", 390],
] as const;

export interface ReportSubject {
  /** The HTML of each report, by name. */
  readonly pages: Readonly<Record<string, string>>;
  /** The charts that each of them must have, by their ids, in order. */
  readonly charts: Readonly<Record<string, readonly string[]>>;
}

/** @returns the HTML of each result, by its name */
export function pagesOf<Result>(
  results: Readonly<Record<string, Result>>,
  render: (result: Result) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, render(result)]),
  );
}

/**
 * What every report must do, on a screen or a phone, light or dark: nothing overflows, no chart is
 * empty, nothing is fetched, nothing fails.
 *
 * @returns opens one of them, for what only this kind of report has
 */
export function reportContract({ pages, charts }: ReportSubject): ReportBrowser["open"] {
  let browser: ReportBrowser;

  beforeAll(async () => {
    browser = await ReportBrowser.start(pages);
  });

  afterAll(() => browser?.[Symbol.asyncDispose]());

  for (const [scheme, width] of looks) {
    test.each(Object.keys(pages))(`%s, ${scheme}, ${width} px wide`, async (name) => {
      const { page, faults } = await browser.open(name, scheme, width);
      expect(await overflow(page)).toEqual([]);
      const found = await inspectCharts(page);
      expect(found.map(({ id }) => id)).toEqual(charts[name]);
      expect(found.filter(({ marks }) => marks === 0)).toEqual([]);
      expect(await backgroundIsDark(page)).toBe(scheme === "dark");
      expect(faults).toEqual([]);
      await page.close();
    });
  }

  return (...report) => browser.open(...report);
}
