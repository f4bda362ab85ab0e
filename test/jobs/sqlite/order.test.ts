import { orderContract } from "../../contracts/order.ts";
import { startBeforeContract } from "../../contracts/start-before.ts";
import { uniqueKeysContract } from "../../contracts/unique-keys.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

orderContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
startBeforeContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
uniqueKeysContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
