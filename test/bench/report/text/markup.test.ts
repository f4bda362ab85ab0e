import fc from "fast-check";
import { expect, test } from "vitest";
import { markup, scriptJson } from "../../../../bench/report/text/markup.ts";

test("strings are escaped, markup is not", () => {
  const name = `<img src=x onerror="alert('1')">&`;
  expect(markup`<b title="${name}">${markup`<i>${1}</i>`}</b>`.text).toBe(
    `<b title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"><i>1</i></b>`,
  );
});

test("arrays are put in one after the other, null leaves nothing, zero stays", () => {
  expect(markup`${["<", [markup`<br>`, null]]}${null}${0}`.text).toBe("&lt;<br>0");
});

test("JSON in a script cannot end it", () => {
  const value = { text: "</script><!-- <script> \u2028\u2029 & 'x'" };
  const { text } = scriptJson(value);
  expect(text).not.toMatch(/[<>\u2028\u2029]/);
  expect(JSON.parse(text)).toEqual(value);
});

test("any JSON comes back as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { text } = scriptJson(value);
      expect(text).not.toContain("<");
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
    }),
  );
});
