/** Below this share of the time on the clock, the run waited for something else than a core. */
const leastShare = 0.1;

/**
 * Length of a bare run. CPU time, because other work on the machine does not lengthen it. Time on
 * the clock if the run waited, or computed on several threads at once.
 *
 * @param times of the whole process
 */
export function chooseRunLengthMs({ cpuMs, clockMs }: { cpuMs: number; clockMs: number }): number {
  return cpuMs > leastShare * clockMs ? Math.min(cpuMs, clockMs) : clockMs;
}
