/**
 * The same string, held by nothing else. V8 makes a part of a string that is 13 characters or longer a window on the
 * whole, which stays in memory as long as the part does; the parser of XML cuts its strings out of the page like that.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
