/**
 * Looks for a cycle among jobs that run after each other. It takes time in proportion to the jobs and
 * their prerequisites, and no recursion: a chain may be as long as a batch.
 *
 * @param prerequisites of each job, by their places in this list
 * @returns the places of the jobs of one cycle, each after its prerequisite; null if there is none
 */
export function findCycle(
  prerequisites: readonly (readonly number[])[],
): readonly [number, ...number[]] | null {
  const left = leftInCycles(prerequisites);
  const start = left.indexOf(true);
  if (start < 0) return null;
  // What is left has a prerequisite that is left. So a walk along them comes to a place again.
  const steps = new Map<number, number>();
  const walk: number[] = [];
  let at = start;
  while (!steps.has(at)) {
    steps.set(at, walk.push(at) - 1);
    at = prerequisites[at]?.find((each) => left[each]) as number;
  }
  return walk.slice(steps.get(at)).reverse() as [number, ...number[]];
}

/** Takes away the jobs that can run, one after the other. What stays waits for a cycle, or is in it. */
function leftInCycles(prerequisites: readonly (readonly number[])[]): readonly boolean[] {
  const left = prerequisites.map(() => true);
  const missing = prerequisites.map((each) => each.length);
  const dependants: number[][] = prerequisites.map(() => []);
  prerequisites.forEach((each, place) => {
    for (const on of each) dependants[on]?.push(place);
  });
  const canRun = missing.flatMap((count, place) => (count === 0 ? [place] : []));
  for (let place = canRun.pop(); place !== undefined; place = canRun.pop()) {
    left[place] = false;
    for (const dependant of dependants[place] ?? []) {
      missing[dependant] = (missing[dependant] ?? 0) - 1;
      if (missing[dependant] === 0) canRun.push(dependant);
    }
  }
  return left;
}
