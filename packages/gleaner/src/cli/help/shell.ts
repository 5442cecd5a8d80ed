export const SHELL_HELP: string = `glean shell: try out on a page what a spider will do

  glean shell [URL]     a prompt for JavaScript, the page at hand as 'page'

At the prompt
  page                  the page: page.text('h1'), page.links('nav a'), page.json(), … as in a spider
  $('css'), $$('css')   the first element, all elements; also select, selectAll
  links('css')          the addresses that they link to; all of the page without a selector
  visit('url')          fetch another page, relative to this one (also fetch); it is 'page' from then on
  gleaner               all that the package exports
  await works. Tab completes, arrows go through the history, .help tells of more, Ctrl-D ends.

How it asks
  -H, --header 'N: V'   sent with every request                 --no-cookies    keep none
      --timeout TIME    for one attempt at a page (30s)
      --max-bytes SIZE  the most that a page may have (10MiB)   --max-redirects N followed for a page (10)
      --auth ORIGIN=NAME:PASSWORD, --auth ORIGIN=bearer:TOKEN   sent to that origin only
      --proxy URL       by turns, if repeated
      --allow-private   redirects may lead to hosts that are not on the public internet
  It does not look at robots.txt: each page is asked for by hand.

The history is in $XDG_STATE_HOME/gleaner/history (~/.local/state/gleaner/history).

Exit status
  0  ended        1  the page at URL could not be had, or a line of a standard input that is no terminal threw
  2  the command was wrong, or URL is none

Examples
  glean shell https://books.example/
  echo "\\$\\$('h3 a').length" | glean shell https://books.example/
`;
