// `npm start -- ARGUMENTS`: sets up what is needed, then is the `glean` command: the same process, so that
// its input, output and signals are its own. With no arguments it is `glean demo`.

import path from 'path';
import { pathToFileURL } from 'url';
import { root, setUpOrExit } from './setup.mjs';

const command = pathToFileURL(path.join(root, 'packages/gleaner/dist/cli/main.js')).href;
const args = process.argv.slice(2);

setUpOrExit()
  .then(() => import(command))
  .then((cli) => cli.main(args.length === 0 ? ['demo'] : args))
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
