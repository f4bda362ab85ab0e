import { expectedVersionContract } from "../../contracts/expected-version.ts";
import { jobControlContract } from "../../contracts/job-control.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

jobControlContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
expectedVersionContract("the embedded queue", ({ retentionMs }) => QueueOnFile.open(retentionMs));
