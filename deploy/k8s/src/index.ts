export { generatedFiles, secretsOf } from './generate/files.js';
export type { Manifest } from './manifest.js';
