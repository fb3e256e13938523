import { join } from 'node:path';
import { WORKSPACE_ROOT } from '@ballast/testing';
import { stopEverything } from './supervisor/stop-everything.js';

const stopped = await stopEverything(join(WORKSPACE_ROOT, 'run'));
process.stdout.write(stopped.length === 0 ? 'nothing is running\n' : `stopped ${stopped.join(', ')}\n`);
