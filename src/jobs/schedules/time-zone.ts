import { nearest } from "../../config/nearest.ts";

const maxZoneLength = 100;

/** An IANA name. `Intl` also takes offsets such as `+01:00`, which are none. */
const zoneName = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/**
 * The canonical name of a time zone, in the case that `Intl` gives it.
 *
 * @returns undefined for a name that is unknown
 */
export function findTimeZone(name: string): string | undefined {
  if (name.length > maxZoneLength || !zoneName.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** Zones that an unknown name may have been meant to be: of the same city, or of a name much like it. */
export function suggestTimeZones(name: string): readonly string[] {
  const zones = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  const wanted = name.slice(0, maxZoneLength).trim().toLowerCase().replaceAll(" ", "_");
  const city = wanted.split("/").at(-1) ?? "";
  const ofCity = zones.filter((zone) => zone.toLowerCase().split("/").at(-1) === city);
  if (ofCity.length > 0) return ofCity;
  const byLowerCase = new Map(zones.map((zone) => [zone.toLowerCase(), zone]));
  const like = nearest(wanted, [...byLowerCase.keys()]);
  return like === undefined ? [] : [byLowerCase.get(like) ?? like];
}
