import type { Client } from "../../../src/jobs/redis/connections.ts";
import { Keys } from "../../../src/jobs/redis/thread/records/keys.ts";

/** What is there only while jobs wait or run. */
const passing = [
  /^(owners|unplaced)$/,
  /^(turns|waiting|planned|running|due|parked)[:-]/,
  /^tickets-(open|held):(wait|prioritized|delayed|active|\d+-\d+(:lock)?)$/,
];

/** The keys that jobs have left behind which have all ended. */
export async function leftInRedis(client: Client, name: string): Promise<string[]> {
  const { tag } = new Keys(name);
  const names = (await client.keys(`${tag}:*`)).map((key) => key.slice(tag.length + 1));
  return names.filter((each) => passing.some((kind) => kind.test(each))).toSorted();
}
