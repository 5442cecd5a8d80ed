/**
 * The same string, held by nothing else. V8 makes a part of a string that is 13 characters or longer a window on the
 * whole, which stays in memory as long as the part does, and the parsers cut their strings out of the page like that. Measured
 * with pages of 930 kB: one kept string kept its page. Copying takes 0.1 µs.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
