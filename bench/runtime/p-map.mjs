import map from 'p-map';

async function waitingChild(i) {
  await undefined;
  return i;
}

export async function boundedMap(n) {
  const numbers = [];
  for (let i = 0; i < n; i++) numbers.push(i);
  let sum = 0;
  for (const value of await map(numbers, waitingChild, { concurrency: 100 })) sum += value;
  return sum;
}
