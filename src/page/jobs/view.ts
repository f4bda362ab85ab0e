import type { Mount } from "../page.ts";
import { mountJob } from "./job/view.ts";
import { mountList } from "./list/view.ts";

/** `#jobs`: the jobs of this server. `#jobs/ID`: one of them. */
export const mount: Mount = (root, page) => {
  const [id] = page.place;
  return id === undefined || id === "" ? mountList(root, page) : mountJob(root, page, id);
};
