import { expect, test } from "vitest";
import { html, renderCode, renderRows } from "../../src/http/html.ts";

test("a value in a page is escaped, unless it is HTML already", () => {
  const inner = html`<b>${'<script a="&">'}</b>`;
  expect(inner.html).toBe("<b>&lt;script a=&quot;&amp;&quot;&gt;</b>");
  expect(html`<p>${inner} ${1}</p>`.html).toBe(`<p>${inner.html} 1</p>`);
  expect(html`<p>${[inner, inner]}</p>`.html).toBe(`<p>${inner.html}\n${inner.html}</p>`);
});

test("code is marked and escaped", () => {
  expect(renderCode("Send `<a>` & `b`.").html).toBe(
    "Send <code>&lt;a&gt;</code> &amp; <code>b</code>.",
  );
});

test("a row links to its path, under its label or the path itself", () => {
  const text = html`there`;
  expect(renderRows([{ path: "/a?b&c", text }]).html).toContain(
    '<a href="/a?b&amp;c"><code>/a?b&amp;c</code></a></dt><dd>there</dd>',
  );
  expect(renderRows([{ path: "/a", label: "b", text }]).html).toContain('href="/a"><code>b</code>');
});
