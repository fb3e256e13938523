import 'reflect-metadata';
import { runStrategy } from '@ballast/strategy';
import { DnPair } from './dn-pair.strategy.js';

await runStrategy(new DnPair());
