import type { Logger } from "pino";
import { systemClock } from "./clock.ts";
import { type Config, packageVersion } from "./config/config.ts";
import { variableOf } from "./config/option.ts";
import { optionOf } from "./config/options.ts";
import type { QueueLocation } from "./config/queue-location.ts";
import { queuePasswordVariable } from "./config/queue-password.ts";
import { tokenVariable } from "./config/token.ts";
import { webhookSecretVariable } from "./config/webhook-hosts.ts";
import type { StoreModule } from "./jobs/primary/store-module.ts";
import type { WebhookSettings } from "./jobs/webhooks/thread/webhook-thread.ts";
import type { Control, Controlled } from "./primary/control.ts";
import type { Service } from "./primary/service.ts";

/**
 * Opens what the workers of a server share: its queue, the rate limit of its clients, and waiting runs.
 *
 * @throws Error for the operator
 */
export async function openServices(config: Config, log: Logger): Promise<Service[]> {
  delete process.env[tokenVariable]; // It was read. No worker and no task inherits it.
  const handOver = config.handOver === "on" ? await openHandOver() : null;
  const services = [await openQueue(config, log), await openQuotas(config), handOver];
  return services.filter((service) => service !== null);
}

async function openQuotas({ rateLimit, queue }: Config): Promise<Service | null> {
  if (!rateLimit) return null;
  const { ClientQuotas } = await import("./primary/clients/client-quotas.ts");
  const { memoryLimiter, sharedLimiter } = await import("./primary/clients/limiters.ts");
  if (queue.kind !== "redis")
    return new ClientQuotas(rateLimit, systemClock, memoryLimiter(rateLimit));
  const { openQuotaStore } = await import("./jobs/redis/quota-store.ts");
  return new ClientQuotas(rateLimit, systemClock, sharedLimiter(rateLimit, openQuotaStore(queue)));
}

async function openHandOver(): Promise<Service> {
  const { HandOverService } = await import("./primary/hand-over/hand-over-service.ts");
  return new HandOverService(systemClock);
}

async function openQueue(config: Config, log: Logger): Promise<Service | null> {
  const webhookSecrets = process.env[webhookSecretVariable];
  // They were read. No worker and no task inherits them; the queue's address may have a password.
  for (const name of [
    webhookSecretVariable,
    queuePasswordVariable,
    variableOf(optionOf("queue")),
  ]) {
    delete process.env[name];
  }
  if (config.queue.kind === "none") {
    if (config.webhooks.length > 0) log.warn("--webhooks does nothing without a queue (--queue)");
    return null;
  }
  const { QueueHost } = await import("./jobs/primary/host.ts");
  return QueueHost.open({
    store: await storeOf(config.queue, config),
    workers: config.workers,
    webhooks: await webhookSettings(config, webhookSecrets),
    log,
  });
}

/** The store of a queue. What it needs is loaded only now. */
async function storeOf(
  queue: Exclude<QueueLocation, { readonly kind: "none" }>,
  { jobRetentionMs: retentionMs, maxQueued }: Config,
): Promise<StoreModule> {
  if (queue.kind === "redis") {
    const { storeOnRedis } = await import("./jobs/redis/store-module.ts");
    return storeOnRedis(queue, { retentionMs, maxQueued });
  }
  const { storeOnFile } = await import("./jobs/sqlite/store-module.ts");
  return storeOnFile({ path: queue.path, retentionMs, maxQueued });
}

/** Starts the admin listener. */
export async function openControl(controlled: Controlled): Promise<Control | undefined> {
  const { control } = controlled.config;
  if (control.kind === "none") return;
  const { ControlLink } = await import("./control/primary/control-link.ts");
  return new ControlLink(control, controlled);
}

/**
 * How webhooks are sent; null without `--webhooks`.
 *
 * @param secrets of the environment
 * @throws Error for the operator, where they cannot be signed
 */
async function webhookSettings(
  config: Config,
  secrets: string | undefined,
): Promise<WebhookSettings | null> {
  if (config.webhooks.length === 0) return null;
  const { findSecrets } = await import("./jobs/webhooks/secrets.ts");
  const keys = findSecrets(config.webhookSecretFiles, secrets);
  return { hosts: config.webhooks, keys, userAgent: `manycore/${packageVersion()}` };
}
