import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { metricsPage } from './metrics-page.js';

/** Writes docs/metrics.md from the catalogue. */
writeFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), metricsPage());
