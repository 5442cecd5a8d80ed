export const EXPORT_HELP: string = `glean export: write a crawl's items, also while it runs

  glean export FILE                 as lines of JSON on standard output
  glean export FILE -o TARGET       to a file or table; may be repeated, all are written at once

  -o, --output TARGET   a file that ends in .jsonl, .json, .csv, .tsv, .parquet or .sqlite (#TABLE), or
                        postgres://…?table=TABLE, or - for standard output
      --keys            each item gets two more fields: _key, the same whenever its page is crawled again, and
                        _url, the page that it is of
      --salvage         of a damaged FILE, what can be read; how many items cannot is told
  -q, --quiet           nothing on standard error but errors

Exit status
  0  all items are written      1  some could not be read (--salvage)      2  the command was wrong
  3  FILE or the output failed  130  Ctrl-C

Examples
  glean export books.glean | jq .title
  glean export books.glean -o books.parquet -o books.csv
`;
