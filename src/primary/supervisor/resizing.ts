import { newPlace } from "./place.ts";
import type { Turn } from "./turn.ts";

/**
 * Makes places for more workers, or gives up those with the highest numbers. A life there drains; the
 * others do not notice.
 *
 * @param workers how many there are to be, from 1
 */
export function resize(turn: Turn, workers: number): void {
  if (turn.stop) return;
  for (let number = turn.places.length + 1; number <= workers; number++) {
    turn.places.push({ ...newPlace(number), forkAt: turn.now });
  }
  turn.places.splice(workers);
  for (const worker of [...turn.workers]) {
    if (worker.number > workers) turn.retire(worker, "fewer-workers");
  }
}
