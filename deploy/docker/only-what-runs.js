// Takes out of the package.json files here what this install left out, so that npm's bill of materials is of what is installed: node only-what-runs.js
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const files = readdirSync('.', { recursive: true }).filter((path) => /(^|\/)package[.]json$/.test(path) && !path.includes('node_modules/'));
const installed = files.filter((file) => file !== 'package.json' && existsSync(join('node_modules', JSON.parse(readFileSync(file, 'utf8')).name)));
for (const file of ['package.json', ...installed]) {
  const found = JSON.parse(readFileSync(file, 'utf8'));
  delete found.devDependencies;
  if (file === 'package.json') found.workspaces = installed.map((path) => path.replace(/\/package[.]json$/, ''));
  writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
}
