// `npm start -- ARGUMENTS`: sets up what is needed, then is the `glean` command: the same process, so that
// its input, output and signals are its own. With no arguments it shows the demonstration.

import path from 'path';
import { pathToFileURL } from 'url';
import { root, setUpOrExit } from './setup.mjs';

const args = process.argv.slice(2);
/** @param {string} file */
const load = (file) => import(pathToFileURL(path.join(root, file)).href);

setUpOrExit()
  .then(() => load(args.length === 0 ? 'packages/demo/dist/demo.js' : 'packages/gleaner/dist/cli/main.js'))
  .then((program) => (args.length === 0 ? program.demo() : program.main(args)))
  .then((exitCode) => {
    process.exitCode = exitCode;
  });
