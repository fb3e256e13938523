import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const CONSOLE = fileURLToPath(new URL('services/operator/console/', import.meta.url));

/** The web console: one page, its script and its style as files of this origin, since the policy of the edge allows nothing inline. */
export default defineConfig({
  root: CONSOLE,
  base: '/',
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('services/operator/dist/console', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
