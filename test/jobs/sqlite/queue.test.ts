import { queueContract } from "../../contracts/queue.ts";
import { quickJobsContract } from "../../contracts/quick-jobs.ts";
import { schedulesContract } from "../../contracts/schedules.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

queueContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
quickJobsContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
schedulesContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
