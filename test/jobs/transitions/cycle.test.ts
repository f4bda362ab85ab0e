import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findCycle } from "../../../src/jobs/transitions/cycle.ts";

type Graph = readonly (readonly number[])[];

/** Jobs in a random order, each after some of those before it in another random order. */
const acyclic = fc.integer({ min: 1, max: 30 }).chain((size) =>
  fc
    .tuple(
      fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: size, maxLength: size }),
    )
    .map(([order, picks]): Graph => {
      const graph: number[][] = order.map(() => []);
      order.forEach((place, rank) => {
        if (rank === 0) return;
        graph[place] = (picks[rank] ?? []).map((pick) => order[pick % rank] as number);
      });
      return graph;
    }),
);

/** Whether each is a prerequisite of the one after it, and the last one of the first. */
function isCycle(graph: Graph, cycle: readonly number[]): boolean {
  return cycle.every((place, index) =>
    graph[cycle[(index + 1) % cycle.length] as number]?.includes(place),
  );
}

/** Some job, and a job that runs after it, directly or not. */
function pathFrom(graph: Graph, start: number, length: number): number {
  let at = start;
  for (let step = 0; step < length; step++) at = graph[at]?.[0] ?? at;
  return at;
}

describe("a cycle among jobs", () => {
  test.each<[string, Graph, readonly number[] | null]>([
    ["no job", [], null],
    ["jobs without prerequisites", [[], [], []], null],
    ["a prerequisite that comes later", [[1], []], null],
    ["the same prerequisite twice", [[], [0, 0]], null],
    ["a job after itself", [[], [1]], [1]],
    ["two jobs after each other", [[1], [0]], [0, 1]],
    ["jobs before and after a cycle, which are not part of it", [[], [0, 3], [1], [2], [3]], null],
  ])("%s", (_, graph, expected) => {
    const found = findCycle(graph);
    if (graph.length === 5) expect(new Set(found)).toEqual(new Set([1, 2, 3]));
    else expect(found && [...found].sort()).toEqual(expected);
    if (found) expect(isCycle(graph, found)).toBe(true);
  });

  test("there is none where each job comes after others of an order", () => {
    fc.assert(fc.property(acyclic, (graph) => findCycle(graph) === null));
  });

  test("it is found where one job is put after another that comes after it", () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), fc.nat({ max: 10 }), (graph, pick, length) => {
        const last = pick % graph.length;
        const first = pathFrom(graph, last, length);
        const broken = graph.map((each, place) => (place === first ? [...each, last] : each));
        const cycle = findCycle(broken);
        expect(cycle).not.toBe(null);
        expect(new Set(cycle).size).toBe(cycle?.length);
        expect(isCycle(broken, cycle ?? [])).toBe(true);
      }),
    );
  });

  test("a chain of ten thousand, and a ring of as many, need no deep stack", () => {
    const chain = Array.from({ length: 10_000 }, (_, place) => (place === 0 ? [] : [place - 1]));
    expect(findCycle(chain)).toBe(null);
    const ring = chain.map((each, place) => (place === 0 ? [9999] : each));
    expect(findCycle(ring)).toHaveLength(10_000);
  });
});
