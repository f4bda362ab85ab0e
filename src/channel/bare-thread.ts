/**
 * Options for a thread that runs nothing of the user's: neither what the command line has Node preload
 * (`--import`), nor what NODE_OPTIONS has. Node reads both again for each thread.
 */
export function bareThread(): { readonly execArgv: string[]; readonly env: NodeJS.ProcessEnv } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return { execArgv: [], env };
}
