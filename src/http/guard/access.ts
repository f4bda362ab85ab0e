/**
 * What a route gives whoever may call it:
 * - `look`: something cheap that everybody may see.
 * - `run`: a run, which costs CPU time.
 * - `submit`: a job or a batch of one's own.
 * - `follow`: a job or a batch by its id, which only those know who submitted it.
 * - `operate`: what belongs to others: to list, to change, to remove.
 */
export type Access = "look" | "run" | "submit" | "follow" | "operate";

const jobFolders = ["jobs", "batches", "schedules", "deliveries"];

/**
 * The access of a route of the main port. What is new below /jobs, /batches or /schedules is `operate`
 * until it is named here.
 *
 * @param path as it was declared, such as `/jobs/:id`. The path of a request can be written in many ways
 */
export function accessOf(method: string, path: string): Access {
  const [, folder = ""] = path.split("/");
  const isRead = method === "GET" || method === "HEAD";
  if (!jobFolders.includes(folder)) return isRead && path !== "/hash" ? "look" : "run";
  if (method === "POST" && (path === "/jobs" || path === "/batches")) return "submit";
  return isRead && path.includes("/:id") ? "follow" : "operate";
}
