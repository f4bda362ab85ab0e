/** Reads the environment: `MANYCORE_*`, and a few variables that other programs know too. */
import { BlockList, isIP } from "node:net";
import { delimiter } from "node:path";
import { explainKept, isKeptByNpm, typed } from "./commands.ts";
import { nearest } from "./nearest.ts";
import { variableOf, variablesOf } from "./option.ts";
import { type OptionKey, optionKeys, optionOf } from "./options.ts";
import { queuePasswordVariable } from "./queue-password.ts";
import type { Given, GivenValues } from "./resolve.ts";
import { webhookSecretVariable } from "./webhook-hosts.ts";
import { workerVariable } from "./worker-config.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadEnvironment {
  readonly given: GivenValues;
  /** Variables that are meant for other programs, by the option that they would have set. */
  readonly passedOver: ReadonlyMap<OptionKey, Given>;
  readonly errors: readonly string[];
  /** Whether npm took a flag for one of its own. */
  readonly isKeptByNpm: boolean;
}

/**
 * Never throws. An empty variable counts as one that is not set.
 *
 * @param addresses of this machine's network interfaces, for `HOST`
 */
export function readEnvironment(env: Environment, addresses: readonly string[]): ReadEnvironment {
  const given = new Map<OptionKey, readonly Given[]>();
  const passedOver = new Map<OptionKey, Given>();
  for (const key of optionKeys) {
    const option = optionOf(key);
    const source = variablesOf(option).find((variable) => isSet(variable, env[variable]));
    if (source === undefined) continue;
    const value = env[source] ?? "";
    if (source === "HOST" && !isListenable(value, addresses)) {
      passedOver.set(key, { text: value, source });
      continue;
    }
    const texts = option.repeatable ? value.split(delimiter).filter(Boolean) : [value];
    const read = texts.map((text) => ({ text, source }));
    given.set(key, read);
  }
  const kept = keptByNpm(env);
  const errors = [...kept, ...unknownVariables(env)];
  return { given, passedOver, errors, isKeptByNpm: kept.length > 0 };
}

/** Whether a variable of this name is one that a server reads. */
export function isServerVariable(name: string): boolean {
  const aliases = optionKeys.map((key) => optionOf(key).alias);
  return name.startsWith("MANYCORE_") || aliases.includes(name);
}

function unknownVariables(env: Environment): string[] {
  const options = optionKeys.map((key) => variableOf(optionOf(key)));
  const known = [...options, workerVariable, webhookSecretVariable, queuePasswordVariable];
  return Object.entries(env)
    .filter(([name, value]) => name.startsWith("MANYCORE_") && isSet(name, value))
    .filter(([name]) => !known.includes(name))
    .map(([name]) => {
      const meant = nearest(name, known);
      const advice = meant === undefined ? "See --help" : `Did you mean ${meant}?`;
      return `Unknown variable ${name}. ${advice}`;
    });
}

/** Errors about flags that npm took for its own. */
function keptByNpm(env: Environment): string[] {
  if (env["npm_lifecycle_event"] !== "start" && env["npm_lifecycle_event"] !== "dev") return [];
  return optionKeys
    .map((key) => optionOf(key).flag)
    .filter((flag) => isKeptByNpm(flag, env))
    .map((flag) => explainKept(flag, typed("source", "serve", `--${flag} …`)));
}

function isSet(name: string, value: string | undefined): boolean {
  return value !== undefined && value !== "" && !isServiceLink(name, value);
}

const linkName =
  /^MANYCORE_(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/**
 * Whether Kubernetes set the variable. A service named `manycore` gives every pod beside it
 * `MANYCORE_SERVICE_HOST`, `MANYCORE_PORT=tcp://10.0.0.1:8000` and more (Kubernetes, "Discovering
 * services", environment variables). Those are no settings of ours.
 */
function isServiceLink(name: string, value: string): boolean {
  return linkName.test(name) || (name === "MANYCORE_PORT" && /^(tcp|udp|sctp):\/\//.test(value));
}

/**
 * Whether a server can listen on the value of `HOST`: an address of this machine, every address, or
 * localhost. Other programs use `HOST`, too: tcsh for the machine's name, conda for the target of its
 * compilers (`x86_64-conda-linux-gnu`).
 */
function isListenable(host: string, addresses: readonly string[]): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const address = withoutZone(host);
  if (isIP(address) === 0) return false;
  const own = new BlockList(); // It compares addresses, however they are written.
  own.addSubnet("127.0.0.0", 8);
  for (const each of ["0.0.0.0", "::", "::1", ...addresses.map(withoutZone)]) {
    own.addAddress(each, familyOf(each));
  }
  return own.check(address, familyOf(address));
}

/** `fe80::1` of `fe80::1%eth0`. */
function withoutZone(address: string): string {
  return address.replace(/%.*/, "");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
