export const STATUS_HELP: string = `glean status: what a crawl's store holds, also while the crawl runs

  glean status FILE             counts, statuses, what failed by reason with an example of each,
                                and the ten hosts for which most requests wait
  glean status FILE --failures  every page that failed, as lines of JSON on standard output:
                                {"url":"…","code":"HTTP_404","message":"…","attempts":1,"depth":2}

      --json    all of it as one line of JSON; the hosts: "waiting":[{"origin":"…","waiting":12}]

Exit status
  0  told        2  the command was wrong        3  FILE cannot be read, or is no store

Examples
  glean status books.glean
  glean status books.glean --failures | jq -r .url
`;
