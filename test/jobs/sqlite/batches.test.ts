import { batchContract } from "../../contracts/batches.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

batchContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
