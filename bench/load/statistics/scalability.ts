/**
 * How throughput grows with the number of workers (or threads, or clients), as two laws:
 *
 *   Amdahl   X(n) = λn / (1 + σ(n - 1))
 *   USL      X(n) = λn / (1 + σ(n - 1) + κn(n - 1))
 *
 * λ: throughput of one; σ: the share that is serial, or waits for what all share; κ: the cost of
 * keeping each other coherent, which makes throughput fall again past a peak.
 *
 * Amdahl, "Validity of the Single Processor Approach to Achieving Large Scale Computing
 * Capabilities", AFIPS 30 (1967). Gunther, "A General Theory of Computational Scalability Based on
 * Rational Functions", arXiv:0808.1431 (2008), and "Guerrilla Capacity Planning" (2007).
 */
import {
  computeSquaredError,
  fitLeastSquares,
  type Model,
  type Point,
  solve,
} from "./least-squares.ts";
import { mean } from "./sample.ts";

export interface ScalePoint {
  /** Workers, threads or clients. */
  readonly n: number;
  readonly throughput: number;
}

export interface ScaleFit {
  readonly fitted: true;
  /** λ, in the unit of the throughput. */
  readonly one: number;
  /** σ, from 0 to 1. */
  readonly serial: number;
  /** κ; 0 in Amdahl's law. */
  readonly crosstalk: number;
  /** The n of the highest throughput; null where it only grows. */
  readonly peakAt: number | null;
  readonly residuals: readonly (ScalePoint & { readonly predicted: number })[];
  /** Share of the variance that the law explains; 1 is all of it. */
  readonly rSquared: number;
}

export interface NoFit {
  readonly fitted: false;
  readonly reason: string;
}

/** Fewer would fit almost any law: the USL has three parameters. */
const leastPoints = 4;

/** Which of σ and κ may differ from zero. */
interface Freedom {
  readonly serial: boolean;
  readonly crosstalk: boolean;
}

const linear: Freedom = { serial: false, crosstalk: false };
const amdahl: Freedom = { serial: true, crosstalk: false };
const coherent: Freedom = { serial: false, crosstalk: true };
const universal: Freedom = { serial: true, crosstalk: true };

export function fitAmdahl(points: readonly ScalePoint[]): ScaleFit | NoFit {
  return fit(points, [amdahl, linear]);
}

export function fitUsl(points: readonly ScalePoint[]): ScaleFit | NoFit {
  return fit(points, [universal, amdahl, coherent, linear]);
}

/** Throughput by the law. */
export function predictThroughput(
  { one, serial, crosstalk }: Pick<ScaleFit, "one" | "serial" | "crosstalk">,
  n: number,
): number {
  return (one * n) / (1 + serial * (n - 1) + crosstalk * n * (n - 1));
}

/**
 * Neither σ nor κ may be negative. The best fit is either inside, or on a border where one is zero,
 * so all borders are tried.
 */
function fit(points: readonly ScalePoint[], freedoms: readonly Freedom[]): ScaleFit | NoFit {
  const reason = findRefusal(points);
  if (reason !== null) return { fitted: false, reason };
  let best: { law: Law; error: number } | null = null;
  for (const freedom of freedoms) {
    const law = fitWithin(points, freedom);
    if (law === null || !(law.one > 0 && law.serial >= 0 && law.serial <= 1 && law.crosstalk >= 0))
      continue;
    const error = points.reduce(
      (sum, { n, throughput }) => sum + (throughput - predictThroughput(law, n)) ** 2,
      0,
    );
    if (best === null || error < best.error) best = { law, error };
  }
  if (best === null) return { fitted: false, reason: "no law of this form fits these points" };
  return describeFit(points, best.law, best.error);
}

type Law = Pick<ScaleFit, "one" | "serial" | "crosstalk">;

function fitWithin(points: readonly ScalePoint[], freedom: Freedom): Law | null {
  const toLaw = ([one = 0, first = 0, second = 0]: readonly number[]): Law => ({
    one,
    serial: freedom.serial ? first : 0,
    crosstalk: freedom.crosstalk ? (freedom.serial ? second : first) : 0,
  });
  const model: Model = (parameters, n) => predictThroughput(toLaw(parameters), n);
  const data: Point[] = points.map(({ n, throughput }) => ({ x: n, y: throughput }));
  const start = findLinearStart(points, freedom);
  if (start === null) return null;
  const fitted = fitLeastSquares(model, data, start);
  const better =
    computeSquaredError(model, data, fitted) <= computeSquaredError(model, data, start);
  return toLaw(better ? fitted : start);
}

/** n / X = 1/λ + (σ/λ)(n - 1) + (κ/λ)n(n - 1) is linear: its solution is where the search begins. */
function findLinearStart(points: readonly ScalePoint[], freedom: Freedom): number[] | null {
  const terms = [
    () => 1,
    ...(freedom.serial ? [(n: number) => n - 1] : []),
    ...(freedom.crosstalk ? [(n: number) => n * (n - 1)] : []),
  ];
  const sum = (pick: (point: ScalePoint) => number) =>
    points.reduce((total, point) => total + pick(point), 0);
  const solution = solve(
    terms.map((left) => [
      ...terms.map((right) => sum(({ n }) => left(n) * right(n))),
      sum(({ n, throughput }) => (left(n) * n) / throughput),
    ]),
  );
  const [perUnit = 0, ...rest] = solution ?? [];
  return perUnit > 0 ? [1 / perUnit, ...rest.map((value) => value / perUnit)] : null;
}

function describeFit(points: readonly ScalePoint[], law: Law, error: number): ScaleFit {
  const centre = mean(points.map(({ throughput }) => throughput));
  const variance = points.reduce((sum, { throughput }) => sum + (throughput - centre) ** 2, 0);
  const falls = law.crosstalk > 0 && law.serial < 1;
  return {
    fitted: true,
    ...law,
    peakAt: falls ? Math.sqrt((1 - law.serial) / law.crosstalk) : null,
    residuals: points.map((point) => ({ ...point, predicted: predictThroughput(law, point.n) })),
    rSquared: variance === 0 ? (error === 0 ? 1 : 0) : 1 - error / variance,
  };
}

function findRefusal(points: readonly ScalePoint[]): string | null {
  const wrong = points.find(({ n, throughput }) => !(n >= 1 && throughput > 0));
  if (wrong !== undefined) {
    return `point n = ${wrong.n}, throughput ${wrong.throughput}: use n from 1 and a throughput over 0`;
  }
  const sizes = new Set(points.map(({ n }) => n)).size;
  if (sizes >= leastPoints) return null;
  const different = sizes === 1 ? "one size" : `${sizes} different sizes`;
  return `${different}: measure ${leastPoints} or more, since fewer would fit almost any law`;
}
