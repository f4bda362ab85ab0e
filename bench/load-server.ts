/**
 * The process behind "Load this server" of control's page: an open loop of requests at a rate, for a
 * time. Takes a `ServerLoadOrder` as JSON. Each line on descriptor 3 is a `ServerLoadEvent` as JSON. It ends
 * early when its stdin ends: then whoever wanted it is gone.
 */
import { Interrupted } from "./command/failures.ts";
import { stopOnSignals } from "./command/interruption.ts";
import { loadRunningServer } from "./page/load-running-server.ts";
import { openTelling } from "./page/open-telling.ts";

const stop = stopOnSignals();

process.stdin
  .on("end", () => stop.abort(new Interrupted("its page has ended it, or is gone", 0)))
  .resume();
await loadRunningServer(JSON.parse(process.argv[2] ?? "null"), openTelling(), stop.signal);
process.stdin.destroy();
