import { expect, test } from 'vitest';
import { pageOf } from '../../test/reading.ts';

const read = (rows: string): unknown => pageOf(`<table>${rows}</table>`).table();

test('rows are objects by the names in the header', () => {
  const rows = [{ Name: 'Emma', Price: '£5' }];
  expect(read('<thead><tr><th>Name<th>Price</thead><tbody><tr><td>Emma<td>£5')).toEqual(rows);
  expect(read('<tr><th> Name <th>Price<tr><th>Emma<td>£5')).toEqual(rows);
  expect(read('<caption>x</caption><thead><tr><td>Name<td>Price</thead><tr><td>Emma<td>£5')).toEqual(rows);
});

test('rows are arrays where there is no header', () => {
  expect(read('<tr><td>a<td>b<tr><td>c<td>d')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  expect(read('<tr><th>UPC<td>1<tr><th>Price<td>2')).toEqual([
    ['UPC', '1'],
    ['Price', '2'],
  ]);
  expect(read('')).toEqual([]);
});

test('cells that span are repeated, and none reaches out of its section', () => {
  expect(read('<tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td>e')).toEqual([
    ['a', 'b', 'b'],
    ['a', 'c', 'd'],
    ['e'],
  ]);
  expect(read('<tbody><tr><td rowspan=0>a<td>b<tr><td>c</tbody><tbody><tr><td>d')).toEqual([
    ['a', 'b'],
    ['a', 'c'],
    ['d'],
  ]);
  expect(read('<tr><td>a<td rowspan=9>b<tr><td colspan=x>c')).toEqual([
    ['a', 'b'],
    ['c', 'b'],
  ]);
});

test('names of several header rows are joined, missing ones are numbers, and repeated ones are numbered', () => {
  const header =
    '<thead><tr><th rowspan=2>Book<th colspan=2>Price<th><th>Price net<tr><th>net<th>gross<th></thead>';
  expect(read(`${header}<tr><td>Emma<td>4<td>5<td>x<td>6<td>y`)).toEqual([
    { Book: 'Emma', 'Price net': '4', 'Price gross': '5', 4: 'x', 'Price net 2': '6', 6: 'y' },
  ]);
});

test('tables in cells are text, and names that objects have are just names', () => {
  expect(read('<tr><th>__proto__<tr><td><table><tr><td>in<td>side</table>')).toEqual([
    Object.fromEntries([['__proto__', 'in side']]),
  ]);
});

test('a table is found in what is selected', () => {
  const page = pageOf('<p>x</p><div><table id=t><tr><td>a</table></div>');
  expect(page.table()).toEqual([['a']]);
  expect(page.table('#t')).toEqual([['a']]);
  expect(page.table('div')).toEqual([['a']]);
  expect(page.table('p')).toBeNull();
  expect(page.select('#t').table()).toEqual([['a']]);
});

test('spans are bounded, so that a small page does not become a large one', () => {
  const cell = '<td colspan=1000 rowspan=65534>x';
  const start = performance.now();
  const rows = read(`<tr>${cell.repeat(10)}`.repeat(5000)) as string[][];
  expect(performance.now() - start).toBeLessThan(5000);
  expect(rows).toHaveLength(5000);
  expect(Math.max(...rows.map((row) => row.length))).toBe(1000);
  expect(rows.reduce((sum, row) => sum + row.length, 0)).toBeLessThan(2.1e6);
});
