import { attemptContract } from "../../contracts/attempts.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

attemptContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
