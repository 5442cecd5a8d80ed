import { describe, expect, test } from 'vitest';
import { pageOf } from '../../test/reading.ts';

const URL_OF_PAGE = 'https://shop.example/books/page.html';

/** The fields of a form with such controls. */
function fieldsOf(controls: string): unknown {
  return pageOf(`<form>${controls}</form>`).forms()[0]?.fields;
}

describe('fields are what a browser would send', () => {
  test.each<[string, unknown]>([
    ['<input name=a value=1><input name=b>', { a: '1', b: '' }],
    ['<input value=1><input name="" value=2>', {}],
    ['<input name=a value=1 disabled>', {}],
    ['<input type=hidden name=a value=1><input type=hidden name=_charset_>', { a: '1', _charset_: 'UTF-8' }],
    ['<input type=submit name=a value=1><button name=b value=2>b</button><input type=image name=c>', {}],
    ['<input type=checkbox name=a checked><input type=checkbox name=b>', { a: 'on' }],
    ['<input type=radio name=a value=1><input type=RADIO name=a value=2 checked>', { a: '2' }],
    ['<input name=a value=1><input name=a value=2><input name=a value=3>', { a: ['1', '2', '3'] }],
    ['<textarea name=a>\nx\ny</textarea>', { a: 'x\ny' }],
    ['<select name=a><option>x<option value=2>y</select>', { a: 'x' }],
    ['<select name=a><option>x<option selected> y  z </select>', { a: 'y z' }],
    ['<select name=a><option disabled>x<option>y</select>', { a: 'y' }],
    ['<select name=a><optgroup disabled><option>x</optgroup><option>y</select>', { a: 'y' }],
    ['<select name=a multiple><option>x<option>y</select>', {}],
    ['<select name=a multiple><option selected>x<option selected>y</select>', { a: ['x', 'y'] }],
    ['<select name=a size=3><option>x</select>', {}],
    ['<select name=a></select>', {}],
    ['<input type=file name=a>', { a: '' }],
    ['<fieldset disabled><legend><input name=a></legend><input name=b></fieldset>', { a: '' }],
    ['<datalist><input name=a></datalist>', {}],
    ['<input name=__proto__ value=1>', Object.fromEntries([['__proto__', '1']])],
  ])('%s', (controls, fields) => {
    expect(fieldsOf(controls)).toEqual(fields);
  });
});

test('controls belong to the form around them, to the one they name, or to one that a table cut short', () => {
  const page = pageOf(`<input name=a form=one><form id=one><input name=b><input name=c form=two></form>
    <form id=two name=second></form><input name=lost><input name=d form=none>
    <table><form id=three><tr><td><input name=e></td></tr></form></table>`);
  const forms = page.forms();
  expect(forms.map(({ fields }) => Object.keys(fields))).toEqual([['a', 'b'], ['c'], ['e']]);
  expect(forms.map(({ name }) => name)).toEqual([null, 'second', null]);
  expect(page.forms('#two')[0]?.fields).toEqual({ c: '' });
  expect(page.forms('table')).toHaveLength(1);
  expect(page.select('table').forms()[0]?.fields).toEqual({ e: '' });
  expect(page.forms('.none')).toEqual([]);
});

test.each([
  ['<form>', URL_OF_PAGE, 'GET', 'application/x-www-form-urlencoded'],
  ['<form action="" method=dialog enctype=x>', URL_OF_PAGE, 'GET', 'application/x-www-form-urlencoded'],
  [
    '<form action="../a?b=c#d" method=POST>',
    'https://shop.example/a?b=c',
    'POST',
    'application/x-www-form-urlencoded',
  ],
  ['<form action="mailto:a@b" enctype="Text/Plain">', URL_OF_PAGE, 'GET', 'text/plain'],
  [
    '<base href="/x/"><form action="a" enctype=multipart/form-data>',
    'https://shop.example/x/a',
    'GET',
    'multipart/form-data',
  ],
])('%s is sent to %s', (html, action, method, enctype) => {
  expect(pageOf(html).forms()[0]).toMatchObject({ action, method, enctype });
});

describe('a form is sent', () => {
  const submit = (attributes: string, values?: Record<string, string | number | string[] | null>): unknown =>
    pageOf(
      `<form action="/s?old=1" ${attributes}><input name=q value="é &"><input name=t value=1><input name=t value=2></form>`,
    )
      .forms()[0]
      ?.submit(values);
  const type = { 'content-type': 'application/x-www-form-urlencoded' };

  test('by GET, with its fields in place of the query', () => {
    expect(submit('')).toEqual({ url: 'https://shop.example/s?q=%C3%A9+%26&t=1&t=2', method: 'GET' });
    expect(submit('', { q: null, t: null })).toEqual({ url: 'https://shop.example/s', method: 'GET' });
  });

  test('by POST, with its fields in the body', () => {
    const url = 'https://shop.example/s?old=1';
    expect(submit('method=post', { q: 5, more: ['a', 'b\nc'] })).toEqual({
      url,
      method: 'POST',
      body: 'q=5&t=1&t=2&more=a&more=b%0D%0Ac',
      headers: type,
    });
    expect(submit('method=post enctype=text/plain', { t: '3' })).toEqual({
      url,
      method: 'POST',
      body: 'q=é &\r\nt=3\r\n',
      headers: { 'content-type': 'text/plain' },
    });
  });

  test('in parts, behind a boundary that is in none of them', () => {
    const parts = submit('method=post enctype=multipart/form-data', {
      q: 'a',
      t: null,
      'x"': 'gleaner-form-boundary',
    });
    expect(parts).toEqual({
      url: 'https://shop.example/s?old=1',
      method: 'POST',
      body:
        '--gleaner-form-boundary-2\r\nContent-Disposition: form-data; name="q"\r\n\r\na\r\n' +
        '--gleaner-form-boundary-2\r\nContent-Disposition: form-data; name="x%22"\r\n\r\ngleaner-form-boundary\r\n' +
        '--gleaner-form-boundary-2--\r\n',
      headers: { 'content-type': 'multipart/form-data; boundary=gleaner-form-boundary-2' },
    });
  });

  test('but not with what no field can hold', () => {
    expect(() => submit('', { q: {} as string })).toThrow("the field 'q' must be a text, a number");
  });
});
