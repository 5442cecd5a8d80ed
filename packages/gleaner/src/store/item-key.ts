import { hash } from 'node:crypto';

/** What an item is known by outside: the same in every store, if its page yields its items in the same order. */
export function itemKey(page: string, n: number): string {
  return `${page}.${n}`;
}

/** The page's part of it: 96 bits of the SHA-256 of what makes the page the same as another. */
export function pageKey(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, 16);
}
