/** An attempt: the id of its job, and the token that no other attempt of that job has. */
interface AttemptNames {
  readonly id: string;
  readonly token: number;
}

/** The name of an attempt in one string, for maps and for what processes tell each other. */
export function attemptKey({ id, token }: AttemptNames): string {
  return `${id} ${token}`;
}

/** The attempt that has this key. */
export function attemptOf(key: string): AttemptNames {
  const [id = "", token] = key.split(" ");
  return { id, token: Number(token) };
}
