import { deliveryContract } from "../../contracts/deliveries.ts";
import { QueueOnFile } from "../../helpers/embedded-queue.ts";

deliveryContract("the embedded queue", (webhooks) => QueueOnFile.open(3_600_000, webhooks));
