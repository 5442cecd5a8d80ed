/** A list of words and phrases written as a text, with commas between them. */
export function words(text: string): readonly string[] {
  return text.trim().split(/,\s+/);
}
