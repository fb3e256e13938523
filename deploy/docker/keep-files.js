// Copies the files of this folder whose path matches a pattern: node keep-files.js <to> <pattern> [<pattern of what stays behind>]
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [to, wanted, unwanted = '(?!)'] = process.argv.slice(2);
const paths = readdirSync('.', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
for (const path of paths.filter((path) => new RegExp(wanted).test(path) && !new RegExp(unwanted).test(path))) {
  mkdirSync(join(to, dirname(path)), { recursive: true });
  copyFileSync(path, join(to, path));
}
