/** Speeds are means over about this time, in milliseconds. */
const WINDOW = 3000;

interface Sample {
  time: number;
  pages: number;
  bytes: number;
}

/** How fast pages and bytes come, over the last few seconds. */
export class Speed {
  private readonly samples: Sample[] = [];

  /** @returns pages and bytes a second, given how many there have been up to now */
  measure(pages: number, bytes: number): { pages: number; bytes: number } {
    const { samples } = this;
    const latest = { time: performance.now(), pages, bytes };
    samples.push(latest);
    while (samples.length > 2 && latest.time - (samples[0]?.time ?? 0) > WINDOW) samples.shift();
    const first = samples[0] ?? latest;
    const seconds = (latest.time - first.time) / 1000;
    if (seconds === 0) return { pages: 0, bytes: 0 };
    return { pages: (pages - first.pages) / seconds, bytes: (bytes - first.bytes) / seconds };
  }
}
