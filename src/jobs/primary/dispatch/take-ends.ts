import type { Life } from "../../../channel/life.ts";
import type { EndedRow } from "../../messages/commands.ts";
import type { ToldEnd } from "../../messages/worker-contract.ts";
import { buffersOf, type Sent } from "../sent-bytes.ts";
import type { StoreLink } from "../store-link.ts";
import type { Dispatch } from "./dispatch.ts";

export interface EndsOptions {
  readonly ask: StoreLink["ask"];
  readonly dispatch: Pick<Dispatch, "ended" | "atExit" | "placeOf" | "regionOf" | "move">;
  /** The ends are on disk, or do not count. */
  readonly tellKept: () => void;
  /** Has the bytes of results. */
  readonly sent: Sent;
}

const notArrived = {
  kind: "failed",
  error: { type: "internal-error", detail: "The bytes of the result did not arrive." },
  retry: true,
} as const;

/** Takes the ends that a worker tells. Where another worker has the job by now, an end does not count. */
export function takeEnds(
  { ask, dispatch, tellKept, sent }: EndsOptions,
  life: Life,
  told: readonly ToldEnd[],
): void {
  const region = dispatch.regionOf(life);
  const ends: EndedRow[] = [];
  const marks: number[] = [];
  const moved: ArrayBuffer[] = [];
  for (const { id, token, ending, body } of told) {
    const bytes = body && sent.takeBytes(body);
    if (ending.kind === "at-exit") {
      dispatch.atExit(life, { id, token }, ending.ended);
      continue;
    }
    const job = dispatch.ended(life, { id, token, ending });
    if (!job) continue;
    if (body && !bytes) ends.push({ seq: job.seq, token, ending: notArrived });
    else ends.push({ seq: job.seq, token, ending, ...(bytes && { body: bytes }) });
    moved.push(...buffersOf(bytes ?? []));
    marks.push(job.mark);
  }
  const onDisk = () => {
    tellKept();
    if (region?.free(marks)) dispatch.move();
  };
  if (ends.length === 0) tellKept();
  // Refused where the queue has stopped: then nobody is left to wait for.
  else ask("ends", { ends, place: dispatch.placeOf(life) }, moved).then(onDisk, tellKept);
  dispatch.move();
}
