/** Boots the page: connects, and shows the view that the hash names. */
import { requireElement } from "./dom.ts";
import { createAsk } from "./net/ask.ts";
import { EventsOfServer } from "./net/events-of-server.ts";
import { Seen } from "./seen/seen.ts";
import { showConnection } from "./shell/connection.ts";
import { createNotify } from "./shell/notice.ts";
import { followHash } from "./shell/tabs.ts";
import { askForToken } from "./shell/token-dialog.ts";

const stream = new EventsOfServer();
const main = requireElement("view");
const page = {
  ...{ stream, seen: new Seen(stream) },
  ...{ ask: createAsk(askForToken), notify: createNotify(requireElement("notice")) },
};

showConnection(stream, requireElement("connection"));
followHash(page, requireElement("tabs"), main);
// The hash is the view's: this link must not change it.
requireElement("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
stream.start();
