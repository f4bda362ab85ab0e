/** What is known of a host in the store that hosts share. */
export interface ToldRecord {
  readonly id: string;
  /** By the clock of the store. */
  readonly ageMs: number;
  /** As its host has written it. */
  readonly text: string;
}

/** Where hosts tell each other of themselves. What fails is told again a second later, or read again. */
export interface HostExchange {
  /** @param text the record of this host, which is kept for 5 s */
  publish(text: string): Promise<void>;
  /** The records that are not older than 5 s, this host's included. */
  read(): Promise<readonly ToldRecord[]>;
  /** This host leaves. */
  remove(): Promise<void>;
  close(): void;
}
