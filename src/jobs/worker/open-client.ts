import type { ClientModule } from "../queue.ts";
import { QueueOverChannel } from "./client.ts";

/** The end of the queue in the thread of control. */
export const openClient: ClientModule["openClient"] = (send) => new QueueOverChannel(send);
