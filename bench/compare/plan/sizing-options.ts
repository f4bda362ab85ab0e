/** The options that ask how many cores and hosts a rate needs. */
import { UsageError } from "../../command/failures.ts";
import { defineSingle, type Reader, type ValuesOf } from "../../command/option.ts";
import { readText, readWholeNumberFrom } from "../../command/readers.ts";

/** A bench has too few runs to tell a higher percentile. */
export const sloFigures = ["p50", "p90", "p95", "p99"] as const;
export type SloFigure = (typeof sloFigures)[number];

/** What the answers must keep to: this percentile of their times, in ms. */
export interface Slo {
  readonly figure: SloFigure;
  readonly limitMs: number;
}

export interface SizingAsked {
  /** Runs a second, without headroom. */
  readonly perSecond: number;
  readonly slo: Slo;
  /** Null takes as many as the result was measured with. */
  readonly coresPerHost: number | null;
  /** Share of the rate that is added to it: 0.2 sizes for 1.2 times the rate. */
  readonly headroom: number;
  /** A result of an earlier bench. Null takes that of `--out`, or measures. */
  readonly from: string | null;
  /** Whether the command line says what to measure. Then an earlier result does not do. */
  readonly measures: boolean;
}

const most = 1_000_000;
const hourMs = 3_600_000;
const secondsIn: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3_600 };

const readRate: Reader<number> = (text, flag) => {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\/(s|min|h)$/.exec(text.trim()) ?? [];
  const rate = Number(digits) / (secondsIn[unit] ?? Number.NaN);
  if (rate > 0 && rate <= most) return rate;
  const why = unit === "" ? "give runs and a time" : "give a rate above 0 and up to 1000000/s";
  throw new UsageError(`${flag} ${JSON.stringify(text)}: ${why}, such as 500/s or 30/min`);
};

const readSlo: Reader<Slo> = (text, flag) => {
  const wrong = (why: string) => new UsageError(`${flag} ${JSON.stringify(text)}: ${why}`);
  const grammar = `use ${sloFigures.join(", ")} with a time, such as p99=300ms or p95=1.5s`;
  const [, name, digits = "", unit] =
    /^(p[\d.]+)\s*(?:=|<=)\s*(\d+(?:\.\d+)?)\s*(ms|s)$/.exec(text.trim()) ?? [];
  if (name === undefined) throw wrong(grammar);
  const figure = sloFigures.find((one) => one === name);
  if (figure === undefined) {
    throw wrong(`a bench has too few runs to tell ${name}: ${grammar}`);
  }
  const limitMs = unit === "s" ? Number(`${digits}e3`) : Number(digits);
  if (limitMs <= 0 || limitMs > hourMs) throw wrong("use a time above 0 and up to 3600s");
  return { figure, limitMs };
};

const readHeadroom: Reader<number> = (text, flag) => {
  const share = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN;
  if (share >= 0 && share <= 10) return share;
  throw new UsageError(`${flag} ${text}: give a share of the rate from 0% to 1000%, such as 20%`);
};

export const sizingOptions = {
  "size-for": defineSingle(
    "RATE",
    readRate,
    null,
    "Prints how many cores and hosts this many runs need (500/s, 30/min), and does not compare modes. Takes the result in --out; measures about a minute if there is none, or if a flag says what to measure.",
  ),
  slo: defineSingle(
    "P=TIME",
    readSlo,
    null,
    `What --size-for must keep to: ${sloFigures.join(", ")} with a time, such as p99=300ms.`,
  ),
  from: defineSingle("FILE", readText, null, "Sizes from this result of the bench."),
  "cores-per-host": defineSingle(
    "N",
    readWholeNumberFrom(1, 1024),
    null,
    "Cores of each host. Default: as many as the result was measured with.",
  ),
  headroom: defineSingle(
    "SHARE",
    readHeadroom,
    0,
    "Sizes for a rate that is higher by this share, such as 20%. Default: 0%.",
  ),
};

type Values = ValuesOf<typeof sizingOptions>;

/**
 * @param given names of the options on the command line
 * @param measuring names of those that say what to measure
 * @returns null where no size is asked for
 * @throws UsageError that names the option and the remedy
 */
export function chooseSizing(
  values: Values,
  given: readonly string[],
  measuring: readonly string[],
): SizingAsked | null {
  const perSecond = values["size-for"];
  if (perSecond === null) {
    const alone = given.find((name) => name !== "size-for" && Object.hasOwn(sizingOptions, name));
    if (alone === undefined) return null;
    throw new UsageError(`--${alone}: of which rate? Add --size-for RATE, such as 500/s`);
  }
  const { slo, from, headroom } = values;
  if (slo === null) {
    throw new UsageError("--size-for: how long may answers take? Add --slo, such as p99=300ms");
  }
  const [measured] = measuring;
  if (from !== null && measured !== undefined) {
    throw new UsageError(
      `--from ${from}: nothing is measured then. Leave out ${measured}, or --from`,
    );
  }
  const coresPerHost = values["cores-per-host"];
  return { perSecond, slo, coresPerHost, headroom, from, measures: measured !== undefined };
}
