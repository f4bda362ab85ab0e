import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";

/** Why no connection may be made to an address; null if it may. */
type Refuse = (address: string) => string | null;

/** Asks the system, as every program does: /etc/hosts counts. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

/**
 * Resolves names, and asks once for all who want the same name at the same time: the system answers
 * few at a time, and a slow name would hold up the others.
 */
export function sharedResolve(): Resolve {
  const asked = new Map<string, Promise<readonly LookupAddress[]>>();
  return (name) => {
    const known = asked.get(name);
    if (known) return known;
    const answer = resolve(name).finally(() => asked.delete(name));
    asked.set(name, answer);
    return answer;
  };
}

function resolve(name: string): Promise<readonly LookupAddress[]> {
  const { promise, resolve: done, reject } = Promise.withResolvers<readonly LookupAddress[]>();
  lookup(name, { all: true }, (error, addresses) => (error ? reject(error) : done(addresses)));
  return promise;
}

/**
 * A `lookup` for a socket. It gives only addresses that were checked, and the socket connects to these
 * and no others: what DNS says a moment later makes no difference. One refused address refuses the
 * name, because whoever mixes them in means no good.
 */
export function checkedLookup(resolveName: Resolve, refuse: Refuse): LookupFunction {
  return (name, { all }, done) => {
    resolveName(name).then(
      (addresses) => {
        const refusal = addresses.map(({ address }) => refuse(address)).find((why) => why !== null);
        const [first] = addresses;
        if (refusal) done(new Error(refusal), "", 0);
        else if (!first) done(new Error(`${name} has no address`), "", 0);
        else if (all) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
      (error: Error) => done(error, "", 0),
    );
  };
}
