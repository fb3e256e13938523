import type { Manifest } from '../manifest.js';
import { containersOf, podTemplates } from './pods.js';
import type { OverlayName } from './render.js';

const DIGEST = /@sha256:[0-9a-f]{64}$/;
const PLACEHOLDER = /@sha256:0{64}$/;
const TAG = /:([\w][\w.-]*)$/;

/** What may be said of the images of an overlay. */
export interface ImageRules {
  readonly overlay: OverlayName;
  /** Whether this is to be deployed now: then a digest of zeros is no digest. */
  readonly release: boolean;
}

/** By digest where it counts, by a tag of a version elsewhere; never by `latest`. */
export function imageFaults(manifests: readonly Manifest[], { overlay, release }: ImageRules): readonly string[] {
  return podTemplates(manifests).flatMap(({ id, spec }) =>
    containersOf(spec).flatMap(({ name, image = '' }) => {
      const at = `${id}: ${name}: image ${image}`;
      const tag = TAG.exec(image)?.[1];
      if (tag === 'latest') return [`${at}: allowed is a version or a digest`];
      if (overlay === 'dev') return tag === undefined && !DIGEST.test(image) ? [`${at}: has no tag, which means latest`] : [];
      if (!DIGEST.test(image)) return [`${at}: allowed is a digest, @sha256:…`];
      return release && PLACEHOLDER.test(image) ? [`${at}: the digest is still the placeholder; set it with \`kustomize edit set image\``] : [];
    }),
  );
}
