import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths of what was written, by file name. */
export type WrittenFiles = Readonly<Record<string, string>>;

/** Writes all files aside first, then puts each in place at once: a reader never meets half a file. */
export async function writeReportFiles(folder: string, files: Readonly<Record<string, string>>): Promise<WrittenFiles> {
  await mkdir(folder, { recursive: true });
  const written = Object.entries(files).map(([name, content]) => ({ name, content, path: join(folder, name), aside: join(folder, `.${name}.part`) }));
  for (const { aside, content } of written) await writeFile(aside, content, 'utf8');
  for (const { aside, path } of written) await rename(aside, path);
  return Object.fromEntries(written.map(({ name, path }) => [name, path]));
}
