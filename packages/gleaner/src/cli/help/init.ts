export const INIT_HELP: string = `glean init: a new project with a spider that runs

  glean init [DIR]      makes DIR, or fills the current folder: package.json, tsconfig.json, spider.ts,
                        README.md, .gitignore. If one of them is there already, it makes nothing.

Exit status
  0  made        2  the command was wrong        3  something is there already, or cannot be written

Then
  cd DIR && npm install && npm start
`;
