import type { ServerLoadEvent } from "../../telemetry/watch/server-load.ts";
import { formatMs, formatNumber } from "../format.ts";

/** What a load has told, as one line. */
export function sayLoad(told: ServerLoadEvent): string {
  switch (told.event) {
    case "plan":
      return "Starting ...";
    case "load": {
      const { sentPerSecond, answeredPerSecond, inFlight, p50, p99 } = told.data;
      const rates = `${formatNumber(sentPerSecond)} sent and ${formatNumber(answeredPerSecond)} answered each second, ${inFlight} under way`;
      return `${rates}; ${sayTimes(p50, p99)}`;
    }
    case "end": {
      const { sent, answered, refused, failed, p50, p99, isStopped } = told.data;
      const counts = `${formatNumber(sent)} sent, ${formatNumber(answered)} answered, ${formatNumber(refused)} refused (503), ${formatNumber(failed)} failed`;
      return `${isStopped ? "Ended early" : "Done"}: ${counts}; ${sayTimes(p50, p99)}`;
    }
    case "failed":
      return told.data.message;
  }
}

function sayTimes(p50: number | null, p99: number | null): string {
  const say = (ms: number | null) => (ms === null ? "unknown" : formatMs(ms));
  return `p50 ${say(p50)}, p99 ${say(p99)}`;
}
