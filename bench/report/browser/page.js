/**
 * The script of a report's page. It shows the value under the pointer, shows and hides series, and
 * offers the data as a file. page.ts puts this file into the page unchanged. Charts, views and
 * tables work without it.
 */

/** The pointer may be this far from a mark, in CSS pixels. */
const reachPx = 48;

const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
// The tables have every value, for readers who cannot point.
tip.setAttribute("aria-hidden", "true");
document.body.append(tip);

/** @type {Element | null} */
let pointedAt = null;

// The browser would show these titles too, late and beside the tip.
for (const title of document.querySelectorAll(".chart [data-series] title, .chart rect > title")) {
  title.parentElement?.setAttribute("data-text", title.textContent ?? "");
  title.remove();
}

/**
 * @param {Element} chart
 * @param {number} x
 * @param {number} y
 */
function nearestMark(chart, x, y) {
  let nearest = null;
  let leastPx = reachPx;
  for (const mark of chart.querySelectorAll("[data-text]")) {
    const box = mark.getBoundingClientRect();
    if (box.width === 0) continue; // hidden with its series
    const dx = Math.max(box.left - x, 0, x - box.right);
    const dy = Math.max(box.top - y, 0, y - box.bottom);
    const distancePx = Math.hypot(dx, dy);
    if (distancePx >= leastPx) continue;
    nearest = mark;
    leastPx = distancePx;
  }
  return nearest;
}

/** @param {Element | null} mark */
function pointAt(mark) {
  pointedAt?.classList.remove("pointed");
  pointedAt = mark;
  tip.hidden = mark === null;
  if (mark === null) return;
  mark.classList.add("pointed");
  tip.textContent = mark.getAttribute("data-text");
  const box = mark.getBoundingClientRect();
  const left = box.left + box.width / 2 - tip.offsetWidth / 2;
  const most = document.documentElement.clientWidth - tip.offsetWidth - 4;
  tip.style.left = `${Math.max(4, Math.min(left, most))}px`;
  const above = box.top - tip.offsetHeight - 8;
  tip.style.top = `${above < 4 ? box.bottom + 8 : above}px`;
}

/** @param {PointerEvent} event */
function follow({ target, clientX, clientY }) {
  const chart = target instanceof Element ? target.closest(".chart svg") : null;
  pointAt(chart && nearestMark(chart, clientX, clientY));
}

addEventListener("pointermove", follow);
addEventListener("pointerdown", follow);
addEventListener("scroll", () => pointAt(null), { capture: true, passive: true });

/** @param {Element} entry of a legend */
function toggle(entry) {
  const isShown = entry.getAttribute("aria-pressed") !== "true";
  entry.setAttribute("aria-pressed", String(isShown));
  const place = [...(entry.parentElement?.children ?? [])].indexOf(entry);
  const charts = entry.closest(".view, figure");
  for (const series of charts?.querySelectorAll(`[data-series="${place}"]`) ?? []) {
    series.classList.toggle("off", !isShown);
  }
}

for (const entry of document.querySelectorAll(".legend li")) {
  entry.setAttribute("role", "button");
  entry.setAttribute("tabindex", "0");
  entry.setAttribute("aria-pressed", "true");
  entry.setAttribute("title", "Show or hide");
  entry.addEventListener("click", () => toggle(entry));
  entry.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    toggle(entry);
  });
}

const link = document.getElementById("download");
const data = document.getElementById("result")?.textContent;
if (link instanceof HTMLAnchorElement && data) {
  const text = `${JSON.stringify(JSON.parse(data), null, 2)}\n`;
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
}
