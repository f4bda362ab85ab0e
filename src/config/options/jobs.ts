/** Options: jobs. */
import { isAbsolute, join } from "node:path";

import { duration, size } from "../measures.ts";
import type { Group } from "../option.ts";
import { queueFromFolder, queueLocation } from "../queue-location.ts";
import { text, toggle, wholeNumber } from "../values.ts";
import { webhookHosts } from "../webhook-hosts.ts";
import { day, mb, upToADay } from "./bounds.ts";

function fileFromFolder(path: string, folder: string): string {
  return isAbsolute(path) || path === "none" ? path : join(folder, path);
}

export const jobsOptions = {
  queue: {
    flag: "queue",
    kind: queueLocation,
    default: "sqlite:manycore.db",
    doc: "Where jobs are kept: in a SQLite file; in a Redis that several servers share (rediss with TLS; also redis+sentinel://HOST:PORT,HOST:PORT/MASTER and redis+cluster://HOST:PORT,HOST:PORT; ?name=NAME for more than one queue); or none to take no jobs",
    fromFolder: queueFromFolder,
  },
  queuePasswordFile: {
    flag: "queue-password-file",
    kind: text("FILE", "the path of a file, or none", /./, "redis-password"),
    default: "none",
    doc: "File with the password of the queue's Redis, in its first line. MANYCORE_QUEUE_PASSWORD can hold the password itself. In --queue every user of the machine can read it (ps)",
    fromFolder: fileFromFolder,
  },
  maxQueued: {
    flag: "max-queued",
    kind: wholeNumber(1, 1_000_000_000),
    default: "1000000",
    doc: "Jobs that may wait in the queue. Past it the answer to a new one is 503",
  },
  jobTimeoutMs: {
    flag: "job-timeout",
    kind: upToADay,
    default: "10m",
    doc: "Longest time of each attempt of a job that does not set its own",
  },
  jobRetentionMs: {
    flag: "job-retention",
    kind: duration(1, 365 * day),
    default: "24h",
    doc: "How long an ended job and its Idempotency-Key are kept. Then the answer is 410",
  },
  jobResultLimitBytes: {
    flag: "job-result-limit",
    kind: size(1, 256 * mb),
    default: "1mb",
    doc: "Largest result of a job, as JSON. Past it the job fails",
  },
  webhooks: {
    flag: "webhooks",
    kind: webhookHosts,
    default: "none",
    doc: "Hosts that a webhook at the end of a job may be sent to (onEnd). A private address must be listed itself. Needs a secret",
  },
  webhookSecretFiles: {
    flag: "webhook-secret-file",
    kind: text("FILE", "the path of a file", /./, "webhook-secret"),
    default: "",
    doc: "File with a secret that signs webhooks (whsec_…). Repeat it for more: each webhook is signed with all of them. MANYCORE_WEBHOOK_SECRET can hold the secrets themselves",
    repeatable: true,
    fromFolder: fileFromFolder,
  },
  exposeErrors: {
    flag: "expose-errors",
    kind: toggle,
    default: "off",
    doc: "Whether clients see the messages of all errors of tasks. They may have paths and secrets; the log has them always",
  },
  errorStacks: {
    flag: "error-stacks",
    kind: toggle,
    default: "off",
    doc: "Whether GET /jobs/ID/attempts shows the stacks of errors, which name files of this server. The log has them always",
  },
} as const satisfies Group;
