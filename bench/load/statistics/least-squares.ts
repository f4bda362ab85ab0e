/**
 * Least squares for a model of a few parameters, by Levenberg and Marquardt (Marquardt, "An
 * Algorithm for Least-Squares Estimation of Nonlinear Parameters", SIAM Journal 11, 1963).
 * Derivatives are differences; the damping adapts to the scale of each parameter.
 */

export type Model = (parameters: readonly number[], x: number) => number;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function fitLeastSquares(
  model: Model,
  points: readonly Point[],
  start: readonly number[],
): number[] {
  let parameters = [...start];
  let error = computeSquaredError(model, points, parameters);
  let damping = 1e-3;
  for (let step = 0; step < 200 && damping < 1e12; step += 1) {
    const change = computeDampedStep(model, points, parameters, damping);
    const next = parameters.map((value, index) => value + (change?.[index] ?? 0));
    const nextError = computeSquaredError(model, points, next);
    if (change === null || !(nextError < error)) {
      damping *= 10;
      continue;
    }
    const settled = error - nextError <= 1e-15 * error;
    parameters = next;
    error = nextError;
    damping = Math.max(damping / 10, 1e-12);
    if (settled) break;
  }
  return parameters;
}

export function computeSquaredError(
  model: Model,
  points: readonly Point[],
  parameters: readonly number[],
): number {
  return points.reduce((sum, { x, y }) => sum + (y - model(parameters, x)) ** 2, 0);
}

/** Solves (JᵀJ + damping · diag(JᵀJ)) step = Jᵀr. */
function computeDampedStep(
  model: Model,
  points: readonly Point[],
  parameters: readonly number[],
  damping: number,
): number[] | null {
  const slopes = points.map(({ x }) =>
    parameters.map((_, index) => computeSlope(model, parameters, index, x)),
  );
  const residuals = points.map(({ x, y }) => y - model(parameters, x));
  const dot = (left: (row: number) => number, right: (row: number) => number) =>
    points.reduce((sum, _, row) => sum + left(row) * right(row), 0);
  const column = (index: number) => (row: number) => slopes[row]?.[index] ?? 0;
  const rows = parameters.map((_, i) => {
    const row = parameters.map((_, j) => dot(column(i), column(j)) * (i === j ? 1 + damping : 1));
    return [...row, dot(column(i), (point) => residuals[point] ?? 0)];
  });
  return solve(rows);
}

function computeSlope(
  model: Model,
  parameters: readonly number[],
  index: number,
  x: number,
): number {
  const width = 1e-6 * Math.max(1e-3, Math.abs(parameters[index] ?? 0));
  const moved = (by: number) =>
    parameters.map((value, other) => value + (other === index ? by : 0));
  return (model(moved(width), x) - model(moved(-width), x)) / (2 * width);
}

/** Gaussian elimination of rows [coefficients..., constant]. Null if they do not determine it. */
export function solve(rows: readonly (readonly number[])[]): number[] | null {
  const left = rows.map((row) => [...row]);
  const solved: number[][] = [];
  for (let column = 0; column < rows.length; column += 1) {
    left.sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
    const pivot = left.shift();
    const head = pivot?.[column] ?? 0;
    if (pivot === undefined || head === 0 || !Number.isFinite(head)) return null;
    const unit = pivot.map((value) => value / head);
    for (const row of [...left, ...solved]) {
      const factor = row[column] ?? 0;
      unit.forEach((value, at) => {
        row[at] = (row[at] ?? 0) - factor * value;
      });
    }
    solved.push(unit);
  }
  return solved.map((row) => row[rows.length] ?? 0);
}
