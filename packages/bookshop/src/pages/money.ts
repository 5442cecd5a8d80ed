/** An amount in pounds as a price tag shows it: `pounds(7.5)` is `£7.50`. */
export function pounds(amount: number): string {
  return `£${amount.toFixed(2)}`;
}
