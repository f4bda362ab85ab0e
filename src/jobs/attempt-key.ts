/** An attempt: the id of its job, and the token that no other attempt of that job has. */
interface AttemptNames {
  readonly id: string;
  readonly token: number;
}

/** The name of an attempt in one string, for maps. */
export function attemptKey({ id, token }: AttemptNames): string {
  return `${id} ${token}`;
}
