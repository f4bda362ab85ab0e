import { afterContract } from "../../contracts/after.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

afterContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
