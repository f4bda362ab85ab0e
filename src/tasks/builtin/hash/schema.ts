import { z } from "zod";
import { closedObject } from "../fields.ts";
import { type HashFault, type HashLimits, hashFaults } from "./caps.ts";
import { type Encoding, encodingFault } from "./encoding.ts";
import { hashFields, sharedFields } from "./fields.ts";
import type { HashAlgorithm, HashInput } from "./input.ts";

const maxSaltBytes = 1024;
/** RFC 9106, section 3.1. */
const minArgon2SaltBytes = 8;

/**
 * The schema of `hash`: one closed object for each algorithm, so that its JSON Schema shows which
 * parameters belong together. Its output is JSON, and passes the schema again unchanged.
 *
 * @param argon2 whether this Node has Argon2; without it argon2id is not accepted
 */
export function hashSchema(limits: HashLimits, argon2: boolean): z.ZodType<HashInput> {
  const fields = hashFields(limits);
  const variant = <Algorithm extends z.ZodType<HashAlgorithm>, Own extends z.ZodRawShape>(
    name: HashAlgorithm,
    algorithm: Algorithm,
    own: Own,
  ) =>
    closedObject(`hash with ${name}`, { algorithm, ...sharedFields, ...own }, (field) =>
      unknownField(field, name, fields),
    ).meta({ title: name });
  const named = <Name extends HashAlgorithm, Own extends z.ZodRawShape>(name: Name, own: Own) =>
    variant(name, z.literal(name), own);
  // Optional: the union takes this one if there is no algorithm.
  const preset = z.literal("pbkdf2-sha512").optional().default("pbkdf2-sha512");
  const variants = [
    variant("pbkdf2-sha512", preset, fields["pbkdf2-sha512"]),
    named("pbkdf2-sha256", fields["pbkdf2-sha256"]),
    named("scrypt", fields.scrypt),
    ...(argon2 ? [named("argon2id", fields.argon2id)] : []),
    named("sha512", fields.sha512),
    named("sha256", fields.sha256),
  ] as const;
  return z
    .discriminatedUnion("algorithm", variants, {
      error: ({ code, input }: z.core.$ZodRawIssue) =>
        code === "invalid_type"
          ? "hash takes a JSON object"
          : algorithmError(input, Object.keys(fields), argon2),
    })
    .superRefine((input: HashInput, context) => {
      for (const { field, message } of [...textFaults(input), ...hashFaults(input, limits)]) {
        context.addIssue({ code: "custom", path: [field], message });
      }
    });
}

function unknownField(field: string, algorithm: string, fields: Record<string, object>): string {
  const owners = Object.keys(fields).filter((name) => Object.hasOwn(fields[name] ?? {}, field));
  if (owners.length > 0) {
    const belongs = `${field} belongs to ${owners.join(", ")}, and this is ${algorithm}`;
    return `${belongs}: leave ${field} out or change algorithm`;
  }
  const own = ["algorithm", ...Object.keys(sharedFields), ...Object.keys(fields[algorithm] ?? {})];
  return `${field} is not a field of hash: ${algorithm} takes ${own.join(", ")}`;
}

function algorithmError(input: unknown, all: readonly string[], argon2: boolean): string {
  const accepted = all.filter((name) => argon2 || name !== "argon2id").join(", ");
  if (argon2 || (input as Partial<HashInput>).algorithm !== "argon2id") {
    return `algorithm must be one of ${accepted}`;
  }
  const needs = `algorithm argon2id needs Node.js 24.7 or later, the server has ${process.version}`;
  return `${needs}: update it, or use one of ${accepted}`;
}

/** Texts that are not bytes in their encoding, and salts of the wrong length. */
function textFaults(input: HashInput): readonly HashFault[] {
  const faults = [
    ...notEncoded("input", input.input, input.inputEncoding),
    ...notEncoded("salt", input.salt, input.saltEncoding),
  ];
  if (input.algorithm === "argon2id") {
    faults.push(
      ...notEncoded("secret", input.secret, input.secretEncoding),
      ...notEncoded("associatedData", input.associatedData, input.associatedDataEncoding),
    );
  }
  return faults.length > 0 ? faults : saltFaults(input);
}

function notEncoded(field: string, text: string | undefined, encoding: Encoding) {
  const fault = text === undefined ? undefined : encodingFault(text, encoding);
  if (fault === undefined) return [];
  return [{ field, message: `${field} ${fault}, or set ${field}Encoding (it is ${encoding})` }];
}

function saltFaults(input: HashInput): readonly HashFault[] {
  const { algorithm, salt, saltEncoding } = input;
  if (salt === undefined) {
    if (saltEncoding !== "utf8" || algorithm === "sha256" || algorithm === "sha512") return [];
    const message = "saltEncoding utf8 cannot write a random salt: give salt, or use hex or base64";
    return [{ field: "saltEncoding", message }];
  }
  const minBytes = algorithm === "argon2id" ? minArgon2SaltBytes : 0;
  const bytes = Buffer.byteLength(salt, saltEncoding);
  if (bytes >= minBytes && bytes <= maxSaltBytes) return [];
  const range = `${minBytes} to ${maxSaltBytes} bytes for ${algorithm}`;
  return [{ field: "salt", message: `salt must be ${range}, it is ${bytes}` }];
}
