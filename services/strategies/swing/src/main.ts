import { runStrategy } from '@ballast/strategy';
import { createStrategy } from './index.js';

await runStrategy(createStrategy());
