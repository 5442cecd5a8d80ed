import { expect, test } from 'vitest';
import { html, jsonScript } from './html.ts';

test('values are escaped, markup is not, lists are joined', () => {
  expect(html`<b>${'Q & A'}</b>`.markup).toBe('<b>Q &amp; A</b>');
  expect(html`<a title="${'<"it\'s">'}">${html`<i></i>`}${[html`1`, html`2`]}${3}</a>`.markup).toBe(
    '<a title="&lt;&quot;it&#39;s&quot;&gt;"><i></i>123</a>',
  );
});

test('no text in a JSON script can end it', () => {
  const { markup } = jsonScript('application/json', { text: '</script><!--' });
  expect(markup.match(/</g)).toHaveLength(2);
  expect(JSON.parse(markup.slice(markup.indexOf('>') + 1, markup.lastIndexOf('<')))).toEqual({
    text: '</script><!--',
  });
});
