/** What is known of a host in the store that hosts share. */
export interface ToldRecord {
  readonly id: string;
  /** By the clock of the store. */
  readonly ageMs: number;
  /** As its host has written it. */
  readonly text: string;
}

/** Where hosts tell each other of themselves. What fails is told again a second later, or read again. */
export interface HostExchange extends LanesExchange {
  /**
   * @param text the record of this host, which is kept for 5 s
   * @returns the wish of those who watch this host elsewhere; null if nobody does
   */
  publish(text: string): Promise<string | null>;
  /** The records that are not older than 5 s, this host's included. */
  read(): Promise<readonly ToldRecord[]>;
  /** This host leaves. */
  remove(): Promise<void>;
  close(): void;
}

/** What happens on a host, as others see it while they wish to. */
export interface LanesExchange {
  /** Tells those who follow this host. */
  tell(text: string): Promise<void>;
  /** Hears what a host tells. @returns what ends it */
  follow(id: string, listener: (text: string) => void): Promise<() => void>;
  /** A host is to tell, for 5 s. Another wish than the last one lets it begin with all that it knows. */
  want(id: string, wish: string): Promise<void>;
  /** The same for 5 s more, whose wish it may be. */
  keepWanting(id: string, wish: string): Promise<void>;
}
