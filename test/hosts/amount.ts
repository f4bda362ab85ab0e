/** `npm run test:hosts` sets these; the usual suite has the short form. */
export const cuts = Number(process.env["HOST_CUTS"] ?? 3);
export const hostKills = Number(process.env["HOST_KILLS"] ?? 3);
export const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
