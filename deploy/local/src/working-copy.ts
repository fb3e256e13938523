import { fileURLToPath } from 'node:url';

/** Top folder of the working copy, or of the image, that this file is in. */
export const WORKING_COPY = fileURLToPath(new URL('../../../', import.meta.url));
