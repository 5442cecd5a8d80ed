/** Headers as undici takes them with the least ado: names and values by turns. */
export type HeaderList = readonly string[];

/** The value of a header, by lower-case name. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  for (let i = 1; i < headers.length; i += 2) {
    if (headers[i - 1]?.toLowerCase() === name) return headers[i];
  }
  return undefined;
}

/** With a header set, whatever it was. */
export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  return [...withoutHeaders(headers, [name]), name, value];
}

/** Without those of these lower-case names; the list itself if it has none of them. */
export function withoutHeaders(headers: HeaderList, names: readonly string[]): HeaderList {
  const stays = (i: number): boolean => !names.includes((headers[i - (i % 2)] ?? '').toLowerCase());
  return headers.every((_, i) => stays(i)) ? headers : headers.filter((_, i) => stays(i));
}
