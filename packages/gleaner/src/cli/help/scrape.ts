export const SCRAPE_HELP: string = `glean scrape: fetch pages concurrently, print each one's data as it arrives

  glean scrape URL…              the addresses given
  glean scrape --from FILE       one address a line; blank lines and lines that begin with # are skipped
  glean scrape -                 the same, from standard input

Prints a line of JSON for each page on standard output, in order of arrival:
  {"url":"…","status":200,"data":…}        data is JSON where the page is, else its text
  {"url":"…","status":200,"base64":"…"}    where it is neither
What fails is counted, and reported at the end by its reason; it never ends the run.

Where it goes
  -o, --output FILE     write the lines to FILE instead
      --ordered         in the order of the addresses instead of arrival
      --as KIND         auto (by content type; the default), json (anything else is a failure), text

How hard it tries
  -c, --concurrency N   requests under way at a time, in all (32)
      --per-host N      … and at one host (6)
      --delay TIME      least time between two requests to one host (0)
      --timeout TIME    for one attempt at a page (30s)
      --retries N       more attempts at what can succeed later (2)
      --max-bytes SIZE  the most that a page may have (10MiB)
      --max-redirects N followed for a page (10)
      --max-time TIME   for the whole job (none)
      --allow-private   redirects may lead to hosts that are not on the public internet
  -H, --header 'N: V'   sent with every request; may be repeated
  TIME is 500ms, 10s, 2m or 1h; a bare number is seconds. SIZE is 512kB, 10MB or 10MiB, or bytes.

What it says
  -q, --quiet           nothing on standard error but errors
      --json            progress and summary as lines of JSON on standard error
  On a terminal a live line shows done, in flight, failed, pages/s, MB/s and the time left.
  Ctrl-C once: finish what is in flight, and report. Twice: stop now.

Exit status
  0  every page was had        3  the input or the output failed
  1  some pages failed         4  --max-time was over
  2  the command was wrong     130  stopped by Ctrl-C

Examples
  glean scrape --from urls.txt -o pages.jsonl --concurrency 64
  curl -s https://example.com/urls.txt | glean scrape - | jq .data.title
`;
