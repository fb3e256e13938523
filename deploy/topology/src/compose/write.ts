import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readStrategies } from '../strategy-manifest.js';
import { composeText } from './compose-file.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

writeFileSync(join(ROOT, 'docker-compose.yml'), composeText(readStrategies(ROOT)));
