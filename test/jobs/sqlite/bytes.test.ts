import { bytesContract } from "../../contracts/bytes.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

bytesContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
