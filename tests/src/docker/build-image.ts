import { succeeds } from './engine.js';

/** Builds the image once for every file, as `docker compose up` does it. @throws Error with the builder's last lines */
export async function setup(): Promise<void> {
  await succeeds(['compose', '--progress', 'plain', 'build', 'keys']);
}
