import { normalQuantile } from "./normal.ts";

/**
 * The quantile of Student's t distribution, as an expansion about the normal one: G. W. Hill,
 * "Algorithm 396: Student's t-quantiles", Communications of the ACM 13 (1970). Right to three
 * digits from three degrees of freedom on.
 *
 * @param probability between 0 and 1
 * @param freedom degrees of freedom, 3 or more
 */
export function studentQuantile(probability: number, freedom: number): number {
  if (probability === 0.5) return 0;
  const tails = 2 * Math.min(probability, 1 - probability);
  const a = 1 / (freedom - 0.5);
  const b = 48 / (a * a);
  let c = ((20700 * a) / b - 98) * a - 16;
  c = c * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * freedom;
  const y = (d * tails) ** (2 / freedom);
  const size = Math.sqrt(freedom * (y > 0.05 + a ? far(tails) : near(y)));
  return probability < 0.5 ? -size : size;

  function far(p: number): number {
    const x = normalQuantile(p / 2);
    const square = x * x;
    const more = freedom < 5 ? 0.3 * (freedom - 4.5) * (x + 0.6) : 0;
    const scale = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c + more;
    const z = ((((0.4 * square + 6.3) * square + 36) * square + 94.5) / scale - square - 3) / b + 1;
    return Math.expm1(a * (z * x) ** 2);
  }

  function near(y: number): number {
    const first = 1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3);
    return ((first + 0.5 / (freedom + 4)) * y - 1) * ((freedom + 1) / (freedom + 2)) + 1 / y;
  }
}
