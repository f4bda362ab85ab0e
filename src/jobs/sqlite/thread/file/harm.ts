/** What happened to the queue's file while the server runs, and what the queue refuses because of it. */
export interface Harm {
  readonly refuses: "submits" | "writes" | "everything";
  /** For clients: the end of a sentence that begins with the file. */
  readonly what: string;
  /** For the operator: what happened, and what to do. */
  readonly message: string;
  /** The next look may find that it is over. */
  readonly mayPass?: boolean;
}

/** No path leads to the file any more. A job that is accepted now would be lost with the server. */
export function detached(path: string, what: string): Harm {
  const message = `The queue's file ${path} ${what} while the server runs: new jobs are refused. Jobs that were accepted before go on as long as this server lives. Collect their results and stop the server; if the file was moved, put it back then; start again.`;
  return { refuses: "submits", what, message };
}

/** The file's content is not what was written. */
export function destroyed(path: string, what: string): Harm {
  const message = `The queue's file ${path} ${what} while the server runs: its jobs are lost, and the queue answers 503. Stop the server, put a backup in the file's place or remove it, and start again.`;
  return { refuses: "everything", what, message };
}

/** SQLite has found that parts of the file do not fit together. */
export function damaged(path: string, finding: string): Harm {
  const what = `is damaged (${finding})`;
  const message = `The queue's file ${path} ${what}: nothing is written to it any more. Jobs are told as far as they can be read. Stop the server, put a backup in the file's place or move it away, and start again.`;
  return { refuses: "writes", what, message };
}
