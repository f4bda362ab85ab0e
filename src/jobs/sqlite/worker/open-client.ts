import type { ClientModule } from "../../queue.ts";
import { EmbeddedQueue } from "./client.ts";

/** The end of the embedded queue in the thread of control. */
export const openClient: ClientModule["openClient"] = (send) => new EmbeddedQueue(send);
