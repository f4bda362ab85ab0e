import { describe, expect, test } from "vitest";
import { findTimeZone, suggestTimeZones } from "../../../src/jobs/schedules/time-zone.ts";

describe("time zones", () => {
  test.each([
    ["UTC", "UTC"],
    ["Europe/Berlin", "Europe/Berlin"],
    ["america/new_york", "America/New_York"],
    ["Etc/GMT-1", "Etc/GMT-1"],
  ])("%s is known", (name, canonical) => {
    expect(findTimeZone(name)).toBe(canonical);
  });

  test.each(["", " UTC", "+01:00", "Berlin", "Europe/Berln", "Mars/Olympus", "a".repeat(101)])(
    "%j is not",
    (name) => {
      expect(findTimeZone(name)).toBe(undefined);
    },
  );

  test.each<[string, readonly string[]]>([
    ["Berlin", ["Europe/Berlin"]],
    ["europe/berln", ["Europe/Berlin"]],
    ["New York", ["America/New_York"]],
    ["UCT+", ["UTC"]],
    ["Europa/Paris", ["Europe/Paris"]],
    ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", []],
  ])("for %s they suggest %j", (name, suggested) => {
    expect(suggestTimeZones(name)).toEqual(suggested);
  });
});
