const linkName =
  /^MANYCORE_(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/**
 * Whether a variable was put there by Kubernetes: a service named `manycore` gives every pod beside
 * it `MANYCORE_SERVICE_HOST`, `MANYCORE_PORT=tcp://10.0.0.1:8000` and more ("Discovering services",
 * environment variables, after Docker's container links). Those are not settings of ours.
 */
export function isServiceLink(name: string, value: string): boolean {
  return linkName.test(name) || (name === "MANYCORE_PORT" && /^(tcp|udp|sctp):\/\//.test(value));
}
