import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generate/files.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const files = generatedFiles(ROOT);
for (const [path, text] of files) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}
process.stdout.write(`${files.size} files written\n`);
