import { queueContract } from "../../contracts/queue.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

queueContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
