import { formatMs } from "../format.ts";

/** `14:05:31`, with the day if it is another one. */
export function formatMoment(text: string | null, now: number): string {
  if (text === null) return "–";
  const at = new Date(text);
  const time = at.toLocaleTimeString("en-GB");
  const isToday = at.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${at.toLocaleDateString("en-CA")} ${time}`;
}

/** From one moment to another; to now where it has not come. */
export function formatSpan(from: string | null, to: string | null, now: number): string {
  if (from === null) return "–";
  return formatMs(Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from)));
}
